// The whole system in one process, on free ports, with a folder of its own. It must be built (dotnet build -c Release).
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '../..');
const startSeconds = 120;

export async function startStandalone() {
  const folder = mkdtempSync(join(tmpdir(), 'gpt4roi-clients-'));
  const server = spawn('dotnet', [join(root, 'src/GPT4RoI.Standalone/bin/Release/net10.0/GPT4RoI.Standalone.dll')], {
    cwd: root,
    env: { ...process.env, Standalone__Directory: folder, Gateway__GrpcPort: '0', Gateway__HttpPort: '0', Operations__Port: '0' },
  });
  const exit = new Promise(resolve => server.on('exit', resolve));
  let output = '';
  const addresses = await new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`not ready after ${startSeconds} s:\n${output}`)), startSeconds * 1000);
    exit.then(() => reject(new Error(`ended before it was ready:\n${output}`)));
    for (const stream of [server.stdout, server.stderr]) {
      stream.on('data', data => {
        output += data;
        const line = /Ctrl-C stops/.test(output) && output.match(/listening +(.*)/);
        if (line) {
          clearTimeout(late);
          resolve(line[1].trim().split(/ +/));
        }
      });
    }
  });
  return {
    http: await speaksHttp1(addresses),
    async stop() {
      server.kill('SIGTERM');
      await exit;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

// One of the two ports speaks HTTP/2 alone.
async function speaksHttp1(addresses) {
  for (const address of addresses) {
    const reply = await fetch(`${address}/v1/models`).catch(() => null);
    if (reply?.ok) return address;
  }
  throw new Error(`none of ${addresses.join(', ')} answers HTTP/1.1`);
}
