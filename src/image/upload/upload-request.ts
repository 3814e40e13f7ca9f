import type { Readable } from 'node:stream';
import type { Transaction } from '../../database/database.js';
import type { Upload } from '../../store/store.js';
import type { Log } from '../../telemetry/log.js';
import type { Declared } from './declared-digests.js';
import type { ImportProgress } from '../records/image.js';
import type { ImageRow } from '../records/image-columns.js';
import type { Rule } from '../access/policy.js';

/** The part of a request that every upload has. */
interface DataRequest {
  /** The name of the store for the data; undefined for the default store. */
  store?: string;
  /** True to leave the virtual size as the client declared it, as version 1 does. */
  keepsVirtualSize?: boolean;
  requestId: string;
  log: Log;
}

/** Data that a sender sends. */
export interface SentData extends DataRequest {
  source: Readable;
  declared: Declared;
  /** True to compare the MD5 with regard to letter case. */
  toTheLetter?: boolean;
  /** Called after all checks that come before the data: the sender may go on. */
  onAccepted?: () => void;
  /**
   * True for an unstored upload, which came within `during`: the gateway can repeat it. It is accepted also while the
   * gateway drains. If it fails through no fault of the data, the image is queued again.
   */
  canRepeat?: boolean;
}

/** Data that the gateway fetches once it has claimed the image. */
export interface FetchedData extends DataRequest {
  /** Opens the data. The size is undefined where the source does not say it; a declared size must equal it. */
  open(signal: AbortSignal): Promise<{ size: number | undefined; data: Readable }>;
  /** Rules of the policy that the caller must pass beside those of every upload. */
  rules: readonly Rule[];
  /** True to require neither formats nor the declared size, as version 1 copies (contract C15.4). */
  isLenient?: boolean;
  /** Runs in the transaction that claims the image. */
  onClaim(transaction: Transaction, upload: Upload): Promise<void>;
}

/** A fetch that runs while its caller has had the answer. */
export interface RunningFetch {
  /** The image as it was claimed. */
  image: ImageRow;
  upload: Upload;
  progress(): ImportProgress;
  /** Stops the fetch. The bytes are removed, and the image is killed unless it is no longer being saved. */
  stop(reason: Error): void;
  /** Resolves to the active image; rejects when the fetch failed. */
  ended: Promise<ImageRow>;
}
