// The examples of docs/examples, as their README says, against the model that the repository ships and against a server that breaks off.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { examples } from './examples.mjs';
import { startFakeGrpc, startFakeHttp } from './fake.mjs';
import { run, runOrThrow } from './shell.mjs';
import { startStandalone } from './standalone.mjs';

const nobody = { GPT4ROI_SERVER: 'http://127.0.0.1:1', OPENAI_BASE_URL: 'http://127.0.0.1:1/v1' };
const words = line => (line.startsWith('data: {') ? JSON.parse(line.slice(6)).choices[0].delta.content ?? '' : '');

let server;
before(async () => { server = await startStandalone(); });
after(() => server?.stop());

for (const { name, prepare, run: command, again = command, server: variable, skip } of examples) {
  const overHttp = variable === 'OPENAI_BASE_URL';
  describe(name, () => {
    before(async () => {
      for (const step of skip ? [] : prepare) await runOrThrow(step, { seconds: 300 });
    });

    test('the answer is right', { skip }, async () => {
      const output = await runOrThrow(command, { env: { [variable]: overHttp ? `${server.http}/v1` : server.grpc }, seconds: 120 });
      if (!overHttp) {
        assert.equal(output, 'A scooter.\n');
        return;
      }
      const [models, whole, ...stream] = output.split('\n');
      assert.deepEqual(JSON.parse(models).data.map(model => model.id), ['demo-small']);
      assert.equal(JSON.parse(whole).choices[0].message.content, 'A scooter.');
      assert.equal(stream.map(words).join(''), 'A scooter.');
    });

    for (const breaks of ['ends', 'goes']) {
      test(`an answer whose stream ${breaks} before its end is an error`, { skip }, async () => {
        const fake = await (overHttp ? startFakeHttp : startFakeGrpc)(breaks);
        try {
          const { status, stdout, stderr } = await run(again, { env: { [variable]: fake.address, GPT4ROI_API_KEY: 'a-key-of-the-test' }, seconds: 120 });
          assert.equal(status, 1, stdout + stderr);
          assert.match(stderr, /\S/);
          const told = overHttp ? stdout.split('\n').map(words).join('') : stdout.trim();
          assert.ok(told === 'A' || (breaks === 'goes' && told === ''), stdout); // what a connection that is cut held may be lost
          assert.deepEqual([...fake.keys], ['a-key-of-the-test']);
        } finally {
          fake.stop();
        }
      });
    }

    test('no server is an error', { skip }, async () => {
      const { status, stdout, stderr } = await run(again, { env: nobody, seconds: 120 });
      assert.notEqual(status, 0);
      assert.match(stderr, /\S/);
      assert.equal(stdout.trim(), '');
    });
  });
}
