import { constants, open, readdir, readFile, rename, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { withStoreErrors, freeSpace, makeFolder, syncPath, ifExists, writeAll } from './file-access.js';

/** The received part of some data, and the facts about the data. */
export interface PartialFile<Facts> {
  readonly id: string;
  readonly facts: Facts;
  /** The received bytes; they are on the disk. */
  readonly bytes: number;
  /** The last time that bytes arrived or facts changed. */
  readonly lastChange: Date;
}

/**
 * Data that arrives in parts, perhaps days apart and through several processes. Each has a file of the received bytes and
 * a file of facts beside it. Every fact that is returned is on the disk, so it survives a crash and a power failure.
 */
export interface PartialFiles<Facts> {
  /** Begins a partial file, or replaces its facts. */
  record(id: string, facts: Facts): Promise<void>;
  find(id: string): Promise<PartialFile<Facts> | undefined>;
  /** Yields every partial file. */
  all(): AsyncIterable<PartialFile<Facts>>;
  /**
   * Writes data at an offset. When the data fails, the bytes before the failure stay.
   *
   * @returns the offset after the last byte
   */
  append(id: string, offset: number, data: AsyncIterable<Buffer>): Promise<number>;
  read(id: string): AsyncIterable<Buffer>;
  /** Removes data and facts. Succeeds when they do not exist. */
  remove(id: string): Promise<void>;
  /** Removes the leftovers of processes that died while they recorded facts. */
  tidy(): Promise<void>;
  /** Returns the free bytes on the disk. */
  freeSpace(): Promise<number>;
}

/** @param folder created with the first partial file; gateways that share uploads share this folder */
export function partialFiles<Facts>(folder: string): PartialFiles<Facts> {
  const dataOf = (id: string) => join(folder, `${id}.part`);
  const factsOf = (id: string) => join(folder, `${id}.json`);
  const names = async () => (await ifExists(readdir(folder))) ?? [];

  return {
    record: (id, facts) =>
      withStoreErrors(async () => {
        await makeFolder(folder, 0o700);
        const temporary = `${factsOf(id)}${UNFINISHED}`;
        const file = await open(temporary, 'w', 0o600);
        try {
          await file.writeFile(JSON.stringify(facts));
          await file.sync();
        } finally {
          await file.close();
        }
        await rename(temporary, factsOf(id));
        await syncPath(folder);
      }),

    find,

    async *all() {
      for (const name of await withStoreErrors(names)) {
        const known = name.endsWith('.json') ? await find(name.slice(0, -'.json'.length)) : undefined;
        if (known) yield known;
      }
    },

    append: (id, offset, data) =>
      withStoreErrors(async () => {
        const file = await open(dataOf(id), constants.O_RDWR | constants.O_CREAT, 0o600);
        let at = offset;
        try {
          for await (const piece of data) {
            await writeAll(file, piece, at);
            at += piece.length;
          }
          await file.datasync();
        } catch (error) {
          // Keeps the bytes that arrived before the failure, so that the sender need not repeat them.
          await file.datasync().catch(() => undefined);
          throw error;
        } finally {
          await file.close();
        }
        if (offset === 0) await syncPath(folder);
        return at;
      }),

    async *read(id) {
      try {
        const file = await open(dataOf(id));
        for await (const piece of file.createReadStream({ highWaterMark: READ_CHUNK })) yield piece as Buffer;
      } catch (error) {
        await withStoreErrors(() => Promise.reject(error as Error));
      }
    },

    remove: (id) =>
      withStoreErrors(async () => {
        await ifExists(unlink(dataOf(id)));
        // The facts go last, so that an interrupted removal is found again.
        await ifExists(unlink(factsOf(id)));
      }),

    tidy: () =>
      withStoreErrors(async () => {
        for (const name of (await names()).filter((each) => each.endsWith(UNFINISHED))) {
          const path = join(folder, name);
          const found = await ifExists(stat(path));
          if (found && found.mtimeMs < Date.now() - MAX_RECORDING_MS) await ifExists(unlink(path));
        }
      }),

    freeSpace: () =>
      withStoreErrors(async () => {
        await makeFolder(folder, 0o700);
        return freeSpace(folder);
      }),
  };

  function find(id: string): Promise<PartialFile<Facts> | undefined> {
    return withStoreErrors(async () => {
      if (!ID.test(id)) return undefined;
      const [facts, recorded] = await Promise.all([
        ifExists(readFile(factsOf(id), 'utf8')),
        ifExists(stat(factsOf(id))),
      ]);
      if (facts === undefined || recorded === undefined) return undefined;
      const data = await written(dataOf(id));
      const lastChange = new Date(Math.max(recorded.mtimeMs, data.lastChange));
      return { id, facts: JSON.parse(facts) as Facts, bytes: data.bytes, lastChange };
    });
  }
}

const ID = /^[0-9a-f-]{36}$/;
/** The suffix of files of facts that are not complete yet. */
const UNFINISHED = '.new';
const MAX_RECORDING_MS = 60 * 60 * 1000;
/** The memory of each read: many may run at once. */
const READ_CHUNK = 256 * 1024;

/** Flushes a file and returns its size: a process that was killed may not have flushed it. */
async function written(path: string): Promise<{ bytes: number; lastChange: number }> {
  const file = await ifExists(open(path, 'r+'));
  if (!file) return { bytes: 0, lastChange: 0 };
  try {
    await file.datasync();
    const { size, mtimeMs } = await file.stat();
    return { bytes: size, lastChange: mtimeMs };
  } finally {
    await file.close();
  }
}
