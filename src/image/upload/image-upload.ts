import { untilEnd } from '../../network/observed-work.js';
import type { Caller } from '../../identity/caller.js';
import type { Store } from '../../store/store.js';
import type { Stores } from '../../store/configured-stores.js';
import { requireChangeable } from '../access/access.js';
import { refuseReadOnly } from '../access/policy.js';
import type { UploadLimit } from '../access/storage-quota.js';
import { badInput, ImageError } from '../errors.js';
import { lockIfFound } from '../records/find-and-lock.js';
import type { ImportProgress } from '../records/image.js';
import { imageColumns, type ImageRow } from '../records/image-columns.js';
import { imageRecords } from '../records/image-records.js';
import { imageClaims, type Claimed, type ClaimParts } from './claim.js';
import type { Declared } from './declared-digests.js';
import { runningUploads, type OnProgress } from './running-uploads.js';
import type { MeasuredData } from './transfer/measured-data.js';
import type { FetchedData, RunningFetch, SentData } from './upload-request.js';
import { uploadRuns, type RunParts, type UploadRun } from './upload-run.js';
import { killImage } from './upload-settlement.js';

/** Uploads to images. */
export interface ImageUpload {
  /**
   * Receives the data of a queued image and makes the image active. A refusal before the data comes leaves the image
   * queued. After that, a failure removes the bytes, kills the image and records the reason.
   */
  receive(caller: Caller, id: string, data: SentData): Promise<ImageRow>;
  /** Claims a queued image and fetches its data, while the caller has the answer. A failure is settled as by `receive`. */
  fetch(caller: Caller, id: string, data: FetchedData): Promise<RunningFetch>;
  /** Kills a queued image because of what was sent, and records the reason. */
  kill(caller: Caller, id: string, reason: string, requestId: string): Promise<void>;
  /**
   * Checks what `receive` checks before data comes, and changes nothing.
   *
   * @returns the limit for the data, and the image's id as its row has it
   */
  check(caller: Caller, id: string, declared: Declared): Promise<UploadLimit & { imageId: string }>;
  /** Checks what `check` does about the caller and the image, but neither sizes nor quotas. */
  requireFillable(caller: Caller, id: string): Promise<void>;
  /**
   * Does work that leads to `receive`. `drain` waits for the work, and stops it as it stops an upload.
   *
   * @throws ImageError SHUTTING_DOWN while the gateway is draining
   */
  during<T>(work: (stopped: AbortSignal) => Promise<T>): Promise<T>;
  /** @throws ImageError when the caller may not upload to any image, or the gateway accepts no uploads at present */
  requireUploader(caller: Caller): void;
  /** @throws ImageError BAD_USER_INPUT for the name of a store that does not exist */
  requireStore(name: string | undefined): void;
  /** Accepts no more uploads, and stops those that still run after these seconds. */
  drain(seconds: number): Promise<void>;
  readonly isDraining: boolean;
  /** Returns how far the data of an image has arrived; undefined while this gateway receives none for it. */
  progressOf(imageId: string): ImportProgress | undefined;
}

export type UploadOptions = ClaimParts['options'] & RunParts['options'];

export interface UploadParts extends ClaimParts, RunParts {
  stores: Stores;
  options: UploadOptions;
  onProgress: OnProgress;
}

