// Commands that are run here, with the addresses, folders and counts of the test in place of the documents'. `of` are the commands, as they stand or a
// pattern; `run` gets their texts in the documents' order, and the server.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root, run, runOrThrow, start } from '../shell.mjs';

const sha256 = data => createHash('sha256').update(data).digest('hex');

/** Puts one thing in the place of another, which must be there. */
export function replaced(text, ...pairs) {
  return pairs.reduce((result, [old, other]) => {
    assert.ok(result.includes(old), `"${old}" is no longer in: ${text}`);
    return result.replaceAll(old, other);
  }, text);
}

export async function inFolder(work) {
  const folder = mkdtempSync(join(tmpdir(), 'gpt4roi-documents-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export const at = server => ({ GPT4ROI_SERVER: server.grpc });

async function untilTheFirstSteps(command) {
  const training = start(command, { seconds: 180 });
  await training.shows(/^\w[\w-]* \d+\/\d+ /m);
  const { status, stdout, stderr } = await training.terminate();
  assert.equal(status, 130, stdout + stderr);
  return Number(stdout.match(/^\S+ (\d+)\//m)[1]);
}

const stepsOf = folder => Math.max(...readdirSync(join(folder, 'checkpoints')).map(name => Number(name.split('-').at(-1))));

export const runs = [
  {
    of: ['dotnet run -c Release --project src/GPT4RoI.Cli -- ask --image models/demo-small/samples/scooter.png --box 4,62,78,121 "What is <region1>?"'],
    run: async ([text], server) => assert.equal(await runOrThrow(text, { env: at(server) }), 'A scooter.\n'),
  },
  {
    of: [/^curl -s .*\/gpt4roi\/v1\/images$/, /^curl -s .*\/gpt4roi\/v1\/conversations$/, /^curl -sN .*:ask /], // each with the id that the one before told
    async run([upload, create, ask], server) {
      const json = async (text, variables) => JSON.parse(await runOrThrow(replaced(text, ['localhost:5091', new URL(server.http).host]), { env: variables }));
      const { image } = await json(upload);
      const { conversation } = await json(create, { IMAGE: image.id });
      const lines = (await runOrThrow(replaced(ask, ['localhost:5091', new URL(server.http).host]), { env: { CONVERSATION: conversation.id } })).trim().split('\n');
      const events = lines.map(line => JSON.parse(line));
      assert.ok(events.at(-1).finished.answer.length > 0);
      assert.equal(events.map(event => event.tokens?.text ?? '').join(''), events.at(-1).finished.answer);
    },
  },
  {
    of: ['gpt4roi ask | chat | verify | weights | bench | data | train | eval'],
    async run([text]) {
      for (const command of text.replace('gpt4roi ', '').split(' | ')) assert.match(await runOrThrow(`gpt4roi ${command} --help`), /--json/, command);
    },
  },
  {
    of: ['gpt4roi weights apply-delta --base llama-7b --delta gpt4roi-delta --out models/gpt4roi-7b'],
    run: ([text]) => inFolder(async folder => { // a base and a delta of the golden fixtures under the documents' names
      symlinkSync(join(root, 'tests/golden/delta/base'), join(folder, 'llama-7b'));
      symlinkSync(join(root, 'tests/golden/delta/delta'), join(folder, 'gpt4roi-delta'));
      mkdirSync(join(folder, 'models'));
      assert.match(await runOrThrow(text, { cwd: folder }), /^[1-9]\d* tensors/);
      assert.ok(readdirSync(join(folder, 'models/gpt4roi-7b')).some(name => name.endsWith('.safetensors')));
    }),
  },
  {
    of: ['dotnet run -c Release --project src/GPT4RoI.Cli -- train --config models/demo-small/train.json', 'gpt4roi train --config models/demo-small/train.json --out DIR'],
    run: ([first, second]) => inFolder(async folder => { // not all of its hours: to its first steps, and on from there
      assert.equal(second.includes('--out DIR'), true);
      await untilTheFirstSteps(`${first} --out ${folder}`);
      const before = stepsOf(folder);
      assert.ok(await untilTheFirstSteps(replaced(second, ['DIR', folder])) > before);
      assert.ok(stepsOf(folder) > before);
    }),
  },
  {
    of: ['dotnet run -c Release --project src/GPT4RoI.Cli -- data scenes --out scenes'],
    run: ([text]) => inFolder(async folder => {
      await runOrThrow(replaced(text, ['--out scenes', `--out ${folder}`]));
      assert.ok(existsSync(join(folder, '00015.boxes.png')));
    }),
  },
  {
    of: ['gpt4roi data scenes --seed 12'],
    run: ([text]) => inFolder(async folder => { // the samples are among what it draws
      await runOrThrow(`${text} --out ${folder}`);
      const drawn = new Set(readdirSync(folder).map(name => sha256(readFileSync(join(folder, name)))));
      const samples = join(root, 'models/demo-small/samples');
      for (const name of readdirSync(samples).filter(name => name.endsWith('.png'))) assert.ok(drawn.has(sha256(readFileSync(join(samples, name)))), name);
    }),
  },
  {
    of: ['gpt4roi ask --image'], // each box of the samples' table by itself
    async run([text], server) {
      const table = readFileSync(join(root, 'models/demo-small/samples/README.md'), 'utf8');
      const rows = [...table.matchAll(/^\| (\w+\.png) \| (.*) \|$/gm)];
      assert.equal(rows.length, 2);
      for (const [, picture, boxes] of rows) {
        for (const [, name, box] of boxes.matchAll(/\d+ ([a-z ]+) ([\d,]+)/g)) {
          const answer = await runOrThrow(`${text} models/demo-small/samples/${picture} --box ${box} --temperature 0 "What is <region1>?"`, { env: at(server) });
          assert.match(answer, new RegExp(`^An? ${name}\\.\n$`), `${picture} ${box}`);
        }
      }
    },
  },
  {
    of: ['eval --model DIR --seed N', 'gpt4roi eval --model models/demo-small --seed N --scenes 500'], // two scenes, not hundreds
    async run([short, long]) {
      assert.match(await runOrThrow(`gpt4roi ${replaced(short, ['DIR', 'models/demo-small'], [' N', ' 101'])} --scenes 2`), /^2 scenes/m);
      assert.match(await runOrThrow(replaced(long, [' N ', ' 101 '], ['--scenes 500', '--scenes 2'])), /^2 scenes/m);
    },
  },
  {
    of: ['gpt4roi verify --fixtures tests/golden'], // a quick stage; GPT4RoI.Cli.Tests run each
    run: async ([text]) => assert.match(await runOrThrow(`${text} --stage sampling`), /^[1-9]\d* passed, 0 failed$/m),
  },
  {
    of: ['gpt4roi bench engine'],
    run: async ([text]) => assert.ok(JSON.parse(await runOrThrow(`${text} --batch 1 --prompt-tokens 8 --output-tokens 2 --repeats 1`))),
  },
  {
    of: ['gpt4roi bench serve'],
    run: async ([text], server) =>
      assert.equal(JSON.parse(await runOrThrow(`${text} --requests 2 --concurrency 1 --images 1 --output-tokens 2`, { env: at(server) })).requests.failed, 0),
  },
  {
    of: [/^kubectl create secret generic gpt4roi /, /^KEY=/, /^kubectl create secret generic gpt4roi-keys /], // kubectl writes down what it is told
    async run(texts) {
      const output = await runOrThrow(`kubectl() { printf '%s\\n' "$@"; }\n${texts.join('\n')}\nprintf %s "$KEY"`);
      const lines = output.split('\n');
      const told = name => lines.find(line => line.startsWith(`--from-literal=${name}=`)).slice(`--from-literal=${name}=`.length);
      assert.equal(Buffer.from(told('Cluster__Secret'), 'base64').length, 32);
      assert.equal(told('Gateway__ApiKeys__0__Sha256'), sha256(lines.at(-1)));
      const values = readFileSync(join(root, 'helm/gpt4roi/examples/values-cpu-smoke.yaml'), 'utf8');
      assert.match(values, /secrets: \{ cluster: gpt4roi, apiKeys: gpt4roi-keys \}/);
    },
  },
  {
    of: [/^cd gpt4roi-7b && find /],
    run: ([text]) => inFolder(async folder => { // the tiny model under that name
      cpSync(join(root, 'models/fixture-tiny'), join(folder, 'gpt4roi-7b'), { recursive: true });
      const [checksum] = (await runOrThrow(text, { cwd: folder })).split(' ');
      const sums = readFileSync(join(folder, 'gpt4roi-7b/SHA256SUMS'), 'utf8');
      assert.equal(checksum, sha256(sums));
      for (const line of sums.trim().split('\n')) assert.equal(line.slice(0, 64), sha256(readFileSync(join(folder, 'gpt4roi-7b', line.slice(66)))), line);
      const { status, stderr } = await run(`cd gpt4roi-7b && sha256sum --strict --check SHA256SUMS`, { cwd: folder });
      assert.equal(status, 0, stderr);
    }),
  },
];
