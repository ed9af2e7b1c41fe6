// node start.mjs HELM: starts the cluster that the chart renders, process by process, against a Redis with TLS and users; asks it a question through
// the gateway; looks at what a Prometheus and an OTLP receiver see; and stops it again.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import YAML from 'yaml';
import { startPods, stop, untilReady } from './pods.mjs';
import { run, runOrThrow, stopAll, until } from './processes.mjs';
import { startRedis } from './redis.mjs';
import { metricsIn, panelsOf, receiveTraces, startPrometheus, traceWith } from './telemetry.mjs';

const [helm] = process.argv.slice(2);
const root = join(import.meta.dirname, '../..');
const chart = join(root, 'helm/gpt4roi');
const source = join(root, 'src');
const apiKey = 'acme-key-0123456789';
const folder = mkdtempSync(join(tmpdir(), 'gpt4roi-start-'));

const step = text => console.log(`  ${text}`);
const sha256 = data => createHash('sha256').update(data).digest('hex');

function copyWeights(weights) {
  cpSync(join(root, 'models/demo-small'), join(weights, 'demo-small'), { recursive: true });
  const sums = runOrThrow('sh', ['-c', 'find . -type f -not -name SHA256SUMS -printf "%P\\0" | xargs -0 sha256sum'], { cwd: join(weights, 'demo-small') });
  writeFileSync(join(weights, 'demo-small/SHA256SUMS'), sums);
  return sha256(sums);
}

function ask(gateway, key) {
  return run('dotnet', [join(source, 'GPT4RoI.Cli/bin/Release/net10.0/gpt4roi.dll'), 'ask', '--server', `http://127.0.0.1:${gateway.ports.grpc}`,
    '--image', join(root, 'models/demo-small/samples/scooter.png'), '--box', '4,62,78,121', '--temperature', '0', 'What is <region1>?'],
  { env: { ...process.env, GPT4ROI_API_KEY: key } });
}

