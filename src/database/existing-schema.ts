import type { DataSource } from 'typeorm';

/** The names of a table's columns and indexes. */
export interface ExistingTable {
  columns: Set<string>;
  indexes: Set<string>;
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
  const marks = tables.map(() => '?').join(', ');
  const read = (part: string, from: string): Promise<{ owner: string; part: string }[]> =>
    source.query(
      `SELECT DISTINCT table_name AS owner, ${part} AS part FROM information_schema.${from} ` +
        `WHERE table_schema = DATABASE() AND table_name IN (${marks})`,
      [...tables],
    );
  for (const { owner, part } of await read('column_name', 'columns')) {
    const parts = found.get(owner) ?? { columns: new Set(), indexes: new Set() };
    found.set(owner, parts);
    parts.columns.add(part);
  }
  for (const { owner, part } of await read('index_name', 'statistics')) found.get(owner)?.indexes.add(part);
  return found;
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
        },
      ]),
    );
  } finally {
    await runner.release();
  }
}
