import type { DigestThreads } from './digest-threads.js';
import type { WatchedFolder } from './watched-folder.js';

/** An upload into a store: `id` names the unfinished data, and `imageId` the published data. */
export interface Upload {
  readonly id: string;
  readonly imageId: string;
}

/** Bytes `start` to `end`, both included. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** The kind of a store, by the name of Glance's driver. */
export type StoreKind = 'file' | 'swift' | 's3';

/** The facts about data that is to be written. */
export interface WriteOptions {
  /** The bytes of the data, if known. A store without room for them refuses at once. */
  size?: number;
  /** Ends the write with the signal's reason. */
  signal?: AbortSignal;
  /** The threads for digests that the store compares. Without them it digests on the calling thread. */
  threads?: DigestThreads;
}

/**
 * A place for image data. An upload is written, published and released, in this order; an upload that fails at any step
 * is discarded. Each step may be repeated. A discarded upload leaves nothing behind. A step fails with StoreError, with
 * its signal's reason, or with the error of its data.
 */
export interface Store {
  /** The name by which clients choose the store. Glance writes it into a location's metadata. */
  readonly name: string;
  readonly kind: StoreKind;
  /** The schemes of this kind's location URLs, without the colon. The store's own scheme comes first. */
  readonly schemes: readonly string[];
  /** Describes the place of the store for the operator, without secrets. */
  readonly place: string;
  /** True for a store behind a network, which may be away for a while. */
  readonly isRemote: boolean;
  /** The folders that a store of files reads; none for a remote store. */
  readonly folders: readonly WatchedFolder[];
  /** Returns the location URL of an image's data in this store, in Glance's form. */
  locationOf(imageId: string): string;
  /** Returns true for a location URL in this store. */
  holds(location: string): boolean;
  /** Returns the name of a location's data in this store; undefined for a location elsewhere. */
  nameOf(location: string): string | undefined;
  /** Checks, before the first request, that the store can be used. */
  prepare(): Promise<void>;
  /** Writes all data. Refuses an image whose id cannot be a name here. A piece is valid until the next one is read. */
  write(upload: Upload, data: AsyncIterable<Buffer>, options?: WriteOptions): Promise<void>;
  /** Makes the written data durable and gives it its final name. Returns its location URL. */
  publish(upload: Upload, signal?: AbortSignal): Promise<string>;
  /** Frees what only the upload needed. The published data stays. */
  release(upload: Upload): Promise<void>;
  /** Removes everything that the upload wrote, and nothing that another upload wrote. */
  discard(upload: Upload, signal?: AbortSignal): Promise<void>;
  /** Opens data for reading, as a whole or in ranges. The signal also ends the reads. */
  open(location: string, signal?: AbortSignal): Promise<StoredData>;
  /** Removes data. Succeeds when the data does not exist. */
  remove(location: string, signal?: AbortSignal): Promise<void>;
  /**
   * Returns the name of some data that may be an image's; undefined for a store without such data. Looks at the first
   * names only.
   */
  sample(signal?: AbortSignal): Promise<string | undefined>;
  /** Returns the ids of uploads that left data behind and have been silent for a long time. */
  abandoned(): Promise<string[]>;
}

/** Data that is open for reading. The caller must read it to the end or close it. */
export interface StoredData {
  readonly size: number;
  /** A text that differs after the data may have changed; undefined when the store cannot detect changes. */
  readonly state?: string;
  /**
   * Yields the bytes of a range. A piece is valid until the next one is read, because its memory is used again. The
   * store's request ends when the reader stops.
   */
  read(range: ByteRange): AsyncIterable<Buffer>;
  close(): Promise<void>;
}

export type StoreFault = 'full' | 'readOnly' | 'missing' | 'conflict' | 'unavailable';

/** A store failed. The message is for the log only: it may contain paths. */
export class StoreError extends Error {
  constructor(
    readonly fault: StoreFault,
    options?: ErrorOptions & { detail?: string },
  ) {
    super(`The store failed (${fault}${options?.detail ? `: ${options.detail}` : ''})`, options);
  }
}
