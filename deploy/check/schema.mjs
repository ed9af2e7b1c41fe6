// Whether objects are what Kubernetes and the operators take: the published schemas find wrong values and missing fields, the types of the same
// packages find fields that do not exist.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { nameOf } from './documents.mjs';

const packages = [
  'kubernetes-models', '@kubernetes-models/keda', '@kubernetes-models/prometheus-operator', '@kubernetes-models/gateway-api',
  '@kubernetes-models/cert-manager',
];

function packageOf(apiVersion) {
  const path = apiVersion; // group/version, or version alone for the core
  return packages.map(name => `${name}/${path}`).find(name => {
    try { return import.meta.resolve(name); } catch { return undefined; }
  });
}

async function wrongValues(object) {
  const source = packageOf(object.apiVersion);
  const model = source && (await import(source))[object.kind];
  if (!model) return [`${nameOf(object)}: no schema for ${object.apiVersion} ${object.kind}`];
  try {
    new model(object).validate();
    return [];
  } catch (error) {
    return [`${nameOf(object)}: ${error.message.replace(/\n/g, ' ')}`];
  }
}

function unknownFields(objects) {
  const folder = mkdtempSync(join(import.meta.dirname, '.types-'));
  try {
    objects.forEach((object, index) => writeFileSync(join(folder, `${index}.ts`),
      `import type { I${object.kind} as T } from '${packageOf(object.apiVersion)}';\nexport const object: T = ${JSON.stringify(object)};\n`));
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({
      compilerOptions: { strict: true, noEmit: true, skipLibCheck: true, module: 'nodenext', moduleResolution: 'nodenext', target: 'es2022', types: [] },
      include: ['*.ts'],
    }));
    const tsc = spawnSync(join(import.meta.dirname, 'node_modules/.bin/tsc'), ['-p', folder, '--pretty', 'false'], { encoding: 'utf8' });
    if (tsc.error) throw tsc.error;
    const errors = [...tsc.stdout.matchAll(/(\d+)\.ts\(\d+,\d+\): error (.*)/g)].map(match => `${nameOf(objects[match[1]])}: ${match[2]}`);
    return tsc.status === 0 || errors.length > 0 ? errors : [`tsc: ${tsc.stdout}${tsc.stderr}`];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export async function schemaFaults(objects) {
  const known = objects.filter(object => packageOf(object.apiVersion));
  return [...(await Promise.all(objects.map(wrongValues))).flat(), ...unknownFields(known)];
}
