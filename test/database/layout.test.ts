import Libsql from 'libsql';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { onEachDatabase, onServer, type Place } from '../support/gateway.js';
import { GLANCE_LAYOUT } from '../beside-glance/glance-layout.js';

onEachDatabase('the tables that the gateway makes', (start, place) => {
  test("have every column of Glance's, with its type, nullability and default, and others of our prefix only", async () => {
    await start();
    for (const [table, { columns }] of Object.entries(GLANCE_LAYOUT)) {
      const found = await columnsOf(place, table);
      const others = Object.keys(found).filter((name) => !(name in columns));
      expect(
        others.filter((name) => !name.startsWith('gateway_')),
        table,
      ).toEqual([]);
      for (const [name, facts] of Object.entries(columns)) {
        expect(found[name], `${table}.${name}`).toEqual(expectedColumn(place, facts));
      }
    }
  });

  test("have every index of Glance's, and further ones of our own prefix only", async () => {
    await start();
    for (const [table, { unique, indexes }] of Object.entries(GLANCE_LAYOUT)) {
      const found = await indexesOf(place, table);
      for (const [name, columns] of Object.entries({ ...unique, ...indexes })) {
        if (name === 'PRIMARY' && place.engine === 'sqlite') continue;
        expect(found[name], `${table}: ${name}`).toEqual({ columns, unique: name in unique });
        delete found[name];
      }
      expect(
        Object.keys(found).filter((name) => !/^(gateway_|sqlite_autoindex_)/.test(name)),
        table,
      ).toEqual([]);
    }
  });
});

type Column = { type: string; nullable: boolean; preset: string | undefined };

/** SQLite has names for types, and no enums; the times of our own tables have six digits of fraction. */
function expectedColumn(place: Place, [type, nullable, preset]: [string, boolean, string?]): Column {
  const ours = type === 'datetime' ? 'datetime(6)' : type;
  if (place.engine === 'mysql') return { type: ours, nullable, preset };
  const spelled: Record<string, string> = { 'bigint(20)': 'bigint', 'int(11)': 'int', datetime: 'text' };
  const sqlite = type.startsWith('enum') ? 'varchar(20)' : (spelled[type] ?? type);
  return { type: sqlite, nullable, preset };
}

async function columnsOf(place: Place, table: string): Promise<Record<string, Column>> {
  if (place.engine === 'mysql') {
    const rows = await onServer(
      'SELECT column_name AS name, column_type AS type, is_nullable AS nullable, column_default AS preset ' +
        `FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = '${table}' ORDER BY ordinal_position`,
      databaseOf(place),
    );
    return Object.fromEntries(
      rows.map(({ name, type, nullable, preset }) => [
        name,
        { type: withWidth(String(type)), nullable: nullable === 'YES', preset: presetOf(preset) },
      ]),
    );
  }
  const rows = onFile(place, `PRAGMA table_info(${table})`);
  return Object.fromEntries(
    rows.map(({ name, type, notnull, dflt_value }) => {
      const isRowNumber = name === 'id' && /^integer$/i.test(String(type));
      return [
        name,
        {
          type: isRowNumber ? 'int' : String(type).toLowerCase(),
          nullable: notnull === 0,
          preset: presetOf(dflt_value),
        },
      ];
    }),
  );
}

async function indexesOf(
  place: Place,
  table: string,
): Promise<Record<string, { columns: string[]; unique: boolean }>> {
  const found: Record<string, { columns: string[]; unique: boolean }> = {};
  if (place.engine === 'mysql') {
    const rows = await onServer(
      'SELECT index_name AS name, column_name AS col, non_unique AS multiple FROM information_schema.statistics ' +
        `WHERE table_schema = DATABASE() AND table_name = '${table}' ORDER BY index_name, seq_in_index`,
      databaseOf(place),
    );
    for (const { name, col, multiple } of rows) {
      (found[String(name)] ??= { columns: [], unique: Number(multiple) === 0 }).columns.push(String(col));
    }
    return found;
  }
  for (const { name, unique } of onFile(place, `PRAGMA index_list(${table})`)) {
    const columns = onFile(place, `PRAGMA index_info(${name})`).map((row) => String(row.name));
    found[String(name)] = { columns, unique: unique === 1 };
  }
  return found;
}

/** MySQL 8 no longer shows the display width that MariaDB shows. */
function withWidth(type: string): string {
  return ({ bigint: 'bigint(20)', int: 'int(11)' } as Record<string, string>)[type] ?? type;
}

/** MariaDB quotes a default text, MySQL 8 does not, and MariaDB writes NULL for none. */
function presetOf(preset: unknown): string | undefined {
  if (preset === null || preset === 'NULL') return undefined;
  const text = String(preset);
  return /^(\d+|'.*')$/.test(text) ? text : `'${text}'`;
}

function databaseOf(place: Place): string {
  return new URL(place.options.DATABASE_URL).pathname.slice(1);
}

function onFile(place: Place, sql: string): Record<string, unknown>[] {
  const file = new Libsql(join(place.options.DATA_DIR, 'glance-graphql.sqlite'), { readonly: true });
  try {
    return file.prepare(sql).all() as Record<string, unknown>[];
  } finally {
    file.close();
  }
}
