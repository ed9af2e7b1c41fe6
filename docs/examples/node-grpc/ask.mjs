// Uploads a picture, starts a conversation, asks about one region, prints the answer as it comes, and deletes the conversation.
import { createReadStream } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import grpc from '@grpc/grpc-js';
import loader from '@grpc/proto-loader';

const [picture = 'models/demo-small/samples/scooter.png'] = process.argv.slice(2);
const { protocol, host } = new URL(process.env.GPT4ROI_SERVER ?? 'http://localhost:5090');
const metadata = new grpc.Metadata();
if (process.env.GPT4ROI_API_KEY) metadata.set('x-api-key', process.env.GPT4ROI_API_KEY);

const { v1 } = grpc.loadPackageDefinition(loader.loadSync(
  ['gpt4roi/v1/image_service.proto', 'gpt4roi/v1/conversation_service.proto'],
  { includeDirs: [fileURLToPath(new URL('../../../protos', import.meta.url))] },
)).gpt4roi;
const credentials = protocol === 'https:' ? grpc.credentials.createSsl() : grpc.credentials.createInsecure();
const images = new v1.ImageService(host, credentials);
const conversations = new v1.ConversationService(host, credentials);
const create = promisify(conversations.createConversation).bind(conversations);
const remove = promisify(conversations.deleteConversation).bind(conversations);
const within = seconds => ({ deadline: Date.now() + seconds * 1000 });

const upload = path => new Promise((resolve, reject) => {
  const call = images.uploadImage(metadata, within(120), (error, reply) => (error ? reject(error) : resolve(reply.image)));
  createReadStream(path).on('error', reject).map(chunk => ({ chunk })).pipe(call);
});

async function ask(conversationId) {
  const request = {
    conversationId,
    question: 'What is <region1>?',
    newRegions: [{ id: 1, box: { x1: 4, y1: 62, x2: 78, y2: 121, space: 'COORDINATE_SPACE_PIXELS' } }],
    sampling: { temperature: 0 },
  };
  let finished;
  for await (const event of conversations.ask(request, metadata, within(600))) {
    process.stdout.write(event.tokens?.text ?? '');
    finished ??= event.finished;
  }
  process.stdout.write('\n');
  if (!finished) throw new Error('the answer broke off');
}

try {
  const image = await upload(picture);
  const { conversation } = await create({ imageId: image.id }, metadata, within(30));
  try {
    await ask(conversation.id);
  } finally {
    await remove({ conversationId: conversation.id }, metadata, within(30));
  }
} catch (error) {
  console.error(`\n${error.message}`);
  process.exitCode = 1;
} finally {
  images.close();
  conversations.close();
}
