import type { DataSource } from 'typeorm';
import type { Connections } from './database.js';
import { driverErrorKind } from './error-codes.js';
import { existingSchema } from './existing-schema.js';

/**
 * Returns connections whose reads force only those indexes of the images table that exist and are visible. MySQL refuses
 * a statement that forces any other index, and an operator may drop one, or hide it, at any time.
 */
export async function forcingOnlyUsableIndexes(
  connections: Connections,
  source: DataSource,
): Promise<Connections> {
  let usable = await usableIndexes(source);
  let readAt = Date.now();

  return { ...connections, read };

  async function read(...[sql, values]: Parameters<Connections['read']>): ReturnType<Connections['read']> {
    const forced = FORCED.exec(sql)?.[1].split(', ');
    if (!forced) return connections.read(sql, values);
    // An index that is made again is used again, without a restart.
    if (!forced.every((name) => usable.has(name)) && Date.now() - readAt > AGE_MS) await readAgain();
    try {
      return await connections.read(restricted(sql, usable), values);
    } catch (error) {
      if (driverErrorKind(error) !== 'noIndex') throw error;
      await readAgain();
      return connections.read(restricted(sql, usable), values);
    }
  }

  async function readAgain(): Promise<void> {
    readAt = Date.now();
    usable = await usableIndexes(source);
  }
}

/** The age in milliseconds after which the indexes are read again while one is missing. */
const AGE_MS = 60_000;

const FORCED = / FORCE INDEX \(([^)]*)\)/;

async function usableIndexes(source: DataSource): Promise<ReadonlySet<string>> {
  return (await existingSchema(source, ['images'])).get('images')?.indexes ?? new Set();
}

function restricted(sql: string, usable: ReadonlySet<string>): string {
  return sql.replace(FORCED, (hint, names: string) => {
    const left = names.split(', ').filter((name) => usable.has(name));
    return left.length > 0 ? hint.replace(names, left.join(', ')) : '';
  });
}
