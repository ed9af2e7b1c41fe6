// A gateway whose answers break off: after their first word the stream ends without an end ("ends"), or the server goes ("goes").
import { createServer } from 'node:http';
import { join } from 'node:path';
import grpc from '@grpc/grpc-js';
import loader from '@grpc/proto-loader';
import { root } from './shell.mjs';

const { v1 } = grpc.loadPackageDefinition(loader.loadSync(
  ['gpt4roi/v1/image_service.proto', 'gpt4roi/v1/conversation_service.proto'], { includeDirs: [join(root, 'protos')] })).gpt4roi;

export async function startFakeGrpc(breaks) {
  const keys = new Set();
  const server = new grpc.Server();
  const note = call => keys.add(call.metadata.get('x-api-key')[0] ?? call.metadata.get('authorization')[0]?.replace('Bearer ', ''));
  server.addService(v1.ImageService.service, {
    uploadImage(call, reply) {
      note(call);
      call.on('data', () => {}).on('end', () => reply(null, { image: { id: 'picture' } }));
    },
  });
  server.addService(v1.ConversationService.service, {
    createConversation(call, reply) {
      note(call);
      reply(null, { conversation: { id: 'conversation' } });
    },
    deleteConversation(call, reply) {
      note(call);
      reply(null, {});
    },
    ask(call) {
      note(call);
      call.write({ tokens: { text: 'A', tokenIds: [1] } });
      if (breaks === 'ends') call.end();
      else setImmediate(() => server.forceShutdown());
    },
  });
  const port = await new Promise((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, bound) => (error ? reject(error) : resolve(bound)));
  });
  return { address: `http://127.0.0.1:${port}`, keys, stop: () => server.forceShutdown() };
}

export async function startFakeHttp(breaks) {
  const keys = new Set();
  const server = createServer(async (request, response) => {
    keys.add(request.headers['x-api-key']);
    let body = '';
    for await (const part of request) body += part;
    if (!body || !JSON.parse(body).stream) {
      response.end('{}');
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write('data: {"choices":[{"delta":{"content":"A"}}]}\n\n', () => (breaks === 'ends' ? response.end() : response.destroy()));
  });
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
  return { address: `http://127.0.0.1:${server.address().port}/v1`, keys, stop: () => server.close() };
}
