import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import pLimit from 'p-limit';
import type { Database } from '../../database/database.js';
import type { Caller } from '../../identity/caller.js';
import type { Log } from '../../telemetry/log.js';
import { ImageError } from '../errors.js';
import { imageColumns, type ImageRow } from '../records/image-columns.js';
import { imageRecords } from '../records/image-records.js';
import type { ImageSources } from './image-source.js';
import type { RunningFetch } from '../upload/upload-request.js';
import type { ImageUpload } from '../upload/image-upload.js';
import { importRecords } from './import-records.js';
import { lockChangeable, refuseDeleted } from '../records/find-and-lock.js';
import { refuseReadOnly, type Policy, type Rule } from '../access/policy.js';
import type { PropertyProtection } from '../access/property-protection.js';
import { killImage } from '../upload/upload-settlement.js';

export interface ImportOrder {
  url: string;
  /** Name of the store to copy to; the default one where undefined. */
  store?: string;
  /** True asks neither for formats nor for the declared size: version 1 copies so (contract C15.4). */
  isLenient?: boolean;
  requestId: string;
  log: Log;
}

/** Filling an image with a copy of data that lies on the web (contract C15.4). */
export interface ImageImport {
  /**
   * What can be told before an image is there: whether the caller may import at all, and from this address.
   *
   * @throws ImageError FORBIDDEN, READ_ONLY, SHUTTING_DOWN, UPLOADS_UNAVAILABLE, and those of `ImageSources.check`
   */
  check(caller: Caller, url: string): void;
  /**
   * Makes a queued image `saving` and copies the data behind the caller's back, by the rules of an upload:
   * the image becomes active, or is killed and the reason kept. Of several who begin one wins.
   *
   * @throws ImageError those of `check`, IMAGE_NOT_FOUND, NOT_OWNER, IMAGE_NOT_QUEUED, FORMATS_REQUIRED,
   *   STORAGE_QUOTA_EXCEEDED, UPLOAD_QUOTA_EXCEEDED, BAD_USER_INPUT for a store that there is not
   */
  start(caller: Caller, id: string, order: ImportOrder): Promise<ImageRow>;
  /**
   * Kills an image that is being imported, on whichever gateway that is; whoever may begin an import may. The
   * gateway at work notices and removes the bytes.
   *
   * @throws ImageError IMAGE_NOT_IMPORTING, IMAGE_NOT_FOUND, IMAGE_DELETED, NOT_OWNER, FORBIDDEN, READ_ONLY
   */
  cancel(caller: Caller, id: string, requestId: string): Promise<ImageRow>;
}

export interface ImportParts {
  database: Database;
  sources: ImageSources;
  upload: ImageUpload;
  policy: Policy;
  protection: PropertyProtection;
  /** Most copies at once; further ones wait, their images `saving` already. */
  options: { importConcurrency: number };
}

const CANCELLED = 'The import was cancelled.';
const TOLD_EVERY_MS = 1000;

export function imageImport(parts: ImportParts): ImageImport {
  const { database, sources, upload, policy, protection, options } = parts;
  const columns = imageColumns(database);
  const imports = importRecords(database);
  const fetches = new Map<string, RunningFetch>();
  const slots = pLimit(options.importConcurrency);

  return {
    check,

    async start(caller, id, { url, ...order }) {
      check(caller, url);
      const over = new AbortController();
      const running = await upload.fetch(caller, id, {
        ...order,
        rules: ['copy_from'],
        onClaim: imports.begin,
        async open(signal) {
          await takeSlot(signal, over.signal);
          // A source that was not read to its end is let go of when all is over.
          return sources.fetch(url, AbortSignal.any([signal, over.signal]));
        },
      });
      const imageId = running.image.id;
      fetches.set(imageId, running);
      const end = () => {
        over.abort();
        fetches.delete(imageId);
      };
      running.ended.then(end, end);
      void tellProgress(running, over.signal, order.log);
      return running.image;
    },

    async cancel(caller, id, requestId) {
      const rules: Rule[] = ['upload_image', 'copy_from'];
      refuseReadOnly(caller);
      policy.require(caller, ...rules);
      const cancelled = await database.transaction(async (transaction) => {
        const records = imageRecords(transaction, columns);
        const image = await lockChangeable(transaction, records, caller, id);
        refuseDeleted(image);
        policy.requireOn(caller, image, ...rules);
        const failure = { reason: CANCELLED, requestId };
        const isOurs =
          (await imports.has(transaction, image.id)) &&
          (await killImage(transaction, records, image.id, ['saving'], failure));
        if (!isOurs) throw new ImageError('IMAGE_NOT_IMPORTING', { id: image.id, imageStatus: image.status });
        return records.read(image.id);
      });
      // Another gateway finds out by itself.
      fetches.get(cancelled.id)?.stop(new ImageError('IMAGE_GONE', { id: cancelled.id }));
      protection.hide(caller, [cancelled]);
      return cancelled;
    },
  };

  /**
   * Waits for one of the slots of imports, and holds it until the import is over.
   *
   * @throws the reason of `stop`, when that comes first
   */
  function takeSlot(stop: AbortSignal, over: AbortSignal): Promise<void> {
    stop.throwIfAborted();
    return new Promise((resolve, reject) => {
      stop.addEventListener('abort', () => reject(stop.reason as Error), { once: true });
      void slots(async () => {
        if (stop.aborted) return;
        resolve();
        await once(over, 'abort');
      });
    });
  }

  function check(caller: Caller, url: string): void {
    upload.requireUploader(caller);
    policy.require(caller, 'copy_from');
    sources.check(url);
  }

  /** Says to all gateways how far an import has come until it is over, and ends one that nobody wants any more. */
  async function tellProgress(copying: RunningFetch, over: AbortSignal, log: Log): Promise<void> {
    let told = copying.progress();
    for (;;) {
      await wait(TOLD_EVERY_MS, undefined, { signal: over }).catch(() => undefined);
      if (over.aborted) return;
      const now = copying.progress();
      if (now.bytesReceived === told.bytesReceived && now.size === told.size) continue;
      try {
        const isWanted = await imports.tell(copying.upload, now);
        if (!isWanted) copying.stop(new ImageError('IMAGE_GONE', { id: copying.upload.imageId }));
        told = now;
      } catch (error) {
        log.warn(
          { err: error, imageId: copying.upload.imageId },
          'the progress of an import could not be told',
        );
      }
    }
  }
}
