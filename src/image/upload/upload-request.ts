import type { Readable } from 'node:stream';
import type { Transaction } from '../../database/database.js';
import type { Upload } from '../../store/store.js';
import type { Log } from '../../telemetry/log.js';
import type { Declared } from './declared-digests.js';
import type { ImportProgress } from '../records/image.js';
import type { ImageRow } from '../records/image-columns.js';
import type { Rule } from '../access/policy.js';

/** Data that somebody sends. */
export interface Delivery {
  source: Readable;
  declared: Declared;
  /** Compares digests with regard to letter case. */
  toTheLetter?: boolean;
  /** Name of the store to put it in; the default one where undefined. */
  store?: string;
  /** Called once everything that can be checked beforehand has been: the sender may go on. */
  onAccepted?: () => void;
  /**
   * True for data that has come within `during`, and that its sender keeps until it is stored: it is taken in although
   * the gateway may be draining, and where that fails through no fault of its own the image waits for it again.
   */
  isKept?: boolean;
  requestId: string;
  log: Log;
}

/** Data that we get ourselves, once the image is ours to fill. */
export interface Collection {
  /** The size, where the source says it: one that the image's record declares has to be the same. */
  open(signal: AbortSignal): Promise<{ size: number | undefined; data: Readable }>;
  /** Rules of the policy that the caller has to pass, beside those of every upload. */
  rules: readonly Rule[];
  /** True asks neither for formats nor for the declared size: version 1 copies so (contract C15.4). */
  isLenient?: boolean;
  /** Done in the transaction that makes the image ours. */
  onClaim(transaction: Transaction, upload: Upload): Promise<void>;
  /** Name of the store to put it in; the default one where undefined. */
  store?: string;
  requestId: string;
  log: Log;
}

/** Data on its way in without anybody waiting for it. */
export interface Collecting {
  /** The image as it was claimed. */
  image: ImageRow;
  upload: Upload;
  progress(): ImportProgress;
  /** Gives it up; the bytes are removed, and the image is killed unless it is no longer being saved. */
  stop(reason: Error): void;
  /** The active image; rejects when it was killed. */
  ended: Promise<ImageRow>;
}
