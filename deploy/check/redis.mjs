// redis-server with TLS alone, a certificate of an authority of its own, and one user who may do what the cluster does and nothing else.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, run, runOrThrow, start, until } from './processes.mjs';

const user = 'gpt4roi';
const password = 'correct-horse';
const aclUser = `user ${user} on >${password} ~* &* +@all -@admin -@dangerous +info`;

export async function startRedis(folder) {
  const at = name => join(folder, name);
  const openssl = (...args) => runOrThrow('openssl', args, { stdio: 'pipe' });
  openssl('req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '1', '-subj', '/CN=check authority',
    '-keyout', at('ca.key'), '-out', at('ca.crt'));
  openssl('req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-subj', '/CN=localhost', '-keyout', at('redis.key'), '-out', at('redis.csr'));
  writeFileSync(at('redis.ext'), 'subjectAltName=DNS:localhost,IP:127.0.0.1\n');
  openssl('x509', '-req', '-in', at('redis.csr'), '-CA', at('ca.crt'), '-CAkey', at('ca.key'), '-CAcreateserial', '-days', '1', '-extfile', at('redis.ext'),
    '-out', at('redis.crt'));
  writeFileSync(at('users.acl'), `user default off\n${aclUser}\n`);
  const port = await freePort();
  const tls = ['--tls', '--cacert', at('ca.crt')];
  const redis = start('redis', 'redis-server', ['--port', '0', '--tls-port', `${port}`, '--bind', '127.0.0.1', '--save', '', '--dir', folder,
    '--tls-cert-file', at('redis.crt'), '--tls-key-file', at('redis.key'), '--tls-ca-cert-file', at('ca.crt'), '--tls-auth-clients', 'no',
    '--aclfile', at('users.acl')]);
  const cli = (...args) => run('redis-cli', ['-h', 'localhost', '-p', `${port}`, ...tls, ...args], { env: { ...process.env, REDISCLI_AUTH: '' } }).stdout;
  await until('redis answers', 10, () => cli('PING').includes('NOAUTH'), redis);
  return { port, ca: at('ca.crt'), connection: `localhost:${port},ssl=true,sslHost=localhost,user=${user},password=${password}` };
}
