// Whatever the documents tell to type is run: here, or where documents/elsewhere.mjs says. A command that nobody runs fails the test that has its name.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { cluster } from './documents/cluster.mjs';
import { elsewhere } from './documents/elsewhere.mjs';
import { allItems, itemsOf } from './documents/markdown.mjs';
import { runs } from './documents/runs.mjs';
import { snippets } from './documents/snippets.mjs';
import { root } from './shell.mjs';
import { startStandalone } from './standalone.mjs';

const items = allItems();
const covers = ({ kind = 'command', of }, item) => item.kind === kind && of.some(text => (text instanceof RegExp ? text.test(item.text) : text === item.text));
const heldElsewhere = elsewhere.map(({ command, file, holds, because }) => ({
  of: [command],
  title: because ? ` (not run here: ${because}; ${file})` : ` (run by ${file})`,
  run: () => assert.ok(readFileSync(join(root, file), 'utf8').includes(holds), `${file} does not hold: ${holds}`),
}));
const claims = [...runs, ...snippets, ...cluster, ...heldElsewhere];

let server;
before(async () => { server = await startStandalone(); });
after(() => server?.stop());

test('what is to be typed is found', () => {
  const text = ['Try `gpt4roi new', 'thing` or `a_name`.', '```bash', 'one \\', '  --two    # why', '# a comment', 'three "#4"', '```', '```js', 'four();', '```'].join('\n');
  assert.deepEqual(itemsOf(text), [
    { kind: 'command', line: 1, text: 'gpt4roi new thing' },
    { kind: 'command', line: 4, text: 'one --two' },
    { kind: 'command', line: 7, text: 'three "#4"' },
    { kind: 'js', line: 10, text: 'four();' },
  ]);
});

test('nothing is claimed that no document has', () => {
  const gone = claims.flatMap(claim => claim.of.filter(text => !items.some(item => covers({ kind: claim.kind, of: [text] }, item))));
  assert.deepEqual(gone.map(String), []);
});

describe('documents', () => {
  for (const item of items) {
    const [claim, ...more] = claims.filter(candidate => covers(candidate, item));
    test(`${item.places.join(', ')}: ${item.text.split('\n')[0]}${claim?.title ?? ''}`, { skip: claim?.skip }, async () => {
      assert.ok(claim, 'nobody runs this: run it in tests/clients/documents, or say in elsewhere.mjs there who does');
      assert.equal(more.length, 0, 'two run this');
      const texts = items.filter(other => covers(claim, other)).map(other => other.text);
      claim.done ??= Promise.resolve(claim.run(texts, server, items)); // commands that belong together are run once
      await claim.done;
    });
  }
});
