import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createImage, graphql, putData, statusAndCode } from '../support/client.js';
import { databaseLoad, moves } from '../support/database-load.js';
import { hasGalera, PATIENCE, startGalera, type Galera, type GaleraNode } from '../support/galera.js';
import { gql } from '../support/gql.js';
import { eventually } from '../support/poll.js';
import { endAll, spawnGateway } from '../support/process.js';

/** Seconds. A node that is frozen is left after it and two seconds more. */
const QUERY_TIMEOUT = 2;

describe.skipIf(!hasGalera)('three nodes of Galera as database hosts', { timeout: PATIENCE }, () => {
  let galera: Galera;
  let folder: string;
  let database: string;
  beforeAll(async () => void (galera = await startGalera()), PATIENCE);
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'glance-graphql-test-'));
    database = `test_${randomUUID().replaceAll('-', '')}`;
    await galera.create(database);
  });
  afterEach(async () => {
    await endAll();
    rmSync(folder, { recursive: true });
  });
  afterAll(() => galera?.stop(), PATIENCE);

  test.each<[fault: string, begin: (node: GaleraNode) => unknown, end: (node: GaleraNode) => Promise<void>]>([
    ['is killed', (node) => node.kill(), (node) => node.start()],
    ['loses the quorum', (node) => node.isolate(), (node) => node.rejoin()],
    ['is frozen', (node) => node.freeze(), (node) => node.thaw()],
  ])('a gateway leaves a node that %s, loses nothing, and stays away from it', async (_, begin, end) => {
    const [first, second] = galera.nodes;
    const gateway = await spawnGateway({
      DATA_DIR: folder,
      DATABASE_URL: `mysql://gateway@${galera.nodes.map(({ host }) => host).join(',')}/${database}`,
      QUERY_TIMEOUT: String(QUERY_TIMEOUT),
    });
    const load = databaseLoad(gateway);
    await eventually(() => load.created.length > 20);
    await begin(first);
    const begun = Date.now();
    await eventually(() => moves(gateway).length === 1, undefined, 60);
    const before = load.created.length;
    await eventually(() => load.created.length > before + 20, undefined, 60);
    // The limit of a statement, the look at the frozen host, and the time in which the other nodes miss it.
    const lastFailure = Math.max(begun, ...load.failures.map(({ at }) => at));
    expect(lastFailure - begun).toBeLessThan((QUERY_TIMEOUT + 2 + 3 + 8) * 1000);
    await end(first);
    const returned = load.created.length;
    await eventually(() => load.created.length > returned + 20, undefined, 60);
    await load.stop();
    const known = ['DATABASE_UNAVAILABLE', 'DATABASE_BUSY', 'QUERY_TIMEOUT', 'DATABASE_READ_ONLY'];
    expect(load.failures.filter(({ code }) => !known.includes(String(code)))).toEqual([]);
    expect(moves(gateway)).toEqual([`${first.host} to ${second.host}`]);
    const rows = await galera.nodes[2].sql<{ name: string }>(`SELECT name FROM ${database}.images`);
    const names = rows.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(load.created));
    expect(new Set(names).size).toBe(names.length);
  });

  test('a gateway refuses work with 503 while no node has a quorum, and works again by itself', async () => {
    const gateway = await spawnGateway({
      DATA_DIR: folder,
      DATABASE_URL: `mysql://gateway@${galera.nodes.map(({ host }) => host).join(',')}/${database}`,
      QUERY_TIMEOUT: String(QUERY_TIMEOUT),
    });
    const id = await createImage(gateway, { diskFormat: 'raw', containerFormat: 'bare' });
    const [first, second, third] = galera.nodes;
    await Promise.all([second.kill(), third.kill()]);
    await eventually(
      () => first.sql<{ Value: string }>("SHOW STATUS LIKE 'wsrep_cluster_status'"),
      ([row]) => row?.Value !== 'Primary',
      60,
    );
    const change = async () =>
      (await graphql(gateway, gql('mutation { createImage(input: {}) { id } }'))).errors?.[0].extensions.code;
    for (let times = 0; times < 4; times += 1) expect(await change()).toBe('DATABASE_UNAVAILABLE');
    const list = await graphql(gateway, gql('{ images { totalCount } }'));
    expect(list.errors?.[0].extensions.code).toBe('DATABASE_UNAVAILABLE');
    expect(await statusAndCode(await putData(gateway, id, 'data'))).toEqual([503, 'DATABASE_UNAVAILABLE']);
    await galera.quorum();
    for (const node of [second, third]) await node.start();
    await eventually(async () => (await change()) === undefined);
  });
});
