// OpenAI's own JavaScript client, and the model that the repository ships.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import OpenAI from 'openai';
import { root, startStandalone } from './standalone.mjs';

const picture = `data:image/png;base64,${readFileSync(join(root, 'models/demo-small/samples/scooter.png')).toString('base64')}`;
const box = [4 / 128, 62 / 128, 78 / 128, 121 / 128];
const ask = text => [{ role: 'user', content: [{ type: 'image_url', image_url: { url: picture } }, { type: 'text', text }] }];
const question = { model: 'demo-small', temperature: 0, messages: ask('What is <region1>?'), regions: [{ box }] };

let server, client;
before(async () => {
  server = await startStandalone();
  client = new OpenAI({ baseURL: `${server.http}/v1`, apiKey: 'none needed', maxRetries: 0 });
});
after(() => server?.stop());

test('models.list', async () => {
  const { data } = await client.models.list();
  assert.deepEqual(data.map(model => model.id), ['demo-small']);
});

test('a completion names the region and counts its tokens', async () => {
  const { choices: [choice], usage } = await client.chat.completions.create(question);
  assert.equal(choice.message.content, 'A scooter.');
  assert.equal(choice.finish_reason, 'stop');
  assert.equal(usage.total_tokens, usage.prompt_tokens + usage.completion_tokens);
  assert.equal(usage.prompt_tokens_details.region_tokens, 1);
});

test('a stream gives the same words, then its usage', async () => {
  const chunks = [];
  for await (const chunk of await client.chat.completions.create({ ...question, stream: true, stream_options: { include_usage: true } })) chunks.push(chunk);
  assert.equal(chunks.flatMap(chunk => chunk.choices).map(choice => choice.delta.content ?? '').join(''), 'A scooter.');
  assert.equal(chunks[0].choices[0].delta.role, 'assistant');
  assert.equal(chunks.at(-2).choices[0].finish_reason, 'stop');
  assert.ok(chunks.at(-1).usage.completion_tokens > 0);
});

test('a second turn meets what the first left in the KV cache', async () => {
  const messages = [...question.messages, { role: 'assistant', content: 'A scooter.' }, { role: 'user', content: 'Is <region1> a dog?' }];
  const { choices: [choice], usage } = await client.chat.completions.create({ ...question, messages });
  assert.match(choice.message.content, /no/i);
  assert.ok(usage.prompt_tokens_details.cached_tokens > usage.prompt_tokens_details.image_tokens, JSON.stringify(usage));
});

test('log-probabilities add up to the words', async () => {
  const { choices: [choice] } = await client.chat.completions.create({ ...question, logprobs: true, top_logprobs: 2 });
  const { content } = choice.logprobs;
  assert.ok(content.every(token => token.logprob <= 0 && token.top_logprobs.length === 2));
  assert.ok(content.length >= 3);
});

test('max_tokens and stop end an answer', async () => {
  const short = await client.chat.completions.create({ ...question, max_tokens: 1 });
  assert.equal(short.choices[0].finish_reason, 'length');
  const stopped = await client.chat.completions.create({ ...question, stop: ['scooter'] });
  assert.deepEqual([stopped.choices[0].message.content.trim(), stopped.choices[0].finish_reason], ['A', 'stop']);
});

test('a wrong request is the error that the client has for it', async () => {
  await assert.rejects(client.chat.completions.create({ ...question, n: 2 }), error => error instanceof OpenAI.BadRequestError && error.param === 'n' && error.code === 'unsupported');
  await assert.rejects(client.chat.completions.create({ ...question, model: 'gpt-4' }), error => error instanceof OpenAI.NotFoundError && error.code === 'model_not_found');
  await assert.rejects(client.chat.completions.create({ ...question, regions: [] }), error => error instanceof OpenAI.BadRequestError && /region/i.test(error.message));
});

test('an abort ends a stream', async () => {
  const stream = await client.chat.completions.create({ ...question, stream: true });
  let pieces = 0;
  for await (const _ of stream) {
    pieces += 1;
    stream.controller.abort();
  }
  assert.ok(pieces >= 1);
});
