import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmdirSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A disk of a few MiB, in memory. */
export interface SmallDisk {
  folder: string;
  /** Changes the size of the disk, which keeps its files, so that this much is free. */
  leaveFree(mib: number): void;
  remove(): void;
}

/** Returns a small disk; undefined where the system does not let the tests mount one. */
export function smallDisk(mib: number): SmallDisk | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'glance-graphql-disk-'));
  if (!mount(['-t', 'tmpfs', '-o', `size=${mib}m`, 'none', folder])) {
    rmdirSync(folder);
    if (process.env.REQUIRE_ALL) throw new Error('REQUIRE_ALL is set, and the tests may mount no disk');
    return undefined;
  }
  return {
    folder,
    leaveFree(free) {
      const { blocks, bfree, bsize } = statfsSync(folder);
      const used = Math.ceil(((blocks - bfree) * bsize) / 2 ** 20);
      mount(['-o', `remount,size=${used + free}m`, folder]);
    },
    remove() {
      spawnSync('umount', ['-l', folder]);
      rmdirSync(folder);
    },
  };
}

function mount(options: string[]): boolean {
  return spawnSync('mount', options).status === 0;
}
