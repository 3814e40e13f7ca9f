import type { CreateImageInput } from '../gateway/operations.js';
import { keptRecords } from '../parts/kept-records.js';

/** An import as the browser keeps it, so that its row survives a reload. It has no address: that may be a secret. */
export interface ImportRecord {
  /** The id of the image, which the page chooses: after a lost answer it finds the image that it created. */
  readonly id: string;
  /** The user and the project that began the import. */
  readonly by: string;
  /** Milliseconds since 1970. */
  readonly begunAt: number;
  readonly input: CreateImageInput;
  /** The name of the store for the data; unset for the default store. */
  readonly store?: string;
  /** True once the gateway has created the image. */
  readonly isCreated?: boolean;
  /** The id under which the gateway's log has the import. */
  readonly requestId?: string | null;
}

export const keptImports = keptRecords<ImportRecord>('glance-graphql-console-imports', 'imports');
