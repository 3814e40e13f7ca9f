import { opendir, stat } from 'node:fs/promises';
import { ifExists } from './file-access.js';
import { StoreError } from './store.js';

/**
 * A folder that must stay the folder that it was. When a file system is unmounted, an empty folder takes its place: data
 * that is written there disappears under the next mount, and data that is removed there stays.
 */
export interface WatchedFolder {
  readonly path: string;
  /** Refuses when the folder is gone, or another folder is in its place. @throws StoreError 'unavailable' */
  requireSame(): Promise<void>;
  /** Returns a text that differs for another folder in the same place; undefined for a missing folder. */
  identity(): Promise<string | undefined>;
  isEmpty(): Promise<boolean>;
  /** Makes an empty folder count as not mounted, until something is in it. */
  refuseWhileEmpty(): void;
}

/** The first call of `requireSame` decides which folder it is. */
export function watchedFolder(path: string): WatchedFolder {
  let known: { found: Found; since: number } | undefined;
  let isSuspect = false;
  const gone = (what: string) =>
    new StoreError('unavailable', { detail: `the folder ${path} ${what}; is its file system mounted?` });

  return {
    path,

    async requireSame() {
      const found = await find(path);
      if (found === undefined) throw gone('does not exist');
      if (isSuspect && (await isEmpty())) throw gone('is empty, and the database records data in it');
      isSuspect = false;
      if (!known || isMadeSince(found, known)) known = { found, since: Date.now() };
      if (identityOf(found) !== identityOf(known.found)) throw gone('is another folder than before');
    },

    async identity() {
      const found = await find(path);
      return found && identityOf(found);
    },

    isEmpty,

    refuseWhileEmpty() {
      isSuspect = true;
      known = undefined;
    },
  };

  async function isEmpty(): Promise<boolean> {
    for await (const { name } of await opendir(path)) if (name !== 'lost+found') return false;
    return true;
  }
}

interface Found {
  device: bigint;
  inode: bigint;
  /** Nanoseconds since 1970; 0 when the file system does not know. */
  birth: bigint;
}

async function find(path: string): Promise<Found | undefined> {
  const stats = await ifExists(stat(path, { bigint: true }));
  return stats && { device: stats.dev, inode: stats.ino, birth: stats.birthtimeNs };
}

/**
 * The roots of all file systems of a kind have the same inode number, but not the same time of birth. The device number
 * is the last choice: a network file system may get another one with each mount.
 */
function identityOf({ device, inode, birth }: Found): string {
  return [inode, birth || device].join(' ');
}

/** Returns true for a folder that somebody made in place of the known one, on the same file system. */
function isMadeSince({ device, birth }: Found, known: { found: Found; since: number }): boolean {
  return device === known.found.device && birth > BigInt(known.since) * 1_000_000n;
}
