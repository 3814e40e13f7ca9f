import { openDB, type IDBPDatabase } from 'idb';

/** Records that the browser keeps, so that they survive a reload. */
export interface KeptRecords<Kept> {
  /** Returns all, the first begun first. A browser that stores nothing has none. */
  all(): Promise<Kept[]>;
  get(id: string): Promise<Kept | undefined>;
  keep(record: Kept): Promise<void>;
  forget(id: string): Promise<void>;
}

/** @param name the name of a database that has no other table */
export function keptRecords<Kept extends { readonly id: string; readonly begunAt: number }>(
  name: string,
  table: string,
): KeptRecords<Kept> {
  let opened: Promise<IDBPDatabase> | undefined;
  return {
    async all() {
      const found = await attempt<Kept[]>((database) => database.getAll(table));
      return (found ?? []).sort((one, other) => one.begunAt - other.begunAt);
    },
    get: (id) => attempt<Kept>((database) => database.get(table, id)),
    async keep(record) {
      await attempt((database) => database.put(table, record));
    },
    async forget(id) {
      await attempt((database) => database.delete(table, id));
    },
  };

  /** The page also works where the browser keeps nothing, as in some private windows. All then ends with the page. */
  async function attempt<T>(use: (database: IDBPDatabase) => Promise<T>): Promise<T | undefined> {
    try {
      opened ??= openDB(name, 1, {
        upgrade: (database) => void database.createObjectStore(table, { keyPath: 'id' }),
      });
      return await use(await opened);
    } catch {
      return undefined;
    }
  }
}