async function main() {
  const redis = await startRedis(folder);
  const traces = await receiveTraces();
  const checksum = copyWeights(join(folder, 'weights'));
  const values = {
    redis: { trial: { enabled: false }, caSecret: 'redis-ca', ports: [redis.port] },
    otlp: { endpoint: traces.endpoint },
    weights: { checksum },
    gateway: { drainSeconds: 10 },
    defaults: { drainSeconds: 10, extraEnv: { OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf', OTEL_BSP_SCHEDULE_DELAY: '500' } },
    monitoring: { prometheusUrl: 'http://prometheus:9090' },
  };
  writeFileSync(join(folder, 'values.yaml'), YAML.stringify(values));
  const rendered = runOrThrow(helm, ['template', 'r', chart, '-f', join(chart, 'examples/values-cpu-smoke.yaml'), '-f', join(folder, 'values.yaml')]);
  const objects = YAML.parseAllDocuments(rendered).map(document => document.toJS()).filter(Boolean);
  const mounts = { '/weights': join(folder, 'weights'), '/run/redis-ca': join(folder) };
  const secrets = {
    gpt4roi: { Cluster__Secret: `${randomBytes(32).toString('base64')}\n`, Cluster__Redis: redis.connection, Store__Features: redis.connection },
    'gpt4roi-keys': { Gateway__ApiKeys__0__Tenant: 'acme', Gateway__ApiKeys__0__Sha256: sha256(apiKey) },
  };
  const pods = (await Promise.all(objects.filter(object => object.kind === 'Deployment')
    .map(deployment => startPods(deployment, { source, secrets, mounts, folder })))).flat();
  await Promise.all(pods.map(untilReady));
  step(`${pods.length} pods are ready: ${pods.map(pod => pod.name).join(', ')}`);

  const gateway = pods.find(pod => pod.kind === 'gateway');
  const [script] = objects.find(object => object.kind === 'Pod').spec.containers[0].args;
  const here = script.replace(/http:\/\/[^/]+/, `http://127.0.0.1:${gateway.ports.http}`);
  assert.notEqual(here, script);
  await until('helm test passes', 30, () => run('sh', ['-euc', here]).status === 0, gateway.process);
  step('helm test: the cluster serves');

  const answer = ask(gateway, apiKey);
  assert.equal(answer.status, 0, answer.stderr);
  assert.match(answer.stdout, /scooter/i);
  step(`a question is answered: ${answer.stdout.trim()}`);
  const refused = ask(gateway, 'another-key-012345');
  assert.notEqual(refused.status, 0);
  assert.match(refused.stderr, /API key/);
  step('without its key it is not');

  const parts = [['gpt4roi-gateway', 'Ask'], ['gpt4roi-vision', 'IRoiGrain'], ...['turn', 'encode', 'regions', 'queue', 'prefill', 'decode'].map(name => ['gpt4roi-llm', name])];
  const trace = await until('one trace goes from the gateway to the last token', 30, () => traceWith(traces.spans, parts));
  const told = JSON.stringify(traces.spans.map(span => span.attributes));
  for (const secret of [apiKey, 'What is', 'scooter']) assert.ok(!told.includes(secret), `a trace tells "${secret}"`);
  step(`one trace of ${trace.length} spans goes through ${new Set(trace.map(span => span.service)).size} processes, and tells no question`);

  const query = await startPrometheus(folder, pods.map(pod => ({
    address: `${pod.ip}:${pod.ports.operations}`,
    labels: { namespace: 'default', pod: pod.name, app_kubernetes_io_instance: 'r', app_kubernetes_io_component: pod.component },
  })));
  const panels = panelsOf(join(chart, 'dashboards/gpt4roi.json'));
  for (const panel of panels) await query(panel);
  const scaled = runOrThrow(helm, ['template', 'r', chart, '-f', join(chart, 'examples/values-cpu-smoke.yaml'), '-f', join(folder, 'values.yaml'),
    '--set', 'defaults.autoscaling.kind=keda', '--show-only', 'templates/autoscaling.yaml']);
  const scaling = YAML.parseAllDocuments(scaled).map(document => document.toJS()).filter(Boolean).flatMap(object => object.spec.triggers).map(trigger => trigger.metadata.query);
  for (const expression of scaling) assert.equal((await query(expression)).length, 1, `${expression} finds nothing to scale by`);
  const adapter = readFileSync(join(chart, 'examples/prometheus-adapter.yaml'), 'utf8');
  assert.ok(adapter.includes('gpt4roi_(gateway_streams_open|engine_tokens_waiting|vision_queue_depth)'));
  const named = metricsIn([...panels, ...scaling, readFileSync(join(chart, 'rules/alerts.yaml'), 'utf8')]);
  for (const metric of named) assert.notEqual((await query(metric)).length, 0, `no pod has ${metric}`);
  step(`Prometheus takes ${panels.length} expressions of the dashboard and ${scaling.length} of KEDA, and has all ${named.size} metrics that they and the alerts name`);

  const llm = pods.filter(pod => pod.component === 'llm');
  assert.equal(await stop(llm[0]), 0, llm[0].process.output);
  assert.match(ask(gateway, apiKey).stdout, /scooter/i);
  step(`${llm[0].name} ends by itself when told to, and the other answers`);
  for (const pod of pods.filter(pod => pod !== llm[0]).sort((a, b) => a.kind.localeCompare(b.kind))) assert.equal(await stop(pod), 0, `${pod.name}: ${pod.process.output}`);
  step('so do all the others');
  for (const { process: { name, output } } of pods) for (const secret of [apiKey, 'What is', 'correct-horse']) assert.ok(!output.includes(secret), `${name} logs "${secret}"`);
  traces.close();
}

try {
  await main();
} finally {
  await stopAll();
  rmSync(folder, { recursive: true, force: true });
}
