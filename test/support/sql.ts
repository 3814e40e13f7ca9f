import { join } from 'node:path';
import Libsql from 'libsql';
import { createConnection } from 'mysql2/promise';
import type { Place } from './gateway.js';

/** Runs a statement on the database of a place, past its gateways, and returns the rows that it reads. */
export async function sql<Row extends object = Record<string, unknown>>(
  { options }: Pick<Place, 'options'>,
  statement: string,
): Promise<Row[]> {
  if (!options.DATABASE_URL) return onEmbedded(options.DATA_DIR, statement);
  return onMysqlServer(options.DATABASE_URL, statement);
}

/** Runs a statement on the MySQL server or database of a URL, and returns the rows that it reads. */
export async function onMysqlServer<Row extends object = Record<string, unknown>>(
  url: string,
  statement: string,
): Promise<Row[]> {
  const connection = await createConnection(url);
  try {
    const [rows] = await connection.query(statement);
    return Array.isArray(rows) ? (rows as Row[]) : [];
  } finally {
    await connection.end();
  }
}

function onEmbedded<Row extends object>(folder: string, statement: string): Row[] {
  const database = new Libsql(join(folder, 'glance-graphql.sqlite'));
  try {
    database.pragma('busy_timeout = 5000');
    if (/^select/i.test(statement)) return database.prepare(statement).all() as Row[];
    database.exec(statement);
    return [];
  } finally {
    database.close();
  }
}
