// Child processes that are stopped again, whatever happens.
import { spawn, spawnSync } from 'node:child_process';
import { createServer } from 'node:net';

const children = new Set();

export function start(name, command, args, options = {}) {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
  const process_ = { name, child, output: '', exit: new Promise(resolve => child.on('exit', (code, signal) => resolve(code ?? signal))) };
  for (const stream of [child.stdout, child.stderr]) stream.on('data', data => { process_.output = (process_.output + data).slice(-20_000); });
  child.on('error', error => { process_.output += error.message; });
  children.add(process_);
  process_.exit.then(() => children.delete(process_));
  return process_;
}

export function run(command, args, options = {}) {
  const result = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 64 << 20, ...options });
  if (result.error) throw result.error;
  return result;
}

export function runOrThrow(command, args, options = {}) {
  const result = run(command, args, options);
  if (result.status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${result.status}:\n${result.stdout}${result.stderr}`);
  return result.stdout;
}

// Asks again and again, until the answer is truthy, a process it depends on has ended, or the time is over.
export async function until(what, seconds, ask, ...processes) {
  const end = Date.now() + seconds * 1000;
  let last;
  while (Date.now() < end) {
    const dead = processes.find(({ child }) => child.exitCode !== null || child.signalCode !== null);
    if (dead) throw new Error(`${dead.name} has ended before ${what}:\n${dead.output}`);
    try {
      const answer = await ask();
      if (answer) return answer;
    } catch (error) {
      last = error;
    }
    await new Promise(resolve => setTimeout(resolve, 200));
  }
  throw new Error(`not within ${seconds} s: ${what}${last ? ` (${last.message})` : ''}\n${processes.map(({ name, output }) => `--- ${name}\n${output}`).join('\n')}`);
}

export const freePort = () => new Promise((resolve, reject) => {
  const server = createServer().on('error', reject);
  server.listen(0, '127.0.0.1', () => {
    const { port } = server.address();
    server.close(() => resolve(port));
  });
});

export async function stopAll() {
  const left = [...children];
  left.forEach(({ child }) => child.kill('SIGKILL'));
  await Promise.all(left.map(({ exit }) => exit));
}
