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
import { database, type Database } from './database.js';
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
 * @throws ForeignDatabase, MigrationRefused, DatabaseUnavailable, ServerTooOld, TlsFileError
 */
export async function openDatabase(
  options: DatabaseOptions,
  entities: Entities,
  warn: (problem: string, cause?: unknown) => void = () => undefined,
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
    const all = laterTables.map(({ name }) => name);
    const present = new Set(tables === 'ours' ? all : hasGatewayTables ? found.laterTables : []);
    if (!server || !isMysql(options))
      return database(source, serialized(source, sqliteFile(options.dataDir), options.queryTimeout), {
        dialect: sqlite,
        tables,
        hasGatewayTables,
        laterTables: present,
        hasMetadefs: found.hasMetadefs,
      });
    const connections = pooled(source, options, sessionSettings(server.engine, options.queryTimeout));
    const isCluster = await isClusterNode(source);
    return database(
      source,
      await forcingOnlyUsableIndexes(
        connections.hosts.length > 1 ? withFailover(connections, warn) : connections,
      ),
      {
        dialect: mysqlDialect(server.engine, tables, isCluster, options.queryTimeout),
        tables,
        hasGatewayTables,
        laterTables: present,
        hasMetadefs: found.hasMetadefs,
        readOnly,
      },
      missingColumns,
    );
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
