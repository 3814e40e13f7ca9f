import type { DataSource } from 'typeorm';
import { MigrationRefused, withMigrationLock } from './migration-lock.js';
import { createGatewayTables } from './migrations/gateway-tables.js';
import { ownership } from './ownership.js';

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
    return runPending(source);
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

/**
 * Returns true when migrations are pending. Waits for another process that may be running them now, and ends its work when
 * it died.
 */
export async function needsMigration(source: DataSource): Promise<boolean> {
  await refuseNewerTables(source);
  if (!(await isPending(source))) return false;
  return withMigrationLock(source, async (former) => {
    if (former === 'died') await runPending(source);
    return isPending(source);
  });
}

async function runPending(source: DataSource): Promise<string[]> {
  return (await source.runMigrations({ transaction: 'each' })).map((migration) => migration.name);
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
