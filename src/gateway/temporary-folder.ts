import { accessSync, constants, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { FolderUnusable } from './folder-unusable.js';

export interface TemporaryFolder {
  /** The absolute path. */
  path: string;
  /** Removes the folder, for the end of the process. */
  remove(): void;
}

/**
 * Makes a folder for the temporary files of this process, on the disk of the data. The temporary folder of the system
 * may be small, or in memory. Removes the folders that killed processes of this machine left behind.
 */
export function temporaryFolder(dataDir: string): TemporaryFolder {
  const parent = resolve(dataDir, 'tmp');
  const path = join(parent, nameFor(process.pid));
  try {
    mkdirSync(parent, { recursive: true, mode: 0o700 });
    for (const name of readdirSync(parent).filter(isLeftOver))
      rmSync(join(parent, name), { recursive: true });
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    throw new FolderUnusable('DATA_DIR', parent, error);
  }
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Refuses a temporary folder of the operator that this process cannot write to. @throws FolderUnusable */
export function requireTemporaryFolder(path: string): void {
  try {
    readdirSync(path);
    accessSync(path, constants.W_OK);
  } catch (error) {
    throw new FolderUnusable('TMPDIR', path, error);
  }
}

function nameFor(pid: number | string): string {
  return `${hostname()}-${pid}`;
}

function isLeftOver(name: string): boolean {
  const pid = name.slice(name.lastIndexOf('-') + 1);
  return name === nameFor(pid) && (Number(pid) === process.pid || !isAlive(Number(pid)));
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
