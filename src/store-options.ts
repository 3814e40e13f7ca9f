import { TextOption } from './option.js';
import type { StoreKind } from './store/store.js';

/** Options of a store of kind `file`. */
export class FileStoreOptions {
  @TextOption('FOLDER', { meaning: 'Folder of the files. Unset: `images` in DATA_DIR.' })
  folder?: string;
}

/** The options that a store of each kind has, under `STORE_{NAME}_`. */
export const STORE_OPTIONS = {
  file: FileStoreOptions,
} satisfies Record<StoreKind, new () => object>;

/** One store as it is configured. */
export type ConfiguredStore = { name: string; kind: 'file'; options: FileStoreOptions };

/** What stands in front of the options of one store. */
export function storePrefix(name: string): string {
  return `STORE_${name.toUpperCase().replaceAll('-', '_')}_`;
}

/** True for an entry of `STORES`. Names that version 1 has for what lies on the web are not free. */
export function isStoreEntry(text: string): boolean {
  const [, name] = /^([A-Za-z0-9][\w-]{0,62}):(file)$/.exec(text) ?? [];
  return name !== undefined && !['http', 'https'].includes(name.toLowerCase());
}
