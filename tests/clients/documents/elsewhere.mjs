// What the documents tell to type and this test does not run: the file that runs it, or comes nearest, and words in it. `because` says why it is not run
// here, or what is run in its place; where there is none, the file runs it as it stands.
const examples = 'tests/clients/examples.mjs';
const pypi = { file: 'docs/examples/python/ask.py', because: 'PyPI is not asked by any test; the header of the example has the same command, and Debian\'s way is run' };

const table = {
  'dotnet run -c Release --project src/GPT4RoI.Standalone': { file: 'tests/clients/standalone.mjs' },
  'dotnet test -c Release': { file: '.ci/run' },
  'bash .ci/run': { file: '.ci/run', holds: 'npm --prefix tests/clients run check', because: 'it runs this test' },
  'npm --prefix tests/clients run check': { file: '.ci/run' },
  'src/GPT4RoI.Gateway/web/check.sh': { file: '.ci/run' },
  'check.sh': { file: '.ci/run', holds: 'src/GPT4RoI.Gateway/web/check.sh', because: 'it is the page\'s' },
  'npm run build': { file: 'src/GPT4RoI.Gateway/web/check.sh', holds: 'npx vite build', because: 'the same build goes to another folder and is compared' },
  'deploy/check.sh': { file: '.ci/run' },

  'apt-get install redis-server': { file: '.ci/run', holds: 'redis-server redis-server', because: 'it needs rights; CI installs what is missing' },
  'apt-get install protobuf-compiler protobuf-compiler-grpc libprotobuf-dev python3-grpcio python3-protobuf':
    { file: '.ci/run', holds: 'grpc_python_plugin protobuf-compiler-grpc', because: 'it needs rights; CI installs what is missing' },
  'npm install @grpc/grpc-js @grpc/proto-loader':
    { file: 'docs/examples/node-grpc/package.json', holds: '"@grpc/proto-loader"', because: 'the example installs the same with fixed versions' },

  'helm install r helm/gpt4roi -f helm/gpt4roi/examples/values-cpu-smoke.yaml': {
    file: 'deploy/check/start.mjs', holds: 'examples/values-cpu-smoke.yaml',
    because: 'it needs Kubernetes; the processes that these values render are started and asked',
  },
  'helm test r': { file: 'deploy/check/start.mjs', holds: 'helm test passes', because: 'it needs Kubernetes; the script of the test\'s pod is run' },
  'kubectl rollout restart deploy -l app.kubernetes.io/instance=r':
    { file: 'helm/gpt4roi/templates/_names.tpl', holds: 'app.kubernetes.io/instance: {{ .root.Release.Name }}', because: 'it needs Kubernetes; the label is there' },
  'deploy/compose.yaml': { file: 'deploy/check.sh', holds: 'node deploy/check/compose.mjs', because: 'it needs Docker; the file is checked against the schema and the settings' },

  '-p:TorchDevice=cuda': { file: 'deploy/Dockerfile', holds: 'TORCH_DEVICE', because: 'it needs CUDA\'s libtorch; never tried on a GPU, as the README says' },
  '-p:TorchDevice=none': { file: '.ci/gpu-check', because: 'it needs a GPU machine with PyTorch' },
  '.ci/gpu-check': { file: '.ci/gpu-check', holds: 'verify --fixtures tests/golden --device cuda', because: 'it needs a GPU; never tried on one, as the README says' },
  'gpt4roi verify': { file: '.ci/gpu-check', holds: 'verify --fixtures tests/golden --device cuda', because: 'it needs a GPU; `gpt4roi verify --fixtures tests/golden` is run' },

  'data inspect': { file: 'tests/GPT4RoI.Cli.Tests/Commands/DataInspectCommandTests.cs', holds: '"data", "inspect"', because: 'it needs a data set; the tests write one' },
  'eval --task vcr|caption|v7w --data FILE --images DIR':
    { file: 'tests/GPT4RoI.Cli.Tests/Commands/EvalCommandTests.cs', holds: 'InProcessAsync("caption", Captions())', because: 'it needs a data set; the tests write one of each' },
  'sprites.sh': {
    file: 'tests/GPT4RoI.Cli.Tests/Commands/DataCommandTests.cs', holds: '"data", "sprites", "--icons"',
    because: 'it fetches all icon sets and overwrites the sprites; the command that draws is tested',
  },

  'dotnet run -c Release --project docs/examples/csharp': { file: examples },
  'npm --prefix docs/examples/node-grpc ci': { file: examples },
  'node docs/examples/node-grpc/ask.mjs': { file: examples },
  'npm --prefix docs/examples/node-connect ci': { file: examples },
  'npm --prefix docs/examples/node-connect run generate': { file: examples },
  'npm run generate': { file: examples, holds: 'npm --prefix docs/examples/node-connect run generate', because: 'it is the same' },
  'node docs/examples/node-connect/ask.mjs': { file: examples },
  'bash docs/examples/curl.sh': { file: examples },
  'curl.sh': { file: examples, holds: 'bash docs/examples/curl.sh', because: 'it is the same' },
  'mkdir -p docs/examples/python/generated': { file: examples },
  'protoc -I protos --plugin=protoc-gen-grpc_python=/usr/bin/grpc_python_plugin --python_out=docs/examples/python/generated --grpc_python_out=docs/examples/python/generated protos/*/*/*.proto':
    { file: examples },
  '/usr/bin/python3 docs/examples/python/ask.py': { file: examples },
  'pip install -r docs/examples/python/requirements.txt': pypi,
  'python3 -m grpc_tools.protoc -I protos --python_out=docs/examples/python/generated --grpc_python_out=docs/examples/python/generated protos/*/*/*.proto': pypi,
  'python3 docs/examples/python/ask.py': pypi,
};

export const elsewhere = Object.entries(table).map(([command, { file, holds = command, because }]) => ({ command, file, holds, because }));
