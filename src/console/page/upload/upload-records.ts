import type { CreateImageInput } from '../gateway/operations.js';
import { keptRecords } from '../parts/kept-records.js';

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
  /** The name of the store for the data; unset for the default store. */
  readonly store?: string;
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

export const {
  all: keptUploads,
  get: keptUpload,
  keep: keepUpload,
  forget: forgetUpload,
} = keptRecords<UploadRecord>('glance-graphql-console', 'uploads');
