import type { DataSource } from 'typeorm';
import {
  asFileFailure,
  connect,
  disconnect,
  isMysql,
  sqliteFile,
  type DatabasePlace,
  type Entities,
} from './data-source.js';
import { withFailover } from './failover.js';
import { serialized, pooled } from './connections.js';
import { database, type Connections, type Database } from './database.js';
import { observedConnections, type DatabaseObserver } from './database-observer.js';
import { mysqlDialect, sessionSettings, sqlite } from './dialect.js';
import { forcingOnlyUsableIndexes } from './index-hints.js';
import { isClusterNode, MigrationRefused } from './migration-lock.js';
import { laterTables } from './migrations/gateway-tables.js';
import { migrate, needsMigration } from './migrate.js';
import { inspect } from './inspection.js';
import { ownership } from './ownership.js';
import { knownServer } from './server-version.js';

export interface DatabaseOptions extends DatabasePlace {
  migrateOnStart: boolean;
  /** The revision of a newer Glance that the operator has tried. */
  trustedGlanceRevision?: string;
}

/**
 * Connects to the database, finds out whose tables it holds, and migrates our own where that is due.
 *
 * @param warn tells the operator about a move to another host
 * @param observer hears of every statement
 * @throws ForeignDatabase, MigrationRefused, DatabaseUnavailable, ServerTooOld, TlsFileError
 */
export async function openDatabase(
  options: DatabaseOptions,
  entities: Entities,
  warn: (problem: string, cause?: unknown) => void = () => undefined,
  observer?: DatabaseObserver,
): Promise<Database> {
  const source = await connect(options, entities);
  try {
    const server = await knownServer(source);
    const found = await ownership(source);
    if (found.tables === 'empty') await migrate(source);
    if (found.tables === 'ours' && (await needsMigration(source))) {
      if (server && !options.migrateOnStart) {
        throw new MigrationRefused('The tables are of an older version: run `glance-graphql migrate`.');
      }
      await migrate(source);
    }
    const tables = found.tables === 'glance' ? 'glance' : 'ours';
    const { readOnly, missingColumns } =
      tables === 'glance' ? await usable(source, options.trustedGlanceRevision) : {};
    const hasGatewayTables = !readOnly && (tables === 'ours' || found.hasGatewayTables);
    const later = laterTables.map(({ name }) => name);
    const present = new Set(tables === 'ours' ? later : hasGatewayTables ? found.laterTables : []);
    const facts = { tables, hasGatewayTables, laterTables: present, hasMetadefs: found.hasMetadefs } as const;
    const extras = { missingColumns, onRetry: observer?.retried };
    const observed = (each: Connections) => (observer ? observedConnections(each, observer) : each);
    if (!server || !isMysql(options)) {
      const only = serialized(source, sqliteFile(options.dataDir), options.queryTimeout);
      return database(source, observed(only), { ...facts, dialect: sqlite }, extras);
    }
    const connections = pooled(source, options, sessionSettings(server.engine, options.queryTimeout));
    const dialect = mysqlDialect(server.engine, tables, await isClusterNode(source), options.queryTimeout);
    const all = connections.hosts.length > 1 ? withFailover(connections, warn) : connections;
    const usableOnes = observed(await forcingOnlyUsableIndexes(all));
    return database(source, usableOnes, { ...facts, dialect, readOnly }, extras);
  } catch (error) {
    await disconnect(source);
    throw asFileFailure(options, error);
  }
}

/**
 * Inspects Glance's database. Returns the columns that it lacks, and the reason when it may only be read.
 *
 * @throws MigrationRefused when the gateway cannot use the database
 */
async function usable(source: DataSource, trustedRevision: string | undefined) {
  const { findings, missingColumns } = await inspect(source, trustedRevision);
  const refused = findings.find(({ severity }) => severity === 'refused');
  if (refused) throw new MigrationRefused(`${refused.what} ${refused.todo}`);
  return { missingColumns, readOnly: findings.find(({ changes }) => changes === 'none')?.what };
}
