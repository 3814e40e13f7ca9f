import { spawnSync } from 'node:child_process';
import { beforeAll, expect, test } from 'vitest';
import { errorOf, run } from '../support/client.js';
import { onSqlite, type TestGateway } from '../support/gateway.js';
import { gql } from '../support/gql.js';
import { eventually } from '../support/poll.js';
import { sql } from '../support/sql.js';

const IMAGE = gql('query ($id: ID!) { image(id: $id) { id } }');
const QUERY =
  '{ images(first: 1, filter: { name: { contains: "99" } }) { totalCount edges { node { name size } } } }';
const SCAN = gql(QUERY);
const UNPROTECTED = gql(
  '{ images(first: 1, filter: { name: { contains: "99" }, protected: { eq: false } }) { totalCount } }',
);
const ID = '00000000-0000-4000-8000-000000002001';

/** More images than the gateway walks in its own process. */
const ROWS = Array.from(
  { length: 2500 },
  (_, n) =>
    `('00000000-0000-4000-8000-${String(n + 1).padStart(12, '0')}', 'image ${n + 1}', ${n + 1}, 'active', ` +
    "0, 0, 'public', 0, 0, '2026-01-01 00:00:00', 0)",
);
const IMAGES =
  'INSERT INTO images (id, name, size, status, min_disk, min_ram, visibility, protected, os_hidden, created_at, deleted) ' +
  `VALUES ${ROWS.join()}`;

onSqlite('a statement that walks many images', (start, place) => {
  beforeAll(async () => {
    await (await start()).close();
    await sql(place, IMAGES);
  });

  /** Returns the processes that run such statements. */
  const processes = () =>
    spawnSync('ps', ['-A', '-o', 'pid=,args='], { encoding: 'utf8' })
      .stdout.split('\n')
      .filter((line) => line.includes('scan-worker') && line.includes(place.options.DATA_DIR))
      .map((line) => Number.parseInt(line, 10));
  /** Stops the process of a gateway in the middle of nothing, so that its next statement never ends. */
  const stopped = async (gateway: TestGateway) => {
    await run(gateway, SCAN);
    const [pid] = processes();
    process.kill(pid, 'SIGSTOP');
    return pid;
  };

  test('finds the same as any other', async () => {
    const gateway = await start();
    const { images } = await run(gateway, SCAN);
    expect(images.totalCount).toBe(43);
    expect(images.edges[0].node).toEqual({ name: 'image 2499', size: 2499 });
    expect((await run(gateway, UNPROTECTED)).images.totalCount).toBe(43);
    expect(processes()).toHaveLength(1);
    await gateway.close();
  });

  test('stops no other request while it runs, and ends with its gateway', async () => {
    const gateway = await start();
    const pid = await stopped(gateway);
    const answer = run(gateway, SCAN);
    expect((await run(gateway, IMAGE, { id: ID })).image).toEqual({ id: ID });
    expect((await fetch(`${gateway.url}/healthcheck`)).status).toBe(200);
    process.kill(pid, 'SIGCONT');
    expect((await answer).images.totalCount).toBe(43);
    await gateway.close();
    expect(processes()).toEqual([]);
  });

  test('is ended after QUERY_TIMEOUT, and the next one runs', async () => {
    const gateway = await start({ QUERY_TIMEOUT: '1' });
    const pid = await stopped(gateway);
    expect((await errorOf(gateway, SCAN)).code).toBe('SEARCH_TOO_SLOW');
    await eventually(() => !processes().includes(pid));
    expect((await run(gateway, SCAN)).images.totalCount).toBe(43);
    await gateway.close();
  });

  test('is ended when its client leaves', async () => {
    const gateway = await start();
    const pid = await stopped(gateway);
    const request = {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: QUERY }),
    };
    // A client may leave before the gateway has begun with its request, and a new process answers the one after.
    await eventually(async () => {
      await fetch(`${gateway.url}/graphql`, { ...request, signal: AbortSignal.timeout(100) }).catch(() => {});
      return !processes().includes(pid);
    });
    await gateway.close();
  });
});
