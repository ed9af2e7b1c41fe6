// Snippets of code and the transcript, run with the address of the test's server and what they leave to the reader.
import assert from 'node:assert/strict';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import grpc from '@grpc/grpc-js';
import loader from '@grpc/proto-loader';
import OpenAI from 'openai';
import { pack, writeConsumer } from '../package.mjs';
import { root, runOrThrow } from '../shell.mjs';
import { at, inFolder, replaced } from './runs.mjs';

const scooter = join(root, 'models/demo-small/samples/scooter.png');
const isQuestion = line => line.startsWith('/') || line.endsWith('?');

async function startConversation(server) {
  const { v1 } = grpc.loadPackageDefinition(loader.loadSync(
    ['gpt4roi/v1/image_service.proto', 'gpt4roi/v1/conversation_service.proto'], { includeDirs: [join(root, 'protos')] })).gpt4roi;
  const [host, credentials] = [new URL(server.grpc).host, grpc.credentials.createInsecure()];
  const images = new v1.ImageService(host, credentials);
  const conversations = new v1.ConversationService(host, credentials);
  const within = () => ({ deadline: Date.now() + 60_000 });
  const imageId = await new Promise((resolve, reject) => {
    images.uploadImage(new grpc.Metadata(), within(), (error, reply) => (error ? reject(error) : resolve(reply.image.id))).end({ chunk: readFileSync(scooter) });
  });
  const call = name => request => promisify(conversations[name]).call(conversations, request, new grpc.Metadata(), within());
  const { conversation: { id } } = await call('createConversation')({ imageId });
  return { id, turns: async () => (await call('getConversation')({ conversationId: id })).conversation.turns };
}

export const snippets = [
  {
    kind: 'csharp',
    of: [/new Gpt4RoiClient\(/], // in a project of its own, with any picture under its name; what the model says of that means nothing
    run: ([text], server) => inFolder(async folder => {
      cpSync(join(root, 'models/demo-small/backgrounds/brick.jpg'), join(folder, 'photo.jpg'));
      writeFileSync(join(folder, 'Snippet.csproj'), `<Project Sdk="Microsoft.NET.Sdk">
        <PropertyGroup><OutputType>Exe</OutputType><TargetFramework>net10.0</TargetFramework><ImplicitUsings>enable</ImplicitUsings><Nullable>enable</Nullable></PropertyGroup>
        <ItemGroup><ProjectReference Include="${join(root, 'src/GPT4RoI.Client/GPT4RoI.Client.csproj')}" /></ItemGroup>
      </Project>`);
      writeFileSync(join(folder, 'Program.cs'), `using GPT4RoI.Client;\n${replaced(text, ['http://localhost:5090', server.grpc])}\n`);
      assert.match(await runOrThrow('dotnet run -c Release', { cwd: folder, seconds: 240 }), /[a-z]/i);
    }),
  },
  {
    kind: 'csharp',
    of: [/AsIChatClient\(\)/], // in a project that has the package
    run: ([text], server) => inFolder(async folder => {
      cpSync(join(root, 'models/demo-small/backgrounds/brick.jpg'), join(folder, 'photo.jpg'));
      await writeConsumer(folder, await pack(folder));
      const usings = ['GPT4RoI.Client', 'GPT4RoI.Client.Chat', 'Microsoft.Extensions.AI'].map(name => `using ${name};\n`).join('');
      writeFileSync(join(folder, 'Program.cs'), `${usings}await using var client = new Gpt4RoiClient("${server.grpc}");\n${text}\nConsole.WriteLine(answer.Text);\n`);
      assert.match(await runOrThrow('dotnet run -c Release', { cwd: folder, seconds: 240 }), /[a-z]/i);
    }),
  },
  {
    kind: 'js',
    of: [/require\('@grpc\/grpc-js'\)/], // it prints what the server has as the turn's answer
    async run([text], server) {
      const conversation = await startConversation(server);
      const program = `const conversationId = ${JSON.stringify(conversation.id)};\n${replaced(text, ['localhost:5090', new URL(server.grpc).host])}`;
      const output = await runOrThrow('node -e "$PROGRAM"', { env: { PROGRAM: program, NODE_PATH: join(root, 'tests/clients/node_modules') }, seconds: 60 });
      const [turn] = await conversation.turns();
      assert.equal(turn.question, 'What is <region1>?');
      assert.equal(output, turn.answer);
    },
  },
  {
    kind: 'js',
    of: [/new OpenAI\(/],
    async run([text], server) {
      const program = replaced(text, ['http://localhost:5091', server.http]);
      const AsyncFunction = (async () => {}).constructor;
      const picture = `data:image/png;base64,${readFileSync(scooter).toString('base64')}`;
      const choices = await new AsyncFunction('OpenAI', 'apiKey', 'picture', `${program}\nreturn choices;`)(OpenAI, 'none needed', picture);
      assert.equal(choices[0].message.content, 'A scooter.');
    },
  },
  {
    kind: 'text',
    of: [/^\/box /], // after the command above it; what is neither a question nor a command is an answer
    async run([text], server, items) {
      const { text: command } = items.find(item => item.text.startsWith('gpt4roi chat '));
      const lines = text.split('\n');
      const output = await runOrThrow(command, { env: at(server), input: `${lines.filter(isQuestion).join('\n')}\n` });
      assert.deepEqual(output.trimEnd().split('\n'), lines.filter(line => !isQuestion(line)));
    },
  },
  { of: [/^gpt4roi chat /], title: ' (run with the transcript below it)', run: ([text]) => assert.match(text, /--temperature 0 --image \S+$/) },
  { kind: 'text', of: [/──►/], title: ' (a drawing)', run: () => {} },
];
