import type { DataSource } from 'typeorm';
import { MigrationRefused, locked } from './migrate.js';
import { gatewayTables } from './migrations/gateway-tables.js';
import { ownership, tableNames } from './ownership.js';

/** Tables whose rows somebody still needs, and what they are. */
const NEEDED = {
  gateway_uploads: 'uploads under way, whose images would stay in status saving',
  gateway_removals: 'removals of deleted data still to be done, whose files would stay in the store',
};

/**
 * Removes our own tables from Glance's database, and touches nothing of Glance's.
 *
 * @param force also when something in them is still needed
 * @returns names of the tables that were removed
 * @throws MigrationRefused when the database is not Glance's, or something in the tables is still needed
 */
export async function removeGatewayTables(source: DataSource, force: boolean): Promise<string[]> {
  return locked(source, async () => {
    const { tables } = await ownership(source);
    if (tables !== 'glance') {
      throw new MigrationRefused(
        '--undo is for a database that Glance made; all of this one is the gateway’s.',
      );
    }
    const present = await tableNames(source);
    const names = gatewayTables.map(({ name }) => name).filter((name) => present.has(name));
    if (!force) await refuseNeeded(source, names);
    for (const name of names) await source.query(`DROP TABLE ${name}`);
    return names;
  });
}

async function refuseNeeded(source: DataSource, names: readonly string[]): Promise<void> {
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
