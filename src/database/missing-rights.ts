import type { DataSource } from 'typeorm';
import { driverErrorKind } from './error-codes.js';

/** The rights that the account of DATABASE_URL lacks, such as `UPDATE on images`. */
export interface MissingRights {
  reading: string[];
  writing: string[];
}

const GLANCE_TABLES = ['images', 'image_properties', 'image_members', 'image_locations', 'image_tags'];

/**
 * Finds the missing rights with EXPLAIN, which needs the rights of a statement and does not run it.
 *
 * @param gatewayTables the names of our own tables that exist
 */
export async function missingRights(
  source: DataSource,
  gatewayTables: readonly string[],
): Promise<MissingRights> {
  const missing: MissingRights = { reading: [], writing: [] };
  for (const table of GLANCE_TABLES) {
    await need(missing.reading, 'SELECT', table, `EXPLAIN SELECT * FROM ${table}`);
    await need(missing.writing, 'INSERT', table, `EXPLAIN INSERT INTO ${table} (id) VALUES (0)`);
    await need(missing.writing, 'UPDATE', table, `EXPLAIN UPDATE ${table} SET id = id WHERE id = '0'`);
  }
  await need(missing.writing, 'DELETE', 'image_members', 'EXPLAIN DELETE FROM image_members WHERE id = 0');
  for (const table of gatewayTables) {
    await need(missing.writing, 'SELECT', table, `EXPLAIN SELECT * FROM ${table}`);
    await need(missing.writing, 'DELETE', table, `EXPLAIN DELETE FROM ${table} WHERE 1 = 0`);
  }
  return missing;

  async function need(lacking: string[], right: string, table: string, statement: string): Promise<void> {
    try {
      await source.query(statement);
    } catch (error) {
      if (driverErrorKind(error) !== 'denied') throw error;
      lacking.push(`${right} on ${table}`);
    }
  }
}
