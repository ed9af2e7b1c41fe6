import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../../../..');
const PROGRAM = join(ROOT, 'src/GPT4RoI.Standalone/bin/Release/net10.0/GPT4RoI.Standalone.dll');
const READY = 'Ctrl-C stops';
const START_MS = 120_000;

/** The whole system in a process of its own, on free ports and with a data folder that goes when it stops. */
export class Standalone {
  #process;
  #settings;
  #data;

  /** @param {Record<string, string>} settings as environment variables */
  static async start(settings = {}) {
    const server = new Standalone();
    const [grpc, http, operations] = await freePorts(3);
    server.#data = await mkdtemp(join(tmpdir(), 'gpt4roi-page-'));
    server.#settings = {
      Gateway__GrpcPort: String(grpc),
      Gateway__HttpPort: String(http),
      Operations__Port: String(operations),
      Data__Directory: server.#data,
      Engine__KvCacheBytes: String(64 << 20),
      ...settings,
    };
    server.port = http;
    await server.#run();
    return server;
  }

  get url() {
    return `http://localhost:${this.port}/`;
  }

  /** Stops it and starts it on the same data: what it kept in memory only is gone. */
  async restart() {
    await this.#end();
    await this.#run();
  }

  async stop() {
    await this.#end();
    await rm(this.#data, { recursive: true, force: true });
  }

  async #run() {
    const child = spawn('dotnet', [PROGRAM], { cwd: ROOT, env: { ...process.env, ...this.#settings }, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#process = child;
    let output = '';
    await new Promise((ready, failed) => {
      const timer = setTimeout(() => failed(new Error(`not ready after ${START_MS} ms:\n${output}`)), START_MS);
      const read = (chunk) => {
        output += chunk;
        if (output.includes(READY)) {
          clearTimeout(timer);
          ready();
        }
      };
      child.stdout.on('data', read);
      child.stderr.on('data', read);
      child.once('error', failed);
      child.once('exit', (code) => failed(new Error(`ended with ${code}:\n${output}`)));
    });
  }

  async #end() {
    if (this.#process.exitCode === null) {
      this.#process.kill('SIGTERM');
      await once(this.#process, 'exit');
    }
  }
}

/** Ports that nobody listens on just now. */
export async function freePorts(count) {
  const servers = await Promise.all(Array.from({ length: count }, async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return server;
  }));
  const ports = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => new Promise((closed) => server.close(closed))));
  return ports;
}
