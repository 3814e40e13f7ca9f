import type { Readable } from 'node:stream';

/** One upload on its way into a store: a name for what is not yet whole, and one for what it becomes. */
export interface Upload {
  readonly id: string;
  readonly imageId: string;
}

/** Bytes `start` to `end`, both included. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * Where bytes live. An upload is written, then published, then released; one that fails at any point
 * is discarded. Each step may be repeated, and a discarded upload leaves nothing behind.
 */
export interface Store {
  /** The scheme of this store's location URLs, without the colon. */
  readonly scheme: string;
  /** What Glance writes into a location's metadata. */
  readonly metadata: object;
  /** Where the store is, in words for the operator. */
  readonly place: string;
  /** Makes sure the store can be used, before the first request. */
  prepare(): Promise<void>;
  /**
   * Takes in all data.
   *
   * @param size bytes to come, where known: a store without room refuses at once
   */
  write(upload: Upload, data: AsyncIterable<Buffer>, size: number | undefined): Promise<void>;
  /** Makes what was written durable and gives it its final name. Returns its location URL. */
  publish(upload: Upload): Promise<string>;
  /** Forgets what only the upload needed; the published data stays. */
  release(upload: Upload): Promise<void>;
  /** Removes everything the upload wrote, and nothing that another wrote. */
  discard(upload: Upload): Promise<void>;
  /** Opens data for reading, all of it or a range. */
  open(location: string): Promise<StoredData>;
  remove(location: string): Promise<void>;
  /** Ids of uploads that left something behind and have been silent for a long time. */
  abandoned(): Promise<string[]>;
}

/** Data that is open for reading; it must be read or closed. */
export interface StoredData {
  readonly size: number;
  read(range: ByteRange): Readable;
  close(): Promise<void>;
}

export type StoreFault = 'full' | 'readOnly' | 'missing' | 'conflict' | 'unavailable';

/** A store did not do what it was asked. The message is for the log: it may name paths. */
export class StoreError extends Error {
  constructor(
    readonly fault: StoreFault,
    options?: ErrorOptions & { detail?: string },
  ) {
    super(`The store failed (${fault}${options?.detail ? `: ${options.detail}` : ''})`, options);
  }
}
