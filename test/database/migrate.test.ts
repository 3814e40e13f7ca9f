import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHash, randomUUID } from 'node:crypto';
import { createConnection } from 'mysql2/promise';
import { afterAll, afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { migrations } from '../../src/database/migrations/index.js';
import { run as runCommand } from '../../src/command-line.js';
import { run } from '../support/client.js';
import { onServer, startGateway } from '../support/gateway.js';
import { gql } from '../support/gql.js';
import { eventually } from '../support/poll.js';

describe.skipIf(inject('mysqlServer') === '')('the tables on MySQL', () => {
  const folder = mkdtempSync(join(tmpdir(), 'glance-graphql-test-'));
  let database: string;
  let options: Record<string, string>;

  beforeEach(async () => {
    database = `test_${randomUUID().replaceAll('-', '')}`;
    options = { DATA_DIR: folder, DATABASE_URL: `${inject('mysqlServer')}/${database}` };
    await onServer(`CREATE DATABASE ${database}`);
  });
  afterEach(() => onServer(`DROP DATABASE ${database}`));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const serves = async (more: Record<string, string> = {}) => {
    const gateway = await startGateway({ ...options, ...more });
    const { images } = await run(gateway, gql('{ images { edges { node { id } } } }'));
    await gateway.close();
    return images.edges.length === 0;
  };

  test('are made in an empty database by the first start', async () => {
    expect(await serves()).toBe(true);
  });

  test('are made once by three gateways that start together', async () => {
    expect(await Promise.all([serves(), serves(), serves()])).toEqual([true, true, true]);
    const rows = await onServer('SELECT name FROM gateway_migrations', database);
    expect(rows).toHaveLength(migrations.length);
  });

  test('are created only after another gateway has released the lock on its database', async () => {
    const lock = `glance-graphql:${createHash('md5').update(database).digest('hex').slice(0, 16)}`;
    const other = await createConnection(options.DATABASE_URL);
    try {
      await other.query('SELECT GET_LOCK(?, 0)', [lock]);
      const migrated = runCommand(['migrate'], options);
      await eventually(async () => {
        const threads = await onServer('SHOW PROCESSLIST');
        return threads.some(({ db, State }) => db === database && State === 'User lock');
      });
      expect(await onServer('SHOW TABLES', database)).toEqual([]);
      await other.query('SELECT RELEASE_LOCK(?)', [lock]);
      expect(await migrated).toBe(0);
    } finally {
      await other.end();
    }
    expect(await onServer("SHOW TABLES LIKE 'images'", database)).toHaveLength(1);
  });

  test('are completed when an earlier run stopped half-way', async () => {
    expect(await serves()).toBe(true);
    await onServer('DROP TABLE image_tags, gateway_removals', database);
    await onServer('DELETE FROM gateway_migrations', database);
    expect(await runCommand(['migrate'], options)).toBe(0);
    expect(await serves()).toBe(true);
    expect(await onServer("SHOW TABLES LIKE 'image_tags'", database)).toHaveLength(1);
  });

  test('of an older version stop the start until `migrate` has run, or MIGRATE_ON_START says so', async () => {
    expect(await serves()).toBe(true);
    await onServer('DELETE FROM gateway_migrations', database);
    await expect(startGateway(options)).rejects.toThrow('run `glance-graphql migrate`');
    expect(await serves({ MIGRATE_ON_START: 'true' })).toBe(true);
  });

  test('of a version before clusters get the rows by which clusters lock', async () => {
    expect(await serves()).toBe(true);
    await onServer('DROP TABLE gateway_locks, gateway_owners', database);
    await onServer('CREATE TABLE gateway_owners (owner varchar(255) NOT NULL PRIMARY KEY)', database);
    await onServer("DELETE FROM gateway_migrations WHERE name LIKE 'ClusterLocks%'", database);
    expect(await runCommand(['migrate'], options)).toBe(0);
    expect(await onServer('SELECT changes FROM gateway_owners', database)).toEqual([]);
    expect(await serves({ IMAGE_COUNT_QUOTA: '5' })).toBe(true);
  });

  test('of a newer version are refused', async () => {
    expect(await serves()).toBe(true);
    await onServer("INSERT INTO gateway_migrations (timestamp, name) VALUES (1, 'FromTheFuture1')", database);
    await expect(startGateway(options)).rejects.toThrow('newer glance-graphql (it has FromTheFuture1)');
    expect(await runCommand(['migrate'], options)).toBe(1);
  });

  test('of something else are refused, and nothing is added to them', async () => {
    await onServer('CREATE TABLE invoices (id int)', database);
    await expect(startGateway(options)).rejects.toThrow('tables of something else (invoices)');
    expect(await runCommand(['migrate'], options)).toBe(1);
    expect(await onServer('SHOW TABLES', database)).toHaveLength(1);
  });

  test('are not migrated while the ids of two images differ only in letter case, and the error names the ids', async () => {
    expect(await serves()).toBe(true);
    await onServer('ALTER TABLE images DROP COLUMN gateway_folded_id', database);
    await onServer("DELETE FROM gateway_migrations WHERE name LIKE 'FoldedIds%'", database);
    const ids = ['ABCDEF01-0000-4000-8000-000000000001', 'abcdef01-0000-4000-8000-000000000001'];
    for (const id of ids) {
      const columns = 'id, status, created_at, deleted, min_disk, min_ram';
      await onServer(
        `INSERT INTO images (${columns}) VALUES ('${id}', 'queued', '2026-01-01', 0, 0, 0)`,
        database,
      );
    }
    await expect(startGateway({ ...options, MIGRATE_ON_START: 'true' })).rejects.toThrow(ids.join(' and '));
    expect(await runCommand(['migrate'], options)).toBe(1);
    await onServer(`UPDATE images SET id = '${randomUUID()}' WHERE id = '${ids[0]}'`, database);
    expect(await runCommand(['migrate'], options)).toBe(0);
    const gateway = await startGateway(options);
    const found = await run(gateway, gql('query ($id: ID!) { image(id: $id) { id } }'), { id: ids[0] });
    await gateway.close();
    expect(found.image).toEqual({ id: ids[1] });
  });

  test('keep letter case, accents and trailing blanks apart', async () => {
    expect(await serves()).toBe(true);
    const [row] = await onServer(
      "SELECT collation_name AS name FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'images' AND column_name = 'name'",
      database,
    );
    expect(row.name).toMatch(/^utf8mb4_(nopad|0900)_bin$/);
  });
});
