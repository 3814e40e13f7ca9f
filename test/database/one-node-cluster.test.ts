import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createActiveImage, createImage } from '../support/client.js';
import { called } from '../support/command.js';
import { startGalera, hasGalera, PATIENCE, type Galera } from '../support/galera.js';
import { startGateway, type TestGateway } from '../support/gateway.js';

/** The long tests have clusters of three nodes. One node shows the same statements. */
describe.skipIf(!hasGalera)('a gateway on a cluster of one node', () => {
  const folder = mkdtempSync(join(tmpdir(), 'glance-graphql-test-'));
  const running: TestGateway[] = [];
  let galera: Galera;
  let options: Record<string, string>;
  beforeAll(async () => void (galera = await startGalera([0])), PATIENCE);
  beforeEach(async () => {
    const database = `test_${randomUUID().replaceAll('-', '')}`;
    await galera.create(database);
    options = { DATA_DIR: folder, DATABASE_URL: `${galera.nodes[0].url}/${database}` };
  });
  afterEach(() => Promise.all(running.splice(0).map((gateway) => gateway.close())));
  afterAll(async () => {
    await galera?.stop();
    rmSync(folder, { recursive: true });
  });

  const started = async (more: Record<string, string> = {}) => {
    const gateway = await startGateway({ ...options, ...more });
    running.push(gateway);
    return gateway;
  };
  const onNode = <Row extends object>(statement: string) =>
    galera.nodes[0].sql<Row>(statement, new URL(options.DATABASE_URL).pathname.slice(1));

  test('makes the tables once, although several start at the same time', async () => {
    const gateways = await Promise.all([started(), started(), started()]);
    for (const gateway of gateways) await createActiveImage(gateway, 'data');
    expect(await onNode('SELECT * FROM gateway_migration_lock')).toEqual([]);
  });

  test('takes over from a process that died at its migration', async () => {
    await called(['migrate'], options);
    await onNode("INSERT INTO gateway_migration_lock (id, holder, renewals) VALUES (1, 'dead', 7)");
    await onNode('DROP TABLE gateway_removals');
    await onNode('DELETE FROM gateway_migrations ORDER BY id DESC LIMIT 1');
    const { code } = await called(['migrate'], options);
    expect(code).toBe(0);
    await createActiveImage(await started(), 'data');
  });

  test('keeps within a quota of images', async () => {
    const gateway = await started({ IMAGE_COUNT_QUOTA: '3' });
    const all = await Promise.allSettled(Array.from({ length: 10 }, () => createImage(gateway)));
    expect(all.filter(({ status }) => status === 'fulfilled').length).toBe(3);
  });
});
