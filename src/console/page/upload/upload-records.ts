import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import type { CreateImageInput } from '../gateway/operations.js';

/** An unfinished upload as the browser keeps it, so that it survives a reload. */
export interface UploadRecord {
  /** The id of the image, which the page chooses: after a lost answer it finds the image that it created. */
  readonly id: string;
  /** The user and the project that began the upload. */
  readonly by: string;
  /** Milliseconds since 1970. */
  readonly begunAt: number;
  readonly input: CreateImageInput;
  /** True once the gateway has created the image. */
  readonly isCreated?: boolean;
  /** The digest that the file must have, if its user named one. */
  readonly expected?: { algorithm: string; value: string };
  /** The id of the upload at the gateway; unset until the gateway has given one. */
  readonly uploadId?: string;
  /** Bytes that the gateway has confirmed. */
  readonly confirmed?: number;
  readonly expires?: string;
  readonly fileName: string;
  readonly size: number;
  readonly lastModified: number;
  /** The digest of the first and the last MiB; unset until the upload begins. */
  readonly ends?: string;
  /** The digest so far. */
  readonly hashed?: { algorithm: string; at: number; state: Uint8Array };
  /** Leads to the file, in browsers that give a handle. */
  readonly handle?: FileSystemFileHandle;
}

interface Schema extends DBSchema {
  uploads: { key: string; value: UploadRecord };
}

const NAME = 'glance-graphql-console';
let opened: Promise<IDBPDatabase<Schema>> | undefined;

/** Returns the unfinished uploads, the first begun first. A browser that stores nothing has none. */
export async function keptUploads(): Promise<UploadRecord[]> {
  const found = await attempt((database) => database.getAll('uploads'));
  return (found ?? []).sort((one, other) => one.begunAt - other.begunAt);
}

export async function keptUpload(id: string): Promise<UploadRecord | undefined> {
  return attempt((database) => database.get('uploads', id));
}

export async function keepUpload(record: UploadRecord): Promise<void> {
  await attempt((database) => database.put('uploads', record));
}

export async function forgetUpload(id: string): Promise<void> {
  await attempt((database) => database.delete('uploads', id));
}

/** An upload also works where the browser keeps nothing, as in some private windows. It then ends with its page. */
async function attempt<T>(use: (database: IDBPDatabase<Schema>) => Promise<T>): Promise<T | undefined> {
  try {
    opened ??= openDB<Schema>(NAME, 1, {
      upgrade: (database) => void database.createObjectStore('uploads', { keyPath: 'id' }),
    });
    return await use(await opened);
  } catch {
    return undefined;
  }
}
