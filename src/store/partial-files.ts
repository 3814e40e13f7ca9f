import { constants, mkdir, open, readdir, readFile, rename, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { named, roomIn, syncPath, whereThere, writeAll } from './file-access.js';

/** Data of which a part has come, and what is known of it. */
export interface PartialFile<Facts> {
  readonly id: string;
  readonly facts: Facts;
  /** Bytes that have come; they are on the disk. */
  readonly bytes: number;
  /** When bytes came, or facts changed, last. */
  readonly lastChange: Date;
}

/**
 * Data that comes in parts, perhaps with days and other processes between them: for each a file of what has come,
 * and one of facts beside it. What is told of them is on the disk: it outlives the process, and power.
 */
export interface PartialFiles<Facts> {
  /** Begins one, or changes its facts. */
  record(id: string, facts: Facts): Promise<void>;
  find(id: string): Promise<PartialFile<Facts> | undefined>;
  /** Every one that is there. */
  all(): AsyncIterable<PartialFile<Facts>>;
  /**
   * Adds bytes from an offset on, piece by piece. Those that came before the data failed stay.
   *
   * @returns the offset behind the last byte
   */
  append(id: string, offset: number, data: AsyncIterable<Buffer>): Promise<number>;
  read(id: string): AsyncIterable<Buffer>;
  /** Removes data and facts; those that are not there count as removed. */
  remove(id: string): Promise<void>;
  /** Removes what a process left behind that ended while it recorded facts. */
  tidy(): Promise<void>;
  /** Bytes for which the disk has room. */
  room(): Promise<number>;
}

/** @param folder made once it is needed; gateways that know of the same uploads have it in common */
export function partialFiles<Facts>(folder: string): PartialFiles<Facts> {
  const dataOf = (id: string) => join(folder, `${id}.part`);
  const factsOf = (id: string) => join(folder, `${id}.json`);
  const names = async () => (await whereThere(readdir(folder))) ?? [];

  return {
    record: (id, facts) =>
      named(async () => {
        await mkdir(folder, { recursive: true, mode: 0o700 });
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
      for (const name of await named(names)) {
        const known = name.endsWith('.json') ? await find(name.slice(0, -'.json'.length)) : undefined;
        if (known) yield known;
      }
    },

    append: (id, offset, data) =>
      named(async () => {
        const file = await open(dataOf(id), constants.O_RDWR | constants.O_CREAT, 0o600);
        let at = offset;
        try {
          for await (const piece of data) {
            await writeAll(file, piece, at);
            at += piece.length;
          }
          await file.datasync();
        } catch (error) {
          // Bytes that arrived before the data broke off are kept too, so that nobody must send them again.
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
        await named(() => Promise.reject(error as Error));
      }
    },

    remove: (id) =>
      named(async () => {
        await whereThere(unlink(dataOf(id)));
        // Last, so that a removal that was broken off is found again.
        await whereThere(unlink(factsOf(id)));
      }),

    tidy: () =>
      named(async () => {
        for (const name of (await names()).filter((each) => each.endsWith(UNFINISHED))) {
          const path = join(folder, name);
          const found = await whereThere(stat(path));
          if (found && found.mtimeMs < Date.now() - LONGEST_RECORDING_MS) await whereThere(unlink(path));
        }
      }),

    room: () =>
      named(async () => {
        await mkdir(folder, { recursive: true, mode: 0o700 });
        return roomIn(folder);
      }),
  };

  function find(id: string): Promise<PartialFile<Facts> | undefined> {
    return named(async () => {
      if (!ID.test(id)) return undefined;
      const [facts, recorded] = await Promise.all([
        whereThere(readFile(factsOf(id), 'utf8')),
        whereThere(stat(factsOf(id))),
      ]);
      if (facts === undefined || recorded === undefined) return undefined;
      const data = await written(dataOf(id));
      const lastChange = new Date(Math.max(recorded.mtimeMs, data.lastChange));
      return { id, facts: JSON.parse(facts) as Facts, bytes: data.bytes, lastChange };
    });
  }
}

const ID = /^[0-9a-f-]{36}$/;
/** End of the names of facts that are still being written. */
const UNFINISHED = '.new';
const LONGEST_RECORDING_MS = 60 * 60 * 1000;
/** Of memory for each that is read: there may be many at once. */
const READ_CHUNK = 256 * 1024;

/** Its size, once all of it is on the disk: a process that was killed may not have come to that. */
async function written(path: string): Promise<{ bytes: number; lastChange: number }> {
  const file = await whereThere(open(path, 'r+'));
  if (!file) return { bytes: 0, lastChange: 0 };
  try {
    await file.datasync();
    const { size, mtimeMs } = await file.stat();
    return { bytes: size, lastChange: mtimeMs };
  } finally {
    await file.close();
  }
}
