// Every check must be able to find its fault: a good set of manifests, broken in one place at a time.
// RENDERED is the folder of the rendered examples.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { read } from './documents.mjs';
import { invariantFaults } from './invariants.mjs';
import { schemaFaults } from './schema.mjs';

const good = () => structuredClone([...cache]);
const cache = read(join(process.env.RENDERED, 'values-h100-pools.yaml'));
const find = (objects, kind, part = '') => objects.find(object => object.kind === kind && object.metadata.name.includes(part));
const container = (objects, part = 'gateway') => find(objects, 'Deployment', part).spec.template.spec.containers[0];
const set = (object, path, value) => {
  const keys = path.split('.');
  const last = keys.pop();
  keys.reduce((at, key) => at[key], object)[last] = value;
};

const broken = {
  'not among the versions': o => set(find(o, 'PodDisruptionBudget'), 'apiVersion', 'policy/v1beta1'),
  'no RFC 1123 label': o => set(find(o, 'Service'), 'metadata.name', 'Gateway'),
  'mounts a token': o => set(find(o, 'Deployment'), 'spec.template.spec.automountServiceAccountToken', true),
  'takes the environment of services': o => set(find(o, 'Deployment'), 'spec.template.spec.enableServiceLinks', true),
  'shares namespaces of the host': o => set(find(o, 'Deployment'), 'spec.template.spec.hostNetwork', true),
  'may run as root': o => set(find(o, 'Deployment'), 'spec.template.spec.securityContext.runAsNonRoot', false),
  'has no seccomp profile': o => set(find(o, 'Deployment'), 'spec.template.spec.securityContext.seccompProfile', undefined),
  'selects other pods than its own': o => set(find(o, 'Deployment'), 'spec.template.metadata.labels.app', undefined) || set(find(o, 'Deployment'), 'spec.selector.matchLabels.app', 'x'),
  'which is no volume': o => container(o).volumeMounts.push({ name: 'lost', mountPath: '/lost' }),
  'no readinessProbe': o => delete container(o).readinessProbe,
  'no livenessProbe': o => delete container(o).livenessProbe,
  'which is no port of it': o => set(container(o), 'livenessProbe.httpGet.port', 'metrics'),
  'but may drain for': o => set(find(o, 'Deployment'), 'spec.template.spec.terminationGracePeriodSeconds', 30),
  'can write to its image': o => set(container(o), 'securityContext.readOnlyRootFilesystem', false),
  'may gain privileges': o => delete container(o).securityContext.allowPrivilegeEscalation,
  'keeps capabilities': o => set(container(o), 'securityContext.capabilities.drop', ['NET_RAW']),
  'has no memory limit': o => delete container(o).resources.limits.memory,
  'has a CPU limit': o => set(container(o), 'resources.limits.cpu', '2'),
  'is not pinned': o => set(container(o), 'image', 'registry.example:5000/gateway'),
  'is set twice': o => container(o).env.push({ name: 'OTEL_SERVICE_NAME', value: 'x' }),
  'is a secret in the environment': o => container(o).env.push({ name: 'Cluster__Secret', value: 'x' }),
  'before it is set': o => container(o).env.unshift({ name: 'EARLY', value: '$(POD_IP)' }),
  'nvidia.com/gpu is 0.5': o => set(container(o, 'llm-h100').resources, 'limits', { memory: '1Gi', 'nvidia.com/gpu': 0.5 }),
  'selects no pod': o => set(find(o, 'Service'), 'spec.selector', { app: 'x' }),
  "none of its pods'": o => set(find(o, 'Service').spec.ports[0], 'targetPort', 'web'),
  'is not for one pool': o => set(find(o, 'PodDisruptionBudget'), 'spec.selector.matchLabels', {}),
  'finds no port': o => set(find(o, 'PodMonitor').spec.podMetricsEndpoints[0], 'port', 'metrics'),
  'finds no port operations, or several': o => delete find(o, 'ServiceMonitor').spec.selector.matchLabels['gpt4roi/service'] && set(find(o, 'Service', 'headless').spec.ports[0], 'name', 'x'),
  'scales llm, which is not there': o => set(find(o, 'ScaledObject'), 'spec.scaleTargetRef.name', 'llm'),
  'scales what has a fixed number of pods': o => o.filter(x => x.kind === 'Deployment').forEach(x => set(x, 'spec.replicas', 2)),
  'may scale to nothing': o => set(find(o, 'ScaledObject'), 'spec.minReplicaCount', 0),
  'leads to gateway:1, which is not there': o => set(find(o, 'GRPCRoute').spec.rules[0], 'backendRefs', [{ name: 'gateway', port: 1 }]),
  'is for no pod': o => set(find(o, 'NetworkPolicy'), 'spec.podSelector.matchLabels', { app: 'x' }),
  'lets in to 1, which is no port of its pods': o => find(o, 'NetworkPolicy').spec.ingress.push({ ports: [{ port: 1 }] }),
  'is there twice': o => o.push(structuredClone(find(o, 'Service'))),
  'a pod is under none': o => o.splice(o.indexOf(find(o, 'NetworkPolicy', 'silo')), 1),
};

test('good manifests have no fault', () => assert.deepEqual(invariantFaults(good()), []));

for (const [fault, breakIt] of Object.entries(broken)) {
  test(`found: ${fault}`, () => {
    const objects = good();
    breakIt(objects);
    const faults = invariantFaults(objects);
    assert.ok(faults.some(found => found.includes(fault)), `found instead: ${faults.join('; ') || 'nothing'}`);
  });
}

const unfit = {
  'a field that does not exist': o => set(container(o), 'readinesProbe', {}),
  'a number for a string': o => container(o).env.push({ name: 'A', value: 1 }),
  'a field that is missing': o => delete container(o).name,
  'a value out of its set': o => set(find(o, 'Deployment'), 'spec.strategy.type', 'Rolling'),
  'an unknown field of an operator': o => set(find(o, 'PodMonitor'), 'spec.podMetricsEndpoint', []),
  'a number for a string of KEDA': o => set(find(o, 'ScaledObject').spec.triggers[0], 'metadata.threshold', 4000),
  'an unknown field of a route': o => set(find(o, 'GRPCRoute').spec.rules[0], 'backends', []),
};

for (const [fault, breakIt] of Object.entries(unfit)) {
  test(`found by schema: ${fault}`, async () => {
    const objects = good();
    breakIt(objects);
    assert.notDeepEqual(await schemaFaults(objects), []);
  });
}

test('good manifests fit their schemas', async () => assert.deepEqual(await schemaFaults(good()), []));
