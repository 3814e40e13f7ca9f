import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/** The state of a folder. A `missing` folder can be created, an `unmakeable` one cannot. */
export type FolderState = 'good' | 'missing' | 'unmakeable' | 'noFolder' | 'unreadable' | 'unwritable';

/** Inspects a folder of data, and changes nothing. */
export async function folderState(path: string): Promise<FolderState> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => error);
  if (found instanceof Error) {
    if (found.code !== 'ENOENT') return found.code === 'ENOTDIR' ? 'noFolder' : 'unreadable';
    return (await mayCreateIn(dirname(path))) ? 'missing' : 'unmakeable';
  }
  if (!found.isDirectory()) return 'noFolder';
  if (!(await may(path, constants.R_OK | constants.X_OK))) return 'unreadable';
  return (await may(path, constants.W_OK | constants.X_OK)) ? 'good' : 'unwritable';
}

/** Returns true when the nearest existing folder on the path allows the gateway to create folders. */
async function mayCreateIn(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  if (found) return found.isDirectory() && (await may(path, constants.W_OK | constants.X_OK));
  return dirname(path) !== path && mayCreateIn(dirname(path));
}

async function may(path: string, mode: number): Promise<boolean> {
  return access(path, mode).then(
    () => true,
    () => false,
  );
}
