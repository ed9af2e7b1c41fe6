// What is in the SDK's package. (The documents' tests build a program with it.)
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { inFolder } from './documents/runs.mjs';
import { pack } from './package.mjs';
import { root, runOrThrow } from './shell.mjs';

test('the package holds the library, its comments and its README, and nothing of this machine', () => inFolder(async folder => {
  const file = await pack(folder);
  await runOrThrow(`unzip -q "${file}" -d content`, { cwd: folder });
  const read = (name, encoding = 'utf8') => readFileSync(join(folder, 'content', name), encoding);
  const files = (await runOrThrow(`unzip -Z1 "${file}"`)).trim().split('\n').filter(name => !/^(_rels|package)\/|^\[Content_Types\]/.test(name));
  assert.deepEqual(files.sort(), ['GPT4RoI.Client.nuspec', 'README.md', 'lib/net10.0/GPT4RoI.Client.dll', 'lib/net10.0/GPT4RoI.Client.xml']);
  assert.equal(read('README.md'), readFileSync(join(root, 'src/GPT4RoI.Client/README.md'), 'utf8'));
  assert.match(read('lib/net10.0/GPT4RoI.Client.xml'), /M:GPT4RoI\.Client\.Gpt4RoiClient\.AsIChatClient/);
  for (const encoding of ['latin1', 'utf16le']) assert.ok(!read('lib/net10.0/GPT4RoI.Client.dll', encoding).includes(root));
  const nuspec = read('GPT4RoI.Client.nuspec');
  assert.match(nuspec, /<license type="expression">Apache-2\.0<\/license>/);
  assert.match(nuspec, /<readme>README\.md<\/readme>/);
  assert.doesNotMatch(nuspec, /id="Grpc\.Tools"|torch|Orleans/i);
}));
