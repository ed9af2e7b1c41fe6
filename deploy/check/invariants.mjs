// What no schema says, and this chart promises.
import { nameOf } from './documents.mjs';

const apiVersions = new Set([
  'v1', 'apps/v1', 'policy/v1', 'autoscaling/v2', 'networking.k8s.io/v1', 'gateway.networking.k8s.io/v1', 'monitoring.coreos.com/v1', 'keda.sh/v1alpha1',
  'cert-manager.io/v1',
]);
const shutdownTimeout = 'DOTNET_shutdownTimeoutSeconds';

const podOf = object => object.kind === 'Pod' ? object : object.spec?.template?.spec?.containers ? object.spec.template : undefined;
const containersOf = pod => [...(pod.spec.initContainers ?? []), ...pod.spec.containers];
const matches = (selector, labels) => Object.entries(selector ?? {}).every(([key, value]) => labels?.[key] === value);
const envOf = container => Object.fromEntries((container.env ?? []).map(variable => [variable.name, variable.value]));

function* names(object) {
  if (!apiVersions.has(object.apiVersion)) yield `${object.apiVersion} is not among the versions in use`;
  if (!/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(object.metadata.name)) yield 'the name is no RFC 1123 label';
}

function* pods(object) {
  const pod = podOf(object);
  if (!pod) return;
  if (pod.spec.automountServiceAccountToken !== false) yield 'mounts a token';
  if (pod.spec.enableServiceLinks !== false) yield 'takes the environment of services';
  if (pod.spec.hostNetwork || pod.spec.hostPID || pod.spec.hostIPC) yield 'shares namespaces of the host';
  if (pod.spec.securityContext?.runAsNonRoot !== true) yield 'may run as root';
  if (pod.spec.securityContext?.seccompProfile?.type !== 'RuntimeDefault') yield 'has no seccomp profile';
  if (object.spec?.selector?.matchLabels && !matches(object.spec.selector.matchLabels, pod.metadata.labels)) yield 'selects other pods than its own';
  for (const container of containersOf(pod)) for (const fault of containerFaults(container)) yield `${container.name}: ${fault}`;
  const volumes = new Set([...(pod.spec.volumes ?? []), ...(object.spec?.volumeClaimTemplates ?? []).map(claim => claim.metadata)].map(volume => volume.name));
  for (const mount of containersOf(pod).flatMap(container => container.volumeMounts ?? [])) {
    if (!volumes.has(mount.name)) yield `mounts ${mount.name}, which is no volume`;
  }
  for (const container of pod.spec.containers) {
    if (object.kind === 'Pod') continue;
    for (const probe of ['readinessProbe', 'livenessProbe']) if (!container[probe]) yield `${container.name}: no ${probe}`;
    for (const probe of [container.startupProbe, container.readinessProbe, container.livenessProbe].filter(Boolean)) {
      const port = (probe.httpGet ?? probe.tcpSocket ?? probe.grpc)?.port;
      if (probe.grpc ? typeof port !== 'number' : !hasPort(container, port)) yield `${container.name}: probes ${port}, which is no port of it`;
    }
    const drain = Number(envOf(container)[shutdownTimeout] ?? 0) + (container.lifecycle?.preStop?.sleep?.seconds ?? 0);
    if (pod.spec.terminationGracePeriodSeconds <= drain) yield `${container.name}: is killed after ${pod.spec.terminationGracePeriodSeconds} s, but may drain for ${drain} s`;
  }
}

function* containerFaults(container) {
  const security = container.securityContext ?? {};
  if (security.readOnlyRootFilesystem !== true) yield 'can write to its image';
  if (security.allowPrivilegeEscalation !== false) yield 'may gain privileges';
  if (!security.capabilities?.drop?.includes('ALL')) yield 'keeps capabilities';
  if (!container.resources?.limits?.memory) yield 'has no memory limit';
  if (container.resources?.limits?.cpu) yield 'has a CPU limit';
  if (!/(:[^/:]+|@sha256:[0-9a-f]{64})$/.test(container.image) || container.image.endsWith(':latest')) yield `image ${container.image} is not pinned`;
  for (const [resource, amount] of Object.entries(container.resources?.limits ?? {})) {
    if (resource.includes('/') && !Number.isInteger(amount)) yield `${resource} is ${amount}`;
  }
  const seen = new Set();
  for (const { name, value } of container.env ?? []) {
    if (seen.has(name)) yield `${name} is set twice`;
    seen.add(name);
    if (/(secret|password|sha256)$/i.test(name) && value) yield `${name} is a secret in the environment`;
    for (const [, used] of (value ?? '').matchAll(/\$\(([A-Z_]+)\)/g)) if (!seen.has(used)) yield `${name} uses ${used} before it is set`;
  }
}

