// Starts what a rendered Deployment's pods would start: the same program with the same environment, on this machine's loopback addresses. A pod here
// has an address but neither a network nor a file system of its own, so three things differ: mounted folders lie elsewhere, "all addresses" becomes
// the pod's, and the gateway's ports are free ones.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, start, until } from './processes.mjs';

const programs = { gateway: 'GPT4RoI.Gateway', silo: 'GPT4RoI.Silo' };
let addresses = 0;

export async function startPods(deployment, { source, secrets, mounts, folder }) {
  const { template } = deployment.spec;
  const pods = [];
  for (let index = 0; index < deployment.spec.replicas; index++) {
    pods.push(await startPod(`${deployment.metadata.name}-${index}`, deployment.metadata.namespace, template, { source, secrets, mounts, folder }));
  }
  return pods;
}

async function startPod(name, namespace, template, { source, secrets, mounts, folder }) {
  const container = template.spec.containers[0];
  const kind = template.metadata.labels['gpt4roi/kind'];
  const ip = `127.0.77.${++addresses}`;
  const fields = { 'metadata.name': name, 'metadata.namespace': namespace, 'status.podIP': ip };
  const folders = { ...mounts, '/run/secrets/gpt4roi': mountSecrets(join(folder, name), template, secrets) };
  const env = {};
  for (const { name: key, value, valueFrom } of container.env) {
    env[key] = (valueFrom ? fields[valueFrom.fieldRef.fieldPath] : value)
      .replace(/\$\((\w+)\)/g, (whole, used) => env[used] ?? whole)
      .replace(/^\/(run|weights)\/.*/, path => moved(path, folders))
      .replace(/^0\.0\.0\.0$/, ip);
  }
  const ports = Object.fromEntries(container.ports.map(port => [port.name, port.containerPort]));
  if (kind === 'gateway') {
    [env.Gateway__GrpcPort, env.Gateway__HttpPort] = [ports.grpc, ports.http] = [await freePort(), await freePort()];
  }
  const program = programs[kind];
  const process_ = start(name, 'dotnet', [join(source, program, 'bin/Release/net10.0', `${program}.dll`)],
    { env: { PATH: process.env.PATH, HOME: process.env.HOME, DOTNET_ROOT: process.env.DOTNET_ROOT ?? '', ...env }, cwd: folder });
  return { name, ip, kind, ports, container, process: process_, component: template.metadata.labels['app.kubernetes.io/component'], template };
}

function mountSecrets(folder, template, secrets) {
  mkdirSync(folder, { recursive: true });
  const { sources } = template.spec.volumes.find(volume => volume.name === 'secrets').projected;
  for (const { secret } of sources) {
    for (const [file, text] of Object.entries(secrets[secret.name])) writeFileSync(join(folder, file), text, { mode: 0o440 });
  }
  return folder;
}

function moved(path, folders) {
  const mount = Object.keys(folders).find(key => path === key || path.startsWith(`${key}/`));
  if (!mount) throw new Error(`${path} lies in no volume that the chart mounts`);
  return folders[mount] + path.slice(mount.length);
}

const get = (pod, path) => fetch(`http://${pod.ip}:${pod.ports.operations}${path}`, { signal: AbortSignal.timeout(5000) });

// As the kubelet does: the start-up probe for as long as the chart allows, then the others.
export async function untilReady(pod) {
  const { startupProbe, readinessProbe, livenessProbe } = pod.container;
  await until(`${pod.name} has started`, startupProbe.periodSeconds * startupProbe.failureThreshold,
    async () => (await get(pod, startupProbe.httpGet.path)).ok, pod.process);
  for (const probe of [readinessProbe, livenessProbe]) {
    const reply = await get(pod, probe.httpGet.path);
    if (!reply.ok) throw new Error(`${pod.name}: ${probe.httpGet.path} answers ${reply.status}`);
  }
}

// As the kubelet does: SIGTERM, and SIGKILL after the grace period. The exit code.
export async function stop(pod) {
  const grace = pod.template.spec.terminationGracePeriodSeconds * 1000;
  pod.process.child.kill('SIGTERM');
  const killed = setTimeout(() => pod.process.child.kill('SIGKILL'), grace);
  const code = await pod.process.exit;
  clearTimeout(killed);
  return code;
}
