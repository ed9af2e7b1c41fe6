// Reads rendered manifests. A key that comes twice is an error.
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import YAML from 'yaml';

export function read(file) {
  return YAML.parseAllDocuments(readFileSync(file, 'utf8'), { uniqueKeys: true })
    .filter(document => document.contents !== null)
    .map(document => {
      if (document.errors.length > 0) throw new Error(`${basename(file)}: ${document.errors[0].message}`);
      return document.toJS();
    });
}

export const nameOf = object => `${object.kind}/${object.metadata?.name}`;
