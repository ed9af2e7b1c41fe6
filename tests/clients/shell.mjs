// Runs what a document tells to type, in bash, from the repository's root, and leaves nothing running.
import { spawn } from 'node:child_process';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '../..');

// `dotnet run` of a project in src is the program that a build of it made: it must be built (dotnet build -c Release). Everything else is run as it stands.
const prelude = `
trap : TERM # the status is that of the program, which ends by itself
dotnet() {
  if [[ "$*" == "run -c Release --project src/"* ]]; then
    local project=$5 program
    program=\${project#src/}
    if [ "$program" = GPT4RoI.Cli ]; then program=gpt4roi; fi
    shift 5
    if [ "\${1:-}" = -- ]; then shift; fi
    command dotnet "$REPOSITORY/$project/bin/Release/net10.0/$program.dll" "$@"
  else
    command dotnet "$@"
  fi
}
gpt4roi() { dotnet run -c Release --project src/GPT4RoI.Cli -- "$@"; }
`;

const environment = {
  ...process.env,
  REPOSITORY: root,
  DOTNET_CLI_TELEMETRY_OPTOUT: '1',
  DOTNET_NOLOGO: '1',
  // a build that leaves no server behind
  MSBUILDDISABLENODEREUSE: '1',
  UseSharedCompilation: 'false',
};

const groups = new Set();
const kill = (group, signal) => {
  try { process.kill(-group, signal); } catch { /* it has ended */ }
};
process.on('exit', () => groups.forEach(group => kill(group, 'SIGKILL')));

/** Starts a shell with the text; `exit` is its status and output, `terminate` asks it to stop, and `seconds` is how long it may take. */
export function start(text, { env = {}, cwd = root, input = '', seconds = 120 } = {}) {
  const child = spawn('bash', ['-euo', 'pipefail', '-c', prelude + text], { cwd, env: { ...environment, ...env }, detached: true });
  groups.add(child.pid);
  const output = { stdout: '', stderr: '' };
  const readers = new Set();
  for (const name of ['stdout', 'stderr']) {
    child[name].setEncoding('utf8').on('data', data => {
      output[name] += data;
      readers.forEach(read => read());
    });
  }
  child.stdin.on('error', () => { /* it did not read all of its input */ });
  child.stdin.end(input);
  let late = false;
  const limit = setTimeout(() => { late = true; kill(child.pid, 'SIGKILL'); }, seconds * 1000);
  const exit = new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearTimeout(limit);
      groups.delete(child.pid);
      if (late) reject(new Error(`not within ${seconds} s: ${text}\n${output.stdout}${output.stderr}`));
      else resolve({ status: code ?? signal, ...output });
    });
  });
  exit.catch(() => { /* whoever waits for it is told */ });
  return {
    child,
    output,
    exit,
    /** Waits for its output to hold what `pattern` says. */
    shows: pattern => new Promise((resolve, reject) => {
      const read = () => pattern.test(output.stdout) && resolve();
      readers.add(read);
      read();
      exit.then(({ status }) => reject(new Error(`ended with ${status} before it wrote ${pattern}: ${text}\n${output.stdout}${output.stderr}`)), reject);
    }),
    terminate() {
      kill(child.pid, 'SIGTERM');
      return exit;
    },
  };
}

export const run = (text, options) => start(text, options).exit;

export async function runOrThrow(text, options) {
  const result = await run(text, options);
  if (result.status !== 0) throw new Error(`ended with ${result.status}: ${text}\n${result.stdout}${result.stderr}`);
  return result.stdout;
}
