// Uploads a picture, starts a conversation, asks about one region, prints the answer as it comes, and deletes the conversation.
import { createReadStream } from 'node:fs';
import { createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { ConversationService } from './generated/gpt4roi/v1/conversation_service_pb.js';
import { ImageService } from './generated/gpt4roi/v1/image_service_pb.js';
import { CoordinateSpace } from './generated/gpt4roi/v1/region_pb.js';

const [picture = 'models/demo-small/samples/scooter.png'] = process.argv.slice(2);
const key = process.env.GPT4ROI_API_KEY;
const transport = createGrpcTransport({
  baseUrl: process.env.GPT4ROI_SERVER ?? 'http://localhost:5090',
  interceptors: key ? [next => request => { request.header.set('x-api-key', key); return next(request); }] : [],
});
const images = createClient(ImageService, transport);
const conversations = createClient(ConversationService, transport);
const within = seconds => ({ timeoutMs: seconds * 1000 });

async function* chunksOf(path) {
  for await (const chunk of createReadStream(path)) yield { chunk };
}

async function ask(conversationId) {
  const request = {
    conversationId,
    question: 'What is <region1>?',
    newRegions: [{ id: 1, box: { x1: 4, y1: 62, x2: 78, y2: 121, space: CoordinateSpace.PIXELS } }],
    sampling: { temperature: 0 },
  };
  let finished = false;
  for await (const { event } of conversations.ask(request, within(600))) {
    if (event.case === 'tokens') process.stdout.write(event.value.text);
    finished ||= event.case === 'finished';
  }
  process.stdout.write('\n');
  if (!finished) throw new Error('the answer broke off');
}

try {
  const { image } = await images.uploadImage(chunksOf(picture), within(120));
  const { conversation } = await conversations.createConversation({ imageId: image.id }, within(30));
  try {
    await ask(conversation.id);
  } finally {
    await conversations.deleteConversation({ conversationId: conversation.id }, within(30));
  }
} catch (error) {
  console.error(`\n${error.message}`);
  process.exitCode = 1;
}
