// The examples of docs/examples: what prepares each, what runs it (and runs it again, if that is quicker), and which variable names its server.
import { existsSync } from 'node:fs';
import { spawnSync } from 'node:child_process';

const python = '/usr/bin/python3';
const missing = [
  ...['/usr/bin/protoc', '/usr/bin/grpc_python_plugin', '/usr/include/google/protobuf/timestamp.proto'].filter(file => !existsSync(file)),
  ...(spawnSync(python, ['-c', 'import grpc, google.protobuf'], { stdio: 'ignore' }).status === 0 ? [] : ['python3-grpcio, python3-protobuf']),
];

export const examples = [
  {
    name: 'csharp',
    prepare: [],
    run: 'dotnet run -c Release --project docs/examples/csharp',
    again: 'dotnet docs/examples/csharp/bin/Release/net10.0/GPT4RoI.Example.dll',
    server: 'GPT4ROI_SERVER',
  },
  { name: 'node-grpc', prepare: ['npm --prefix docs/examples/node-grpc ci'], run: 'node docs/examples/node-grpc/ask.mjs', server: 'GPT4ROI_SERVER' },
  {
    name: 'node-connect',
    prepare: ['npm --prefix docs/examples/node-connect ci', 'npm --prefix docs/examples/node-connect run generate'],
    run: 'node docs/examples/node-connect/ask.mjs',
    server: 'GPT4ROI_SERVER',
  },
  { name: 'curl', prepare: [], run: 'bash docs/examples/curl.sh', server: 'OPENAI_BASE_URL' },
  {
    name: 'python',
    prepare: [
      'mkdir -p docs/examples/python/generated',
      'protoc -I protos --plugin=protoc-gen-grpc_python=/usr/bin/grpc_python_plugin --python_out=docs/examples/python/generated --grpc_python_out=docs/examples/python/generated protos/*/*/*.proto',
    ],
    run: '/usr/bin/python3 docs/examples/python/ask.py',
    server: 'GPT4ROI_SERVER',
    skip: missing.length > 0 && `Debian's packages for gRPC in Python are not installed: ${missing.join(', ')}`,
  },
];