const hasPort = (container, port) => (container.ports ?? []).some(own => own.name === port || own.containerPort === port);
const podsOf = objects => objects.filter(object => podOf(object) && object.kind !== 'Pod').map(podOf);

function* references(object, objects) {
  const selected = selector => podsOf(objects).filter(pod => matches(selector, pod.metadata.labels));
  const exists = (kind, name) => objects.some(other => other.kind === kind && other.metadata.name === name);
  const { spec } = object;
  switch (object.kind) {
    case 'Service':
      if (selected(spec.selector).length === 0) yield 'selects no pod';
      for (const { targetPort } of spec.ports) {
        if (selected(spec.selector).some(pod => !pod.spec.containers.some(container => hasPort(container, targetPort)))) yield `port ${targetPort} is none of its pods'`;
      }
      break;
    case 'PodDisruptionBudget':
      if (selected(spec.selector.matchLabels).length !== 1) yield 'is not for one pool';
      break;
    case 'PodMonitor':
      for (const { port } of spec.podMetricsEndpoints) {
        const pods = selected(spec.selector.matchLabels);
        if (pods.length === 0 || pods.some(pod => !pod.spec.containers.some(container => hasPort(container, port)))) yield `finds no port ${port}`;
      }
      break;
    case 'ServiceMonitor':
      for (const { port } of spec.endpoints) {
        const services = objects.filter(other => other.kind === 'Service' && matches(spec.selector.matchLabels, other.metadata.labels));
        if (services.length !== 1 || !services[0].spec.ports.some(own => own.name === port)) yield `finds no port ${port}, or several`;
      }
      break;
    case 'HorizontalPodAutoscaler':
    case 'ScaledObject': {
      const target = objects.find(other => other.kind === 'Deployment' && other.metadata.name === spec.scaleTargetRef.name);
      if (!target) yield `scales ${spec.scaleTargetRef.name}, which is not there`;
      else if (target.spec.replicas !== undefined) yield 'scales what has a fixed number of pods';
      if ((spec.minReplicas ?? spec.minReplicaCount) < 1) yield 'may scale to nothing';
      break;
    }
    case 'GRPCRoute':
    case 'HTTPRoute':
      for (const { name, port } of spec.rules.flatMap(rule => rule.backendRefs)) {
        const service = objects.find(other => other.kind === 'Service' && other.metadata.name === name);
        if (!service?.spec.ports.some(own => own.port === port)) yield `leads to ${name}:${port}, which is not there`;
      }
      break;
    case 'Ingress':
      for (const { service } of spec.rules.flatMap(rule => rule.http.paths).map(path => path.backend)) {
        if (!exists('Service', service.name)) yield `leads to ${service.name}, which is not there`;
      }
      break;
    case 'NetworkPolicy': {
      const pods = selected(spec.podSelector.matchLabels);
      if (pods.length === 0) yield 'is for no pod';
      for (const { port } of (spec.ingress ?? []).flatMap(rule => rule.ports ?? [])) {
        if (!pods.some(pod => pod.spec.containers.some(container => hasPort(container, port)))) yield `lets in to ${port}, which is no port of its pods`;
      }
      break;
    }
  }
}

function* whole(objects) {
  const seen = new Set();
  for (const object of objects) {
    if (seen.has(nameOf(object))) yield `${nameOf(object)}: is there twice`;
    seen.add(nameOf(object));
  }
  const policies = objects.filter(object => object.kind === 'NetworkPolicy');
  if (policies.length === 0) return;
  for (const pod of podsOf(objects)) {
    if (!policies.some(policy => matches(policy.spec.podSelector.matchLabels, pod.metadata.labels))) yield 'NetworkPolicy: a pod is under none';
  }
}

export function invariantFaults(objects) {
  const each = objects.flatMap(object => [...names(object), ...pods(object), ...references(object, objects)].map(fault => `${nameOf(object)}: ${fault}`));
  return [...each, ...whole(objects)];
}
