import type { DataSource } from 'typeorm';
import { CLUSTER_LOCK } from './migration-lock.js';
import { gatewayTables, laterTables, type LaterTable } from './migrations/gateway-tables.js';

/** The owner of the tables in a database. */
export interface Ownership {
  /** `ours`: our migrations made them. `glance`: they belong to a live Glance. `empty`: there is no table. */
  tables: 'ours' | 'glance' | 'empty';
  hasGatewayTables: boolean;
  laterTables: ReadonlySet<LaterTable>;
  /** True when Glance's definitions of properties are there. */
  hasMetadefs: boolean;
}

/** The tables are neither ours nor Glance's, so the gateway touches none of them. */
export class ForeignDatabase extends Error {}

/**
 * Finds out who made the tables of a database.
 *
 * @throws ForeignDatabase when the tables are neither ours nor Glance's
 */
export async function ownership(source: DataSource): Promise<Ownership> {
  const names = await tableNames(source);
  // Another process has it before it makes the first table.
  names.delete(CLUSTER_LOCK);
  const own = {
    hasGatewayTables: gatewayTables.every(({ name }) => names.has(name)),
    laterTables: new Set(laterTables.map(({ name }) => name).filter((name) => names.has(name))),
    hasMetadefs: METADEF_TABLES.every((name) => names.has(name)),
  };
  if (names.has('gateway_migrations')) return { tables: 'ours', ...own };
  if (names.size === 0) return { tables: 'empty', ...own };
  if (GLANCE_TABLES.every((name) => names.has(name))) return { tables: 'glance', ...own };
  const shown = [...names].sort().slice(0, 5).join(', ');
  throw new ForeignDatabase(
    `The database holds tables of something else (${shown}${names.size > 5 ? ', …' : ''}); ` +
      "expected an empty one, one of glance-graphql, or a Glance's",
  );
}

const GLANCE_TABLES = ['images', 'image_properties', 'image_locations'];
const METADEF_TABLES = [
  'metadef_namespaces',
  'metadef_namespace_resource_types',
  'metadef_resource_types',
  'metadef_properties',
  'metadef_objects',
];

/** Returns the names of all tables, in lower case. */
export async function tableNames(source: DataSource): Promise<Set<string>> {
  const sql =
    source.options.type === 'mysql'
      ? 'SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE()'
      : "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!'";
  const rows: { name: string }[] = await source.query(sql);
  return new Set(rows.map((row) => row.name.toLowerCase()));
}
