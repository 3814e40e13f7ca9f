import type { DataSource } from 'typeorm';
import { gatewayTables } from './migrations/gateway-tables.js';

/** What is in the database that we were pointed at. */
export interface Ownership {
  /** `ours`: made by our migrations. `glance`: a live Glance's. `empty`: no table at all. */
  tables: 'ours' | 'glance' | 'empty';
  hasGatewayTables: boolean;
}

/** The database holds something that is neither ours nor Glance's, so nothing in it is touched. */
export class ForeignDatabase extends Error {}

/**
 * Finds out whose database this is.
 *
 * @throws ForeignDatabase when it is neither empty nor ours nor Glance's
 */
export async function ownership(source: DataSource): Promise<Ownership> {
  const names = await tableNames(source);
  const hasGatewayTables = gatewayTables.every(({ name }) => names.has(name));
  if (names.has('gateway_migrations')) return { tables: 'ours', hasGatewayTables };
  if (names.size === 0) return { tables: 'empty', hasGatewayTables };
  if (GLANCE_TABLES.every((name) => names.has(name))) return { tables: 'glance', hasGatewayTables };
  const shown = [...names].sort().slice(0, 5).join(', ');
  throw new ForeignDatabase(
    `The database holds tables of something else (${shown}${names.size > 5 ? ', …' : ''}); ` +
      "expected an empty one, one of glance-graphql, or a Glance's",
  );
}

const GLANCE_TABLES = ['images', 'image_properties', 'image_locations'];

/** Names of all tables, in lower case. */
export async function tableNames(source: DataSource): Promise<Set<string>> {
  const sql =
    source.options.type === 'mysql'
      ? 'SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE()'
      : "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!'";
  const rows: { name: string }[] = await source.query(sql);
  return new Set(rows.map((row) => row.name.toLowerCase()));
}
