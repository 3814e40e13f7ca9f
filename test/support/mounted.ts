import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A small file system that can be mounted in one place, unmounted, and mounted again with its files. */
export interface MountedFolder {
  /** The place where it is mounted at first. */
  path: string;
  mount(): void;
  /** Unmounts it, also while a process has files in it. */
  unmount(): void;
  /** Changes whether it can be written to, while it is mounted. */
  remount(way: 'ro' | 'rw'): void;
  /** Changes its size, so that this much is free. */
  leaveFree(mib: number): void;
  /** Ends it with its files. */
  remove(): void;
}

/** True where this process may mount file systems. */
export const isMountable = canMount();
if (!isMountable && process.env.REQUIRE_ALL)
  throw new Error('REQUIRE_ALL is set, and mounting is not permitted');
if (!isMountable)
  process.stderr.write('skipped: everything on a mounted folder, since mounting is not permitted\n');

/** @param size of the file system, as mount(8) takes it */
export function mountedFolder(size = '64m'): MountedFolder {
  const folder = mkdtempSync(join(tmpdir(), 'glance-graphql-test-'));
  const [disk, path] = [join(folder, 'disk'), join(folder, 'mounted')];
  [disk, path].forEach((each) => mkdirSync(each));
  chmodSync(folder, 0o755);
  done('mount', '-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', disk);
  // The files stay while they are mounted in a second place.
  const mount = () => done('mount', '--bind', disk, path);
  mount();
  return {
    path,
    mount,
    unmount: () => done('umount', '--lazy', path),
    remount: (way) => done('mount', '-o', `remount,bind,${way}`, path),
    leaveFree(mib) {
      const { blocks, bfree, bsize } = statfsSync(disk);
      const used = Math.ceil(((blocks - bfree) * bsize) / 2 ** 20);
      done('mount', '-o', `remount,size=${used + mib}m`, disk);
    },
    remove() {
      isDone('umount', '--lazy', path);
      done('umount', '--lazy', disk);
      rmSync(folder, { recursive: true });
    },
  };
}

function isDone(...[command, ...args]: string[]): boolean {
  return spawnSync(command, args).status === 0;
}

function done(...[command, ...args]: string[]): void {
  const { status, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr}`);
}

function canMount(): boolean {
  const place = mkdtempSync(join(tmpdir(), 'glance-graphql-test-'));
  try {
    return isDone('mount', '-t', 'tmpfs', 'tmpfs', place) && isDone('umount', place);
  } finally {
    rmSync(place, { recursive: true });
  }
}
