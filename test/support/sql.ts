import { join } from 'node:path';
import Libsql from 'libsql';
import { createConnection } from 'mysql2/promise';
import type { Place } from './gateway.js';

type SqlRow = Record<string, any>;

/** Looks into the database behind the gateways of a place, or changes it behind their back. */
export async function sql({ options }: Pick<Place, 'options'>, statement: string): Promise<SqlRow[]> {
  if (!options.DATABASE_URL) return onEmbedded(options.DATA_DIR, statement);
  const connection = await createConnection(options.DATABASE_URL);
  try {
    const [rows] = await connection.query(statement);
    return Array.isArray(rows) ? (rows as SqlRow[]) : [];
  } finally {
    await connection.end();
  }
}

function onEmbedded(folder: string, statement: string): SqlRow[] {
  const database = new Libsql(join(folder, 'glance-graphql.sqlite'));
  try {
    database.pragma('busy_timeout = 5000');
    if (/^select/i.test(statement)) return database.prepare(statement).all() as SqlRow[];
    database.exec(statement);
    return [];
  } finally {
    database.close();
  }
}
