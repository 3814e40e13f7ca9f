import type { DataSource } from 'typeorm';
import { driverErrorKind } from './error-codes.js';
import type { Finding } from './inspection.js';
import type { Table } from './table.js';

/**
 * Returns what the account of DATABASE_URL may not do on tables that exist.
 *
 * @param gatewayTables our own tables that exist
 */
export async function rightsFindings(
  source: DataSource,
  gatewayTables: readonly Pick<Table, 'name'>[],
): Promise<Finding[]> {
  if (source.options.type !== 'mysql') return [];
  const reading = await missing(source, GLANCE_TABLES.map(selects));
  const writing = await missing(source, [
    ...GLANCE_TABLES.flatMap((table) => [inserts(table), updates(table)]),
    deletes('image_members'),
    ...gatewayTables.flatMap(({ name }) => [selects(name), deletes(name)]),
  ]);
  if (reading.rights.length > 0) return [lacks('refused', reading.rights)];
  if (writing.rights.length > 0) {
    return [
      { ...lacks('limited', writing.rights, 'the gateway reads and changes nothing'), changes: 'none' },
    ];
  }
  return writing.isServerReadOnly
    ? [readOnlyServer('limited', 'changes are refused until the server takes them again')]
    : [];
}

/**
 * Returns why the account of DATABASE_URL cannot make our tables. ALTER, INDEX and REFERENCES, which migrations need too,
 * are not checked: a server checks them only when it runs the statement.
 */
export async function creationFindings(source: DataSource): Promise<Finding[]> {
  if (source.options.type !== 'mysql') return [];
  const { rights, isServerReadOnly } = await missing(source, [
    ['CREATE', "PREPARE creation FROM 'CREATE TABLE gateway_migrations (id int)'"],
    ...[selects, inserts, updates, deletes].map((needs) => needs('images')),
  ]);
  const consequence = 'the gateway cannot make its tables';
  if (rights.length > 0) return [lacks('refused', rights, consequence)];
  return isServerReadOnly ? [readOnlyServer('refused', consequence)] : [];
}

const GLANCE_TABLES = ['images', 'image_properties', 'image_members', 'image_locations', 'image_tags'];

/** A right, and a statement that needs it and changes nothing: EXPLAIN and PREPARE do not run a statement. */
type Need = readonly [right: string, statement: string];

function selects(table: string): Need {
  return [`SELECT on ${table}`, `EXPLAIN SELECT * FROM ${table}`];
}

function inserts(table: string): Need {
  return [`INSERT on ${table}`, `EXPLAIN INSERT INTO ${table} (id) VALUES (0)`];
}

function updates(table: string): Need {
  return [`UPDATE on ${table}`, `EXPLAIN UPDATE ${table} SET id = id WHERE id = '0'`];
}

function deletes(table: string): Need {
  return [`DELETE on ${table}`, `EXPLAIN DELETE FROM ${table} WHERE 1 = 0`];
}

/** Returns the missing rights. On a server that takes no changes, the rights to change are not known. */
async function missing(
  source: DataSource,
  needs: readonly Need[],
): Promise<{ rights: string[]; isServerReadOnly: boolean }> {
  const rights: string[] = [];
  let isServerReadOnly = false;
  for (const [right, statement] of needs) {
    try {
      await source.query(statement);
    } catch (error) {
      const kind = driverErrorKind(error);
      if (kind === 'denied') rights.push(right);
      else if (kind === 'readOnly') isServerReadOnly = true;
      else if ((error as { errno?: number }).errno !== NO_SUCH_TABLE) throw error;
    }
  }
  return { rights, isServerReadOnly };
}

/** ER_NO_SUCH_TABLE, which an account learns only if it has the right. */
const NO_SUCH_TABLE = 1146;

function lacks(severity: Finding['severity'], rights: readonly string[], consequence?: string): Finding {
  const what = `The database account lacks ${rights.join(', ')}${consequence ? `: ${consequence}` : ''}.`;
  return { severity, what, todo: 'GRANT them to the user of DATABASE_URL.' };
}

function readOnlyServer(severity: Finding['severity'], consequence: string): Finding {
  return {
    severity,
    what: `The database server takes no changes now (read_only): ${consequence}.`,
    todo: 'Turn read_only off, or name the primary server in DATABASE_URL.',
  };
}
