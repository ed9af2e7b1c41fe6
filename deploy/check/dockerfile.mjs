// Two linters, and what they do not look at: pinned bases, no root, labels.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './processes.mjs';

const path = join(import.meta.dirname, '../Dockerfile');
const text = readFileSync(path, 'utf8');
const faults = [];

for (const [linter, ...args] of [['dockerfile-utils', 'lint'], ['dockerfilelint', '--config', import.meta.dirname]]) {
  const { status, stdout, stderr } = run(join(import.meta.dirname, 'node_modules/.bin', linter), [...args, path]);
  if (status !== 0) faults.push(`${linter}: ${stdout}${stderr}`);
}

const defaults = Object.fromEntries([...text.matchAll(/^ARG (\w+)=(\S+)$/gm)].map(([, name, value]) => [name, value]));
const stages = [...text.matchAll(/^FROM (\S+) AS (\S+)\n([\s\S]*?)(?=^FROM |(?![\s\S]))/gm)].map(([, base, name, body]) => ({
  base: base.replace(/\$\{(\w+)\}/g, (_, used) => defaults[used]), name, body,
}));
for (const { base, name, body } of stages) {
  const own = base === 'scratch' || stages.some(stage => stage.name === base);
  if (!own && !/:\d+\.\d+\.\d+[\w.-]*$/.test(base)) faults.push(`${name}: ${base} is not pinned to a version`);
  if (body.includes('ENTRYPOINT') && !/^USER [1-9]\d*$/m.test(body)) faults.push(`${name}: no USER that is not root, by number`);
  if (/^(gateway|silo|demo-weights)$/.test(name) && !body.includes('org.opencontainers.image.licenses')) faults.push(`${name}: no labels`);
}

faults.forEach(fault => console.log(fault));
process.exitCode = faults.length > 0 ? 1 : 0;
