import type { Connections } from './database.js';
import { driverErrorKind } from './error-codes.js';
import { remedyFor } from './existing-schema.js';

/**
 * Returns connections whose reads force only those indexes of images and members that exist and are visible. MySQL refuses
 * a statement that forces any other index, and an operator may drop one, or hide it, at any time.
 */
export async function forcingOnlyUsableIndexes(connections: Connections): Promise<Connections> {
  let usable = await usableIndexes(connections);
  let readAt = Date.now();

  return { ...connections, read };

  async function read(
    ...[sql, values, ...rest]: Parameters<Connections['read']>
  ): ReturnType<Connections['read']> {
    const forced = [...sql.matchAll(FORCED)].flatMap(([, names]) => names.split(', '));
    if (forced.length === 0) return connections.read(sql, values, ...rest);
    const isUsable = (name: string) => usable.has(name);
    // An index that is made again is used again, without a restart.
    if (!forced.every(isUsable) && Date.now() - readAt > AGE_MS) await readAgain();
    try {
      return await connections.read(forced.every(isUsable) ? sql : restricted(sql, usable), values, ...rest);
    } catch (error) {
      if (driverErrorKind(error) !== 'noIndex') throw error;
      await readAgain();
      return connections.read(restricted(sql, usable), values, ...rest);
    }
  }

  async function readAgain(): Promise<void> {
    readAt = Date.now();
    usable = await usableIndexes(connections);
  }
}

/** The age in milliseconds after which the indexes are read again while one is missing. */
const AGE_MS = 60_000;

const FORCED = / FORCE INDEX \(([^)]*)\)/g;

async function usableIndexes({ read }: Connections): Promise<ReadonlySet<string>> {
  // Reads every column: MySQL and MariaDB name the one for hidden indexes differently.
  const rows = await read(
    'SELECT * FROM information_schema.statistics ' +
      "WHERE table_schema = DATABASE() AND table_name IN ('images', 'image_members')",
    [],
  );
  return new Set(rows.filter((row) => !remedyFor(row)).map(({ INDEX_NAME: name }) => String(name)));
}

function restricted(sql: string, usable: ReadonlySet<string>): string {
  return sql.replace(FORCED, (hint, names: string) => {
    const left = names.split(', ').filter((name) => usable.has(name));
    return left.length > 0 ? hint.replace(names, left.join(', ')) : '';
  });
}
