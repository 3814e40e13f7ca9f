import type { DataSource } from 'typeorm';
import { CLUSTER_LOCK, MigrationRefused, withMigrationLock } from './migration-lock.js';
import { gatewayTables, laterTables } from './migrations/gateway-tables.js';
import { ownership, tableNames } from './ownership.js';

/** The tables whose rows may still be needed, and what their rows are. */
const NEEDED = {
  gateway_uploads: 'uploads under way, whose images would stay in status saving',
  gateway_removals: 'removals of deleted data still to be done, whose files would stay in the store',
};

/**
 * Removes our own tables from Glance's database. Leaves Glance's tables as they are.
 *
 * @param force true to remove tables whose rows are still needed
 * @returns the names of the removed tables
 * @throws MigrationRefused when the database is not Glance's, or rows are still needed
 */
export async function removeGatewayTables(source: DataSource, force: boolean): Promise<string[]> {
  return withMigrationLock(source, async () => {
    const { tables } = await ownership(source);
    if (tables !== 'glance') {
      throw new MigrationRefused(
        '--undo is for a database that Glance made; all of this one is the gateway’s.',
      );
    }
    const present = await tableNames(source);
    const names = [...gatewayTables, ...laterTables]
      .map(({ name }) => name)
      .filter((name) => present.has(name));
    if (!force) await requireUnneeded(source, names);
    for (const name of [...names, CLUSTER_LOCK]) await source.query(`DROP TABLE IF EXISTS ${name}`);
    return names;
  });
}

async function requireUnneeded(source: DataSource, names: readonly string[]): Promise<void> {
  const needed: string[] = [];
  for (const [name, what] of Object.entries(NEEDED)) {
    if (!names.includes(name)) continue;
    const [{ count }]: { count: number }[] = await source.query(`SELECT COUNT(*) AS count FROM ${name}`);
    if (Number(count) > 0) needed.push(`${count} ${what}`);
  }
  if (needed.length === 0) return;
  throw new MigrationRefused(
    `The tables still hold ${needed.join('; ')}. Let the gateway finish its work and stop it, or say --force.`,
  );
}
