// node manifests.mjs FILE…: checks rendered manifests, a line per fault. Exit code 1 if there is one.
import { basename } from 'node:path';
import { read } from './documents.mjs';
import { invariantFaults } from './invariants.mjs';
import { schemaFaults } from './schema.mjs';

for (const file of process.argv.slice(2)) {
  const objects = read(file);
  const faults = [...await schemaFaults(objects), ...invariantFaults(objects)];
  faults.forEach(fault => console.log(`${basename(file)}  ${fault}`));
  console.log(`${basename(file)}: ${objects.length} objects, ${faults.length} faults`);
  if (faults.length > 0) process.exitCode = 1;
}
