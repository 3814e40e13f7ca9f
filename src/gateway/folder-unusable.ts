import { errorChain } from '../database/error-codes.js';

/** The gateway cannot use a folder that it needs to start. */
export class FolderUnusable extends Error {
  /** @param option the option that chooses the folder */
  constructor(option: string, path: string, cause: unknown) {
    const { code, syscall, message } = cause as NodeJS.ErrnoException;
    const why = code === undefined ? message : [syscall, code].filter(Boolean).join(' ');
    super(`${option}: the folder ${path} cannot be used (${why}).`, { cause });
  }
}

/** Returns what the operator can do about an error of the file system or of SQLite; undefined for other errors. */
export function remedyOf(error: unknown): string | undefined {
  for (const each of errorChain(error)) {
    const code = String((each as { code?: unknown }).code);
    const found = REMEDIES.find(([codes]) =>
      codes.some((known) => code === known || code.startsWith(`${known}_`)),
    );
    if (found) return found[1];
  }
  return undefined;
}

const user = process.getuid ? ` (uid ${process.getuid()})` : '';

const REMEDIES: [codes: string[], remedy: string][] = [
  [
    ['EACCES', 'EPERM', 'SQLITE_CANTOPEN', 'SQLITE_PERM'],
    `Let the user that runs the gateway${user} read and write there, or choose another folder.`,
  ],
  [
    ['EROFS', 'SQLITE_READONLY'],
    'The file or its file system is read-only: mount it for writing, or choose another folder.',
  ],
  [['ENOSPC', 'EDQUOT', 'SQLITE_FULL'], 'The disk is full: free some space, or choose another folder.'],
  [
    ['ENOTDIR', 'EEXIST', 'EISDIR', 'ELOOP'],
    'Something else is in its place: remove that, or choose another folder.',
  ],
  [['ENOENT'], 'Make the folder above it, or mount its file system for writing, or choose another folder.'],
  [
    ['SQLITE_CORRUPT', 'SQLITE_NOTADB'],
    'The file is damaged, or of another program: restore it as docs/guide/backup.md shows, or choose another folder.',
  ],
  [['EIO', 'SQLITE_IOERR'], 'The disk fails, or is full: look at the log of the system.'],
];
