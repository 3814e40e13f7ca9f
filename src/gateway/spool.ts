import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';

/**
 * A folder of this process alone for files that are received before they are read, on the disk of the data:
 * the system's own temporary folder may be small, or memory. What processes of this machine that were killed
 * have left in theirs is removed.
 *
 * @returns the absolute path, and the removal of the folder for when the process ends
 */
export function spoolFolder(dataDir: string): { path: string; remove(): void } {
  const parent = resolve(dataDir, 'tmp');
  const path = join(parent, folderOf(process.pid));
  mkdirSync(parent, { recursive: true, mode: 0o700 });
  for (const name of readdirSync(parent).filter(isLeftOver)) rmSync(join(parent, name), { recursive: true });
  mkdirSync(path, { mode: 0o700 });
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

function folderOf(pid: number | string): string {
  return `${hostname()}-${pid}`;
}

function isLeftOver(name: string): boolean {
  const pid = name.slice(name.lastIndexOf('-') + 1);
  return name === folderOf(pid) && (Number(pid) === process.pid || !isAlive(Number(pid)));
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