export function imageUpload(parts: UploadParts): ImageUpload {
  const { database, stores, policy, protection, options } = parts;
  const columns = imageColumns(database);
  const { claim, check, requireFillable } = imageClaims(parts);
  const run = uploadRuns(parts);
  const running = runningUploads(parts.onProgress);

  return {
    requireUploader,

    requireStore: (name) => void storeFor(name),

    async check(caller, id, declared) {
      requireRights(caller);
      return check(caller, id, declared);
    },

    async requireFillable(caller, id) {
      requireRights(caller);
      await requireFillable(caller, id);
    },

    async during(work) {
      refuseWhileDraining();
      const stop = new AbortController();
      return running.track(stop, work(stop.signal));
    },

    async receive(caller, id, { source, declared, store: name, ...data }) {
      if (!data.canRepeat) refuseWhileDraining();
      requireRights(caller);
      const store = storeFor(name);
      const stop = new AbortController();
      const open = () => Promise.resolve({ data: source, size: undefined });
      const claimed = claim(caller, id, { declared, rules: ['upload_image'] });
      return running.track(
        stop,
        claimed.then((ours) => runShown(ours, { ...data, store, open, tooSlow }, stop)),
      );
    },

    async fetch(caller, id, { rules, isLenient, onClaim, store: name, ...data }) {
      requireUploader(caller);
      const store = storeFor(name);
      const stop = new AbortController();
      const terms = { declared: {}, rules: ['upload_image' as const, ...rules], isLenient, onClaim };
      const claimed = claim(caller, id, terms);
      let receiving: { data: MeasuredData; size: number | undefined } | undefined;
      const ended = running.track(
        stop,
        claimed.then((ours) => runShown(ours, { ...data, store, tooSlow: sourceTooSlow, onReceiving }, stop)),
      );
      // Callers need not await the end: without this, a failure would end the process.
      ended.catch(() => undefined);
      const { image, upload } = await claimed;
      protection.hide(caller, [image]);
      return {
        image,
        upload,
        progress: () => ({ bytesReceived: receiving?.data.received ?? 0, size: receiving?.size ?? null }),
        stop: (reason) => stop.abort(reason),
        ended,
      };

      function onReceiving(data: MeasuredData, size: number | undefined): void {
        receiving = { data, size };
      }
    },

    async kill(caller, id, reason, requestId) {
      await database.transaction(async (transaction) => {
        const records = imageRecords(transaction, columns);
        const image = await lockIfFound(transaction, records, caller, id);
        if (!image) return;
        requireChangeable(caller, image);
        await killImage(transaction, records, image.id, ['queued'], { reason, requestId });
      });
    },

    drain: (seconds) => running.drain(seconds),

    get isDraining() {
      return running.isDraining;
    },

    progressOf: (imageId) => running.progressOf(imageId),
  };

  /** Runs an upload, and shows its progress while its data arrives. */
  function runShown(ours: Claimed, order: UploadRun, stop: AbortController): Promise<ImageRow> {
    let over: () => void = () => undefined;
    let receiving: MeasuredData | undefined;
    const end = parts.observer?.upload(order.store.name);
    const onReceiving = (data: MeasuredData, size: number | undefined) => {
      receiving = data;
      order.onReceiving?.(data, size);
      const progress = () => ({ bytesReceived: data.received, size: size ?? null });
      over = running.receiving(ours.upload, progress);
    };
    const tellEnd = (failure?: unknown) => end?.(receiving?.received ?? 0, failure);
    return untilEnd(tellEnd, () => run(ours, { ...order, onReceiving }, stop)).finally(() => over());
  }

  function tooSlow(): ImageError {
    return new ImageError('UPLOAD_IDLE', { seconds: options.uploadIdleTimeout });
  }

  function sourceTooSlow(): ImageError {
    return new ImageError('SOURCE_FAILED', {}, { cause: tooSlow() });
  }

  function requireUploader(caller: Caller): void {
    refuseWhileDraining();
    requireRights(caller);
  }

  function refuseWhileDraining(): void {
    if (running.isDraining) throw new ImageError('SHUTTING_DOWN');
  }

  function requireRights(caller: Caller): void {
    refuseReadOnly(caller);
    policy.require(caller, 'upload_image');
    if (database.readOnly) throw new ImageError('DATABASE_READ_ONLY');
    if (!database.hasGatewayTables) throw new ImageError('UPLOADS_UNAVAILABLE');
  }

  function storeFor(name: string | undefined): Store {
    const store = name === undefined ? stores.default : stores.named(name);
    if (store) return store;
    throw badInput('store', `must be one of ${stores.all.map((each) => each.name).join(', ')}`);
  }
}
