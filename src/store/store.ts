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

/** What stores are made of; each kind is Glance's driver of this name. */
export type StoreKind = 'file' | 'swift' | 's3';

/** What is known of data that is to be written. */
export interface WriteOptions {
  /** Bytes to come, where known: a store without room refuses at once. */
  size?: number;
  /** Ends the writing with its reason. */
  signal?: AbortSignal;
}

/**
 * Where bytes live. An upload is written, then published, then released; one that fails at any point
 * is discarded. Each step may be repeated, and a discarded upload leaves nothing behind. A step that fails
 * does so with StoreError, or with what its signal or the data given to it failed with.
 */
export interface Store {
  /** The name by which clients choose it, and which a location's metadata holds as Glance writes it. */
  readonly name: string;
  readonly kind: StoreKind;
  /** Schemes of location URLs that stores of this kind have, without the colon; its own come first. */
  readonly schemes: readonly string[];
  /** Where the store is, in words for the operator; never with a secret. */
  readonly place: string;
  /** True for a store behind a network: it may be away for a while. */
  readonly isRemote: boolean;
  /** The location URL that an image's data gets here, in Glance's form. */
  locationOf(imageId: string): string;
  /** True for a location URL that names something in this very store. */
  holds(location: string): boolean;
  /** Returns the name of a location's data in this store; undefined for a location elsewhere. */
  nameOf(location: string): string | undefined;
  /** Makes sure the store can be used, before the first request. */
  prepare(): Promise<void>;
  /** Takes in all data, unless the image's id can be no name here. A piece is good until the next one is asked for. */
  write(upload: Upload, data: AsyncIterable<Buffer>, options?: WriteOptions): Promise<void>;
  /** Makes what was written durable and gives it its final name. Returns its location URL. */
  publish(upload: Upload, signal?: AbortSignal): Promise<string>;
  /** Forgets what only the upload needed; the published data stays. */
  release(upload: Upload): Promise<void>;
  /** Removes everything the upload wrote, and nothing that another wrote. */
  discard(upload: Upload, signal?: AbortSignal): Promise<void>;
  /** Opens data for reading, all of it or a range. The signal ends what is read of it as well. */
  open(location: string, signal?: AbortSignal): Promise<StoredData>;
  /** Removes data; data that is not there counts as removed. */
  remove(location: string, signal?: AbortSignal): Promise<void>;
  /** Ids of uploads that left something behind and have been silent for a long time. */
  abandoned(): Promise<string[]>;
}

/** Data that is open for reading; it must be read or closed. */
export interface StoredData {
  readonly size: number;
  /** Another text whenever the data may have been changed; undefined where the store cannot tell. */
  readonly state?: string;
  /**
   * These bytes, piece by piece. A piece is good until the next one is asked for: its memory is used again. Whoever
   * stops asking ends what is asked of the store.
   */
  read(range: ByteRange): AsyncIterable<Buffer>;
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
