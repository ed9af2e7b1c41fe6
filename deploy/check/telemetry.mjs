// A real Prometheus, and a receiver of OTLP over HTTP that decodes with OpenTelemetry's own definitions.
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { freePort, start, until } from './processes.mjs';

const otlp = createRequire(import.meta.url)('@opentelemetry/otlp-transformer/build/src/generated/root.js').opentelemetry.proto.collector;
const hex = bytes => Buffer.from(bytes ?? []).toString('hex');

export async function receiveTraces() {
  const spans = [];
  const server = createServer((request, response) => {
    const parts = [];
    request.on('data', part => parts.push(part));
    request.on('end', () => {
      const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(Buffer.concat(parts)) : Buffer.concat(parts);
      if (request.url === '/v1/traces') {
        for (const { resource, scopeSpans } of otlp.trace.v1.ExportTraceServiceRequest.decode(body).resourceSpans) {
          const service = resource.attributes.find(({ key }) => key === 'service.name').value.stringValue;
          for (const span of scopeSpans.flatMap(scope => scope.spans)) {
            spans.push({ service, name: span.name, trace: hex(span.traceId), attributes: span.attributes });
          }
        }
      }
      response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
    });
  });
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
  return { spans, endpoint: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}

// Spans of the one trace that all of the parts are in.
export function traceWith(spans, parts) {
  const traces = [...new Set(spans.map(span => span.trace))].map(trace => spans.filter(span => span.trace === trace));
  const whole = traces.find(trace => parts.every(([service, name]) => trace.some(span => span.service === service && span.name.includes(name))));
  if (!whole) throw new Error(`there is none among\n${traces.map(trace => [...new Set(trace.map(({ service, name }) => `${service} ${name}`))].join(' | ')).join('\n')}`);
  return whole;
}

export async function startPrometheus(folder, targets) {
  const port = await freePort();
  const config = join(folder, 'prometheus.yml');
  writeFileSync(config, JSON.stringify({
    global: { scrape_interval: '1s' },
    scrape_configs: [{ job_name: 'gpt4roi', static_configs: targets.map(({ address, labels }) => ({ targets: [address], labels })) }],
  }));
  const server = start('prometheus', 'prometheus',
    [`--config.file=${config}`, `--storage.tsdb.path=${join(folder, 'tsdb')}`, `--web.listen-address=127.0.0.1:${port}`]);
  const query = async expression => {
    const reply = await fetch(`http://127.0.0.1:${port}/api/v1/query`, { method: 'POST', body: new URLSearchParams({ query: expression }), signal: AbortSignal.timeout(10_000) });
    const { status, data, error } = await reply.json();
    if (status !== 'success') throw new Error(`${expression}: ${error}`);
    return data.result;
  };
  await until('Prometheus has scraped every pod a few times', 60, async () => (await query('sum_over_time(up[30s]) > 2')).length === targets.length, server);
  return query;
}

// Names of our metrics in expressions.
export const metricsIn = expressions => new Set(expressions.flatMap(expression => expression.match(/\b(gpt4roi|gen_ai)_[a-z0-9_]+/g) ?? []));

export const panelsOf = file => JSON.parse(readFileSync(file, 'utf8')).panels.flatMap(panel => panel.targets ?? []).map(target =>
  target.expr.replaceAll('$__rate_interval', '1m').replaceAll('$namespace', '.*'));
