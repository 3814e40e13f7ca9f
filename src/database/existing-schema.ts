import type { DataSource } from 'typeorm';

/** The names of a table's columns and indexes. */
export interface ExistingTable {
  columns: Set<string>;
  indexes: Set<string>;
  /**
   * The indexes that the server maintains and uses for no statement, each with the word that shows it again. `indexes`
   * does not contain them.
   */
  hiddenIndexes: Map<string, 'VISIBLE' | 'NOT IGNORED'>;
}

/** Returns the columns and indexes of those tables that exist in the database, by table name. */
export async function existingSchema(
  source: DataSource,
  tables: readonly string[],
): Promise<Map<string, ExistingTable>> {
  return source.options.type === 'mysql' ? onMysql(source, tables) : onSqlite(source, tables);
}

/** Reads without TypeORM, which needs a metadata table of its own for generated columns. */
async function onMysql(source: DataSource, tables: readonly string[]): Promise<Map<string, ExistingTable>> {
  const found = new Map<string, ExistingTable>();
  // Reads every column of information_schema: MySQL and MariaDB name the one for hidden indexes differently.
  const read = (from: string): Promise<Record<string, string>[]> =>
    source.query(
      `SELECT * FROM information_schema.${from} ` +
        `WHERE table_schema = DATABASE() AND table_name IN (${tables.map(() => '?').join(', ')})`,
      [...tables],
    );
  for (const { TABLE_NAME: table, COLUMN_NAME: column } of await read('columns')) {
    const parts = found.get(table) ?? { columns: new Set(), indexes: new Set(), hiddenIndexes: new Map() };
    found.set(table, parts);
    parts.columns.add(column);
  }
  for (const { TABLE_NAME: table, INDEX_NAME: index, ...row } of await read('statistics')) {
    const remedy = remedyFor(row);
    if (remedy) found.get(table)?.hiddenIndexes.set(index, remedy);
    else found.get(table)?.indexes.add(index);
  }
  return found;
}

/**
 * Returns the word of ALTER INDEX that makes a hidden index visible; undefined for a visible index.
 *
 * @param row a row of `information_schema.statistics`, with the columns of MySQL or of MariaDB
 */
export function remedyFor(row: Readonly<Record<string, unknown>>): 'VISIBLE' | 'NOT IGNORED' | undefined {
  if (row.IS_VISIBLE === 'NO') return 'VISIBLE';
  return row.IGNORED === 'YES' ? 'NOT IGNORED' : undefined;
}

async function onSqlite(source: DataSource, tables: readonly string[]): Promise<Map<string, ExistingTable>> {
  const runner = source.createQueryRunner();
  try {
    const existing = await runner.getTables([...tables]);
    return new Map(
      existing.map((table) => [
        table.name.split('.').at(-1)!,
        {
          columns: new Set(table.columns.map(({ name }) => name)),
          indexes: new Set([...table.indices, ...table.uniques].map(({ name }) => name!)),
          hiddenIndexes: new Map(),
        },
      ]),
    );
  } finally {
    await runner.release();
  }
}
