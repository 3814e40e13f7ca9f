import { createHash } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { createGatewayTables } from './migrations/gateway-tables.js';
import { ownership } from './ownership.js';

/** This program cannot use the tables as they are; the message says what to do. */
export class MigrationRefused extends Error {}

/**
 * Runs the pending migrations, in an empty database or in one of our own.
 *
 * @returns the names of the migrations that ran
 * @throws MigrationRefused when the tables are Glance's, or a newer program made them
 */
export async function migrate(source: DataSource): Promise<string[]> {
  return withMigrationLock(source, async () => {
    const { tables } = await ownership(source);
    if (tables === 'glance') {
      throw new MigrationRefused(
        "These tables are Glance's and are never changed. To let uploads through the gateway keep their own " +
          'records beside them, run `glance-graphql migrate --gateway-tables`.',
      );
    }
    if (tables === 'ours') await refuseNewerTables(source);
    return (await source.runMigrations({ transaction: 'each' })).map((migration) => migration.name);
  });
}

/**
 * Adds our own tables to Glance's database.
 *
 * @throws MigrationRefused when the database is not Glance's
 */
export async function addGatewayTables(source: DataSource): Promise<void> {
  await withMigrationLock(source, async () => {
    const { tables } = await ownership(source);
    if (tables !== 'glance') {
      throw new MigrationRefused(
        '--gateway-tables is for a database that Glance made; run `glance-graphql migrate`.',
      );
    }
    const runner = source.createQueryRunner();
    try {
      await createGatewayTables(runner);
    } finally {
      await runner.release();
    }
  });
}

/** Returns true when migrations are pending. Waits for another process that may be running them now. */
export async function needsMigration(source: DataSource): Promise<boolean> {
  await refuseNewerTables(source);
  return (await isPending(source)) && (await withMigrationLock(source, () => isPending(source)));
}

async function isPending(source: DataSource): Promise<boolean> {
  const done = await executedNames(source);
  return source.migrations.some((migration) => !done.has(migrationName(migration)));
}

async function refuseNewerTables(source: DataSource): Promise<void> {
  const known = new Set(source.migrations.map(migrationName));
  const newer = [...(await executedNames(source))].find((name) => !known.has(name));
  if (!newer) return;
  throw new MigrationRefused(
    `The database was prepared by a newer glance-graphql (it has ${newer}); run that one.`,
  );
}

/** Returns the names of the migrations that ran on the database. */
export async function executedNames(source: DataSource): Promise<Set<string>> {
  const rows: { name: string }[] = await source.query('SELECT name FROM gateway_migrations');
  return new Set(rows.map((row) => row.name));
}

/** Returns the names of this program's migrations, oldest first. */
export function knownMigrations(source: DataSource): string[] {
  return source.migrations.map(migrationName);
}

function migrationName(migration: { name?: string; constructor: { name: string } }): string {
  return migration.name ?? migration.constructor.name;
}

/** Runs work that only one process may do at a time. The MySQL server holds the lock, and frees it if this process dies. */
export async function withMigrationLock<T>(source: DataSource, work: () => Promise<T>): Promise<T> {
  if (source.options.type !== 'mysql') return work();
  const name = await lockName(source);
  const holder = source.createQueryRunner();
  try {
    const [row]: { granted: number | null }[] = await holder.query('SELECT GET_LOCK(?, 60) AS granted', [
      name,
    ]);
    if (Number(row.granted) !== 1)
      throw new MigrationRefused('Another process has been migrating for a minute.');
    return await work();
  } finally {
    await holder.query('SELECT RELEASE_LOCK(?)', [name]).catch(() => undefined);
    await holder.release();
  }
}

/**
 * Returns the name of the lock. Older gateways let the server hash the database's name, and must wait for this gateway,
 * so the name stays the same. It is computed here because MySQL 9.6 has no MD5().
 */
async function lockName(source: DataSource): Promise<string> {
  const [row]: { name: string }[] = await source.query('SELECT DATABASE() AS name');
  return `glance-graphql:${createHash('md5').update(row.name).digest('hex').slice(0, 16)}`;
}
