import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { userInfo } from 'node:os';
import { lowPort } from './low-port.js';
import { eventually } from './poll.js';

/** A proxy before two gateways, with a configuration of `deploy/`. */
export interface ShippedProxy {
  url: string;
  stop(): Promise<void>;
}

export interface ProxyKind {
  name: 'nginx' | 'haproxy';
  isThere: boolean;
  /** Starts the proxy, with its files in a folder, before gateways at two ports of 127.0.0.1. */
  start(folder: string, ports: readonly [number, number]): Promise<ShippedProxy>;
}

export const SHIPPED_PROXIES: ProxyKind[] = [
  { name: 'nginx', isThere: isThere('nginx'), start: startNginx },
  { name: 'haproxy', isThere: isThere('haproxy'), start: startHaproxy },
];

const DEPLOY = fileURLToPath(new URL('../../deploy/', import.meta.url));

/** Returns a file of `deploy/`. */
export function shipped(name: string): string {
  return readFileSync(join(DEPLOY, name), 'utf8');
}

function isThere(name: string): boolean {
  const isMissing = spawnSync(name, ['-v']).error !== undefined;
  if (isMissing && process.env.REQUIRE_ALL) throw new Error(`REQUIRE_ALL is set, and there is no ${name}`);
  if (isMissing) process.stderr.write(`skipped: the tests of deploy/${name}, since ${name} is not there\n`);
  return !isMissing;
}

async function startNginx(folder: string, ports: readonly [number, number]): Promise<ShippedProxy> {
  const port = await lowPort();
  const own = join(folder, 'nginx');
  const notReady = join(own, 'not-ready');
  mkdirSync(own);
  const site = changed(shipped('nginx/glance-graphql.conf'), {
    'listen 9292;': `listen 127.0.0.1:${port};`,
    'gateway-one:9292': `127.0.0.1:${ports[0]}`,
    'gateway-two:9292': `127.0.0.1:${ports[1]}`,
    '/run/glance-graphql-ready': notReady,
  });
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  writeFileSync(
    join(own, 'nginx.conf'),
    `${userInfo().username === 'root' ? 'user root; ' : ''}daemon off; pid ${own}/pid; error_log ${own}/error.log info;\n` +
      `events { }\nhttp { access_log ${own}/access.log;\n` +
      `${temporary.map((part) => `${part}_temp_path ${own}/${part};`).join(' ')}\n${site}}\n`,
  );
  const health = spawn(join(DEPLOY, 'nginx/glance-graphql-ready'), healthArguments(ports, notReady));
  const nginx = spawn('nginx', ['-c', join(own, 'nginx.conf'), '-e', 'stderr'], { stdio: 'ignore' });
  return started(port, [nginx, health]);
}

/** Returns the arguments of the unit that asks the gateways, with other addresses. */
function healthArguments(ports: readonly [number, number], folder: string): string[] {
  const [, command] = /^ExecStart=\S+ (.*)$/m.exec(shipped('nginx/glance-graphql-ready.service'))!;
  return command
    .replace('/run/glance-graphql-ready', folder)
    .replace('gateway-one:9292', `127.0.0.1:${ports[0]}`)
    .replace('gateway-two:9292', `127.0.0.1:${ports[1]}`)
    .split(' ');
}

async function startHaproxy(folder: string, ports: readonly [number, number]): Promise<ShippedProxy> {
  const port = await lowPort();
  const file = join(folder, 'haproxy.cfg');
  const configuration = changed(shipped('haproxy/haproxy.cfg'), {
    'LISTEN :9292': `LISTEN 127.0.0.1:${port}`,
    'gateway-one:9292': `127.0.0.1:${ports[0]}`,
    'gateway-two:9292': `127.0.0.1:${ports[1]}`,
    'user haproxy': `user ${userInfo().username}`,
    'group haproxy': `gid ${userInfo().gid}`,
  });
  writeFileSync(file, configuration);
  return started(port, [spawn('haproxy', ['-db', '-f', file], { stdio: 'ignore' })]);
}

/** Replaces texts in the part of a shipped file that says that it is to be changed, and nowhere else. */
function changed(text: string, replacements: Record<string, string>): string {
  const [, before, part, after] =
    /^(.*?--- change this part ---\n)(.*?)(^ *# --- end of the part to change ---.*)$/ms.exec(text)!;
  for (const place of Object.keys(replacements))
    if (!part.includes(place)) throw new Error(`the part to change does not contain ${place}`);
  const own = Object.entries(replacements).reduce((so, [from, to]) => so.replaceAll(from, to), part);
  return before + own + after;
}

async function started(port: number, processes: ChildProcess[]): Promise<ShippedProxy> {
  const url = `http://127.0.0.1:${port}`;
  await eventually(() =>
    fetch(`${url}/ready`).then(
      ({ status }) => status === 200,
      () => false,
    ),
  );
  return {
    url,
    async stop() {
      const ended = processes.map((each) => new Promise((resolve) => each.once('exit', resolve)));
      for (const each of processes) each.kill('SIGTERM');
      await Promise.all(ended);
    },
  };
}
