// The whole system in one process, on free ports, with a folder of its own. It must be built (dotnet build -c Release).
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../deploy/check/processes.mjs';
import { root, start } from './shell.mjs';

export { root };
const longestLife = 900;

export async function startStandalone() {
  const folder = mkdtempSync(join(tmpdir(), 'gpt4roi-clients-'));
  const [grpc, http, operations] = [await freePort(), await freePort(), await freePort()];
  const server = start('dotnet run -c Release --project src/GPT4RoI.Standalone', {
    seconds: longestLife,
    env: { Data__Directory: folder, Gateway__GrpcPort: `${grpc}`, Gateway__HttpPort: `${http}`, Operations__Port: `${operations}` },
  });
  const stop = async () => {
    await server.terminate();
    rmSync(folder, { recursive: true, force: true });
  };
  const late = setTimeout(() => server.terminate(), 120_000);
  try {
    await server.shows(/Ctrl-C stops/);
  } catch (error) {
    await stop();
    throw error;
  } finally {
    clearTimeout(late);
  }
  return { grpc: `http://localhost:${grpc}`, http: `http://localhost:${http}`, stop };
}
