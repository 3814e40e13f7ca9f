import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/** What can be done with a folder: `missing` may be made, `unmakeable` may not. */
export type FolderState = 'good' | 'missing' | 'unmakeable' | 'noFolder' | 'unreadable' | 'unwritable';

/** Looks at a folder that data lies in, and changes nothing. */
export async function folderState(path: string): Promise<FolderState> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => error);
  if (found instanceof Error) {
    if (found.code !== 'ENOENT') return found.code === 'ENOTDIR' ? 'noFolder' : 'unreadable';
    return (await mayMakeIn(dirname(path))) ? 'missing' : 'unmakeable';
  }
  if (!found.isDirectory()) return 'noFolder';
  if (!(await may(path, constants.R_OK | constants.X_OK))) return 'unreadable';
  return (await may(path, constants.W_OK | constants.X_OK)) ? 'good' : 'unwritable';
}

/** The folder, or the nearest above it that is there, lets us make one. */
async function mayMakeIn(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  if (found) return found.isDirectory() && (await may(path, constants.W_OK | constants.X_OK));
  return dirname(path) !== path && mayMakeIn(dirname(path));
}

async function may(path: string, mode: number): Promise<boolean> {
  return access(path, mode).then(
    () => true,
    () => false,
  );
}
