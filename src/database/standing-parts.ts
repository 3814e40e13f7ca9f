import type { DataSource } from 'typeorm';

/** The names of the columns or indexes of a table. */
export interface StandingParts {
  columns: Set<string>;
  indexes: Set<string>;
}

/** Returns the columns and indexes of the given tables that exist in the database, by the table's name. */
export async function standingParts(
  source: DataSource,
  tables: readonly string[],
): Promise<Map<string, StandingParts>> {
  return source.options.type === 'mysql' ? onMysql(source, tables) : onSqlite(source, tables);
}

/** Reads them without TypeORM, which needs a table of its own where a column is computed. */
async function onMysql(source: DataSource, tables: readonly string[]): Promise<Map<string, StandingParts>> {
  const found = new Map<string, StandingParts>();
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

async function onSqlite(source: DataSource, tables: readonly string[]): Promise<Map<string, StandingParts>> {
  const runner = source.createQueryRunner();
  try {
    const standing = await runner.getTables([...tables]);
    return new Map(
      standing.map((table) => [
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
