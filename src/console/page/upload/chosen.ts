import { store } from '../parts/store.js';

/** A file that waits for its upload to be started. */
export interface ChosenFile {
  readonly key: number;
  readonly file: File;
  /** Leads to the file after a reload, in browsers that give one. */
  readonly handle?: FileSystemFileHandle;
}

/** The most files that can wait at once. */
export const MOST_FILES = 100;

const chosen = store<readonly ChosenFile[]>([]);
let latest = 0;

export const useChosen = chosen.use;

/**
 * Adds files behind those that wait already.
 *
 * @returns how many of them were too many
 */
export function addFiles(files: readonly Omit<ChosenFile, 'key'>[]): number {
  const room = MOST_FILES - chosen.get().length;
  const added = files.slice(0, Math.max(0, room)).map((each) => ({ ...each, key: ++latest }));
  chosen.set([...chosen.get(), ...added]);
  return files.length - added.length;
}

export function removeFiles(keys: readonly number[]): void {
  chosen.set(chosen.get().filter(({ key }) => !keys.includes(key)));
}
