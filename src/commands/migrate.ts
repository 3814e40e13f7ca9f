import type { Config } from '../config/config.js';
import { connect, disconnect } from '../database/data-source.js';
import { addGatewayTables, migrate } from '../database/migrate.js';
import { removeGatewayTables } from '../database/remove-gateway-tables.js';
import { knownServer } from '../database/server-version.js';
import { entities } from '../image/records/entities.js';

export interface MigrateFlags {
  /** Adds the gateway's own tables to a database of Glance. */
  gatewayTables: boolean;
  /** Removes them again. */
  undo: boolean;
  /** Removes them even while they record running uploads, or data that still has to be removed. */
  force: boolean;
}

/**
 * `glance-graphql migrate`: brings the tables to the form that this version needs.
 *
 * @returns the exit status
 * @throws MigrationRefused, ForeignDatabase, DatabaseUnavailable, ServerTooOld
 */
export async function runMigrate(config: Config, flags: MigrateFlags): Promise<number> {
  const source = await connect(config, entities);
  try {
    await knownServer(source);
    process.stdout.write(`${await migrated()}\n`);
    return 0;
  } finally {
    await disconnect(source);
  }

  async function migrated(): Promise<string> {
    if (flags.undo) {
      const names = await removeGatewayTables(source, flags.force);
      return names.length > 0
        ? `Removed ${names.join(', ')}.`
        : "Nothing to do: the gateway's own tables do not exist.";
    }
    if (flags.gatewayTables) {
      await addGatewayTables(source);
      return "The gateway's own tables now exist beside Glance's.";
    }
    const names = await migrate(source);
    return names.map((name) => `ran ${name}`).join('\n') || 'Nothing to do: the tables are up to date.';
  }
}
