import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { namesOf, options, isStoreOption } from '../../src/config/read-config.js';
import { createActiveImage, createImage } from '../support/client.js';
import { lowPort } from '../support/low-port.js';
import { eventually } from '../support/poll.js';
import { MAIN } from '../support/process.js';
import { shipped } from '../support/shipped-proxies.js';
import { sendWithClient } from '../support/tus.js';

const UNITS = ['systemd/glance-graphql.service', 'nginx/glance-graphql-ready.service'];
const NOBODY = 65_534;
const path = (name: string) => fileURLToPath(new URL(`../../deploy/${name}`, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'glance-graphql-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

const isMissing = ['systemd-analyze', 'strace'].some((name) => spawnSync(name, ['--version']).error);
if (isMissing && process.env.REQUIRE_ALL)
  throw new Error('REQUIRE_ALL is set, and there is no systemd-analyze, or no strace');

describe.skipIf(isMissing)('by the judgement of systemd', () => {
  test.each(UNITS)('the exposure of %s is under 2.5', (unit) => {
    const judged = spawnSync(
      'systemd-analyze',
      ['security', '--offline=true', '--no-pager', '--threshold=25', path(unit)],
      { encoding: 'utf8' },
    );
    expect([judged.status, judged.stdout + judged.stderr]).toEqual([0, expect.stringContaining('OK')]);
  });

  test.each(UNITS)('%s has no unknown or malformed line', (unit) => {
    const { stderr } = spawnSync('systemd-analyze', ['verify', '--recursive-errors=no', path(unit)], {
      encoding: 'utf8',
    });
    expect(stderr.split('\n').filter((line) => line.includes('/deploy/'))).toEqual([]);
  });

  test('the gateway makes no system call that the unit forbids', async () => {
    const called = await systemCallsOfGateway();
    expect(called).toContain('epoll_ctl');
    const allowed = allowedSystemCalls(shipped('systemd/glance-graphql.service'));
    expect(called.filter((name) => !allowed.has(name))).toEqual([]);
  });
});

test('every name in the example of options is an option', () => {
  const known = new Set(options.flatMap(namesOf));
  const named = [...shipped('systemd/glance-graphql.env').matchAll(/^#?([A-Z][A-Z0-9_]+)=/gm)].map(
    ([, name]) => name,
  );
  expect(named.length).toBeGreaterThan(10);
  expect(named.filter((name) => !known.has(name) && !isStoreOption(name))).toEqual([]);
});

test('TimeoutStopSec is longer than the longest stop', () => {
  const [, timeout] = /^TimeoutStopSec=(\d+)$/m.exec(shipped('systemd/glance-graphql.service'))!;
  const example = shipped('systemd/glance-graphql.env');
  const [delay, drain] = ['SHUTDOWN_DELAY', 'DRAIN_TIMEOUT'].map((name) =>
    Number(new RegExp(`^#${name}=(\\d+)$`, 'm').exec(example)![1]),
  );
  expect(Number(timeout)).toBeGreaterThan(delay + drain + 10);
});

/** Returns the calls of a gateway that starts, takes images in both ways, and stops. */
async function systemCallsOfGateway(): Promise<string[]> {
  const port = await lowPort();
  const trace = join(folder, 'calls');
  const environment = { PATH: process.env.PATH, PORT: `${port}`, DATA_DIR: join(folder, 'data') };
  // Root makes calls of its own.
  const user = process.getuid!() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  chownSync(folder, user.uid ?? -1, user.gid ?? -1);
  const gateway = spawn('strace', ['-ff', '-qq', '-o', trace, process.execPath, MAIN], {
    ...user,
    env: environment,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  gateway.stderr.on('data', (text) => (said += text));
  await eventually(() => said.includes('GraphQL '), Boolean, 60);
  const front = { url: `http://127.0.0.1:${port}` };
  const id = await createActiveImage(front, Buffer.alloc(1_000_000));
  await (await fetch(`${front.url}/data/${id}`)).arrayBuffer();
  const other = await createImage(front, { diskFormat: 'raw', containerFormat: 'bare' });
  await sendWithClient(front, other, Buffer.alloc(1_000_000), { chunkSize: 400_000 });
  const [pid] = readdirSync(folder)
    .filter((name) => name.startsWith('calls.'))
    .map((name) => Number(name.slice('calls.'.length)))
    .sort((a, b) => a - b);
  process.kill(pid, 'SIGTERM');
  await once(gateway, 'exit');
  const names = readdirSync(folder)
    .filter((name) => name.startsWith('calls.'))
    .flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n'))
    // The first call replaces strace's own process.
    .map((line) => /^(\w+)\(/.exec(line)?.[1])
    .filter((name) => name !== undefined);
  return [...new Set(names)];
}

/** Returns the system calls that the filters of a unit leave. */
function allowedSystemCalls(unit: string): Set<string> {
  const allowed = new Set<string>();
  for (const [, filter] of unit.matchAll(/^SystemCallFilter=(.*)$/gm)) {
    const isForbidden = filter.startsWith('~');
    for (const name of filter.replace('~', '').split(' ').flatMap(callsOf))
      if (isForbidden) allowed.delete(name);
      else allowed.add(name);
  }
  return allowed;
}

/** Returns the calls of a group such as `@system-service`, and those of the groups in it. */
function callsOf(group: string): string[] {
  if (!group.startsWith('@')) return [group];
  const { stdout } = spawnSync('systemd-analyze', ['syscall-filter', '--no-pager', group], {
    encoding: 'utf8',
  });
  return stdout
    .split('\n')
    .filter((line) => /^ {4}[@\w]/.test(line))
    .flatMap((line) => callsOf(line.trim()));
}
