import type { QueryRunner, TableIndex } from 'typeorm';
import { textCollation } from './dialect.js';
import { imageIdCollation, incomparableTables } from './image-id-collation.js';
import { serverVersion } from './server-version.js';

/** A table, described for every engine. */
export interface Table {
  name: string;
  /** Column name → type, with NOT NULL and DEFAULT where needed. */
  columns: Record<string, string>;
  /** One column, or several. */
  primaryKey: string | readonly string[];
  unique?: Record<string, readonly string[]>;
  indexes?: Record<string, readonly string[]>;
  /** Column → the table whose `id` it refers to. */
  references?: Record<string, string>;
  /** Columns that hold 0 or 1. */
  flags?: readonly string[];
}

/** The types of columns. `createTable` writes each as the engine spells it. */
export const type = {
  text: (characters: number) => `varchar(${characters})`,
  longText: 'text',
  integer: 'int',
  bytes: 'bigint',
  count: 'bigint',
  flag: 'tinyint(1)',
  time: '<time>',
  rowNumber: '<row number>',
  choice: (...words: string[]) => `<choice ${words.map((word) => `'${word}'`).join(',')}>`,
};

/**
 * Creates the table and its indexes unless they exist, so that an interrupted migration can run again. On MySQL, gives
 * `image_id` the collation of `images.id`, also in a table that exists and cannot be compared with it.
 */
export async function createTable(runner: QueryRunner, table: Table): Promise<void> {
  if (runner.connection.options.type !== 'mysql') return createOnSqlite(runner, table);
  const { engine } = await serverVersion(runner);
  const declared = IMAGE_ID in table.columns ? await withCollation(runner, table) : table;
  const parts = [
    ...columns(declared, MYSQL_TYPES),
    ...primaryKey(table),
    ...entries(table.unique).map(([name, on]) => `UNIQUE KEY \`${name}\` (${list(on)})`),
    ...entries(table.indexes).map(([name, on]) => `KEY \`${name}\` (${list(on)})`),
    ...constraints(table),
  ];
  await runner.query(
    `CREATE TABLE IF NOT EXISTS \`${table.name}\` (${parts.join(', ')}) ` +
      `ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=${textCollation(engine)}`,
  );
  if (IMAGE_ID in table.columns && (await incomparableTables(runner, [table.name])).length > 0)
    await runner.query(`ALTER TABLE \`${table.name}\` MODIFY \`${IMAGE_ID}\` ${declared.columns[IMAGE_ID]}`);
}

/** Creates an index unless it exists, so that an interrupted migration can run again. */
export async function createIndex(runner: QueryRunner, table: string, index: TableIndex): Promise<void> {
  if (!(await hasIndex(runner, table, index.name!))) await runner.createIndex(table, index);
}

export async function hasIndex(runner: QueryRunner, table: string, index: string): Promise<boolean> {
  return Boolean((await runner.getTable(table))?.indices.some(({ name }) => name === index));
}

const IMAGE_ID = 'image_id';

async function withCollation(runner: QueryRunner, table: Table): Promise<Table> {
  const text = type.text(36);
  const collated = table.columns[IMAGE_ID].replace(text, text + (await imageIdCollation(runner)));
  return { ...table, columns: { ...table.columns, [IMAGE_ID]: collated } };
}

async function createOnSqlite(runner: QueryRunner, table: Table): Promise<void> {
  const parts = [...columns(table, SQLITE_TYPES), ...primaryKey(table), ...constraints(table)];
  await runner.query(`CREATE TABLE IF NOT EXISTS \`${table.name}\` (${parts.join(', ')})`);
  for (const [kind, indexes] of [
    ['UNIQUE INDEX', table.unique],
    ['INDEX', table.indexes],
  ] as const) {
    for (const [name, on] of entries(indexes)) {
      await runner.query(`CREATE ${kind} IF NOT EXISTS \`${name}\` ON \`${table.name}\` (${list(on)})`);
    }
  }
}

const MYSQL_TYPES: [RegExp, string][] = [
  [/<time>/, 'datetime(6)'],
  [/<row number>/, 'int AUTO_INCREMENT PRIMARY KEY'],
  [/<choice (.*)>/, 'enum($1)'],
];

const SQLITE_TYPES: [RegExp, string][] = [
  [/<time>/, 'text'],
  [/<row number>/, 'integer PRIMARY KEY AUTOINCREMENT'],
  [/<choice .*>/, 'varchar(20)'],
];

function columns(table: Table, types: [RegExp, string][]): string[] {
  return Object.entries(table.columns).map(([name, declared]) => {
    const spelled = types.reduce((text, [pattern, spelling]) => text.replace(pattern, spelling), declared);
    return `\`${name}\` ${spelled}`;
  });
}

function constraints(table: Table): string[] {
  return [
    ...entries(table.references).map(
      ([column, other]) => `FOREIGN KEY (\`${column}\`) REFERENCES \`${other}\` (\`id\`)`,
    ),
    ...(table.flags ?? []).map((column) => `CHECK (\`${column}\` IN (0, 1))`),
  ];
}

/** Returns the clause of the primary key; none for a row number, whose column declares it. */
function primaryKey(table: Table): string[] {
  const on = [table.primaryKey].flat();
  const isRowNumber = on.some((column) => table.columns[column].startsWith(type.rowNumber));
  return isRowNumber ? [] : [`PRIMARY KEY (${list(on)})`];
}

function entries<T>(record: Record<string, T> | undefined): [string, T][] {
  return Object.entries(record ?? {});
}

function list(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(', ');
}
