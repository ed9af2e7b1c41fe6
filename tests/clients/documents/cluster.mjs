// "As a cluster": the block's processes, on free ports and with a Redis of the test, until the cluster answers.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { freePort, until } from '../../../deploy/check/processes.mjs';
import { runOrThrow, start } from '../shell.mjs';
import { inFolder, replaced } from './runs.mjs';

const ports = ['11111', '30001', '5101', '11112', '30002', '5102'];

async function variablesOf(text) {
  const output = await runOrThrow(`${text}\nenv -0`);
  const names = new Set([...text.matchAll(/(\w+)=/g)].map(match => match[1]));
  return Object.fromEntries(output.split('\0').map(line => line.match(/^([^=]*)=([^]*)$/)).filter(match => match && names.has(match[1])).map(match => match.slice(1)));
}

const isReady = async port => (await fetch(`http://127.0.0.1:${port}/health/ready`)).ok;

async function runCluster([exports, ...commands]) {
  const processes = [];
  await inFolder(async folder => {
    try {
      const redis = await freePort();
      processes.push(start(`redis-server --bind 127.0.0.1 --port ${redis} --save '' --dir ${folder}`, { seconds: 300 }));
      await processes[0].shows(/Ready to accept connections/);
      const variables = await variablesOf(replaced(exports, ['localhost:6379', `localhost:${redis}`]));
      const free = {};
      for (const port of ports) free[port] = `${await freePort()}`;
      const [grpc, http, operations] = [await freePort(), await freePort(), await freePort()];
      const gateway = { Gateway__GrpcPort: `${grpc}`, Gateway__HttpPort: `${http}`, Operations__Port: `${operations}` };
      const used = new Set();
      const text = command => command.replace(/\b\d{4,5}\b/g, port => {
        assert.ok(free[port], `${port} is a port that the test does not know`);
        used.add(port);
        return free[port];
      });
      for (const command of commands) {
        const env = { ...variables, ...(command.includes('GPT4RoI.Gateway') ? gateway : {}) };
        processes.push(start(text(command), { env, seconds: 300 }));
      }
      assert.deepEqual([...used].sort(), [...ports].sort());
      for (const port of [free['5101'], free['5102'], operations]) await until(`${port} is ready`, 120, () => isReady(port), ...processes.map(named));
      const answer = await runOrThrow('gpt4roi ask --temperature 0 --image models/demo-small/samples/scooter.png --box 4,62,78,121 "What is <region1>?"',
        { env: { GPT4ROI_SERVER: `http://localhost:${grpc}` } });
      assert.equal(answer, 'A scooter.\n');
    } finally {
      for (const process of processes.reverse()) await process.terminate();
    }
  });
}

const named = ({ child, output }) => ({ name: child.spawnargs.at(-1).split('\n').at(-1), child, get output() { return output.stdout + output.stderr; } });

export const cluster = [{
  of: [/^export Cluster__Redis=/, /^Silo__Roles=vision,roi /, /^Silo__Roles=llm /, 'dotnet run -c Release --project src/GPT4RoI.Gateway'],
  skip: spawnSync('redis-server', ['--version']).status !== 0 && 'redis-server is not installed',
  run: runCluster,
}];
