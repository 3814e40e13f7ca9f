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

/** A request to import data into an image. */
export interface ImportOrder {
  url: string;
  /** The name of the store for the data; undefined for the default store. */
  store?: string;
  /** True to require neither formats nor the declared size, as version 1 copies (contract C15.4). */
  isLenient?: boolean;
  /** True to leave the virtual size as the client declared it, as version 1 does. */
  keepsVirtualSize?: boolean;
  requestId: string;
  log: Log;
}

/** Imports: data is fetched from a source into a store (contract C15.4). */
export interface ImageImport {
  /**
   * Checks what can be checked before the image exists: whether the caller may import, and from this URL.
   *
   * @throws ImageError FORBIDDEN, READ_ONLY, SHUTTING_DOWN, UPLOADS_UNAVAILABLE, and those of `ImageSources.check`
   */
  check(caller: Caller, url: string): void;
  /**
   * Claims a queued image and imports the data after the answer, by the rules of an upload: the image becomes active, or
   * is killed and the reason recorded. Of several imports into one image, one claims it.
   *
   * @throws ImageError those of `check`, IMAGE_NOT_FOUND, NOT_OWNER, IMAGE_NOT_QUEUED, FORMATS_REQUIRED,
   *   STORAGE_QUOTA_EXCEEDED, UPLOAD_QUOTA_EXCEEDED, BAD_USER_INPUT for a store that does not exist
   */
  start(caller: Caller, id: string, order: ImportOrder): Promise<ImageRow>;
  /**
   * Kills the image of a running import, on whichever gateway the import runs. Callers who may begin an import may cancel
   * it. The gateway that runs the import notices and removes the bytes.
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
  /** The greatest number of imports that run at once. The images of further ones are `saving` while they wait. */
  options: { importConcurrency: number };
}

const CANCELLED = 'The import was cancelled.';
const PROGRESS_EVERY_MS = 1000;

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
        onClaim: (transaction, claimed) => imports.begin(transaction, claimed, url),
        async open(signal) {
          await takeSlot(signal, over.signal);
          // The source is released when the import is over, also if it was not read to its end.
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
      void recordProgress(running, over.signal, order.log);
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
      // If another gateway runs the import, it notices by itself.
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

  /** Records the progress of an import for all gateways until it is over. Stops an import that was cancelled. */
  async function recordProgress(running: RunningFetch, over: AbortSignal, log: Log): Promise<void> {
    let recorded = running.progress();
    for (;;) {
      await wait(PROGRESS_EVERY_MS, undefined, { signal: over }).catch(() => undefined);
      if (over.aborted) return;
      const now = running.progress();
      if (now.bytesReceived === recorded.bytesReceived && now.size === recorded.size) continue;
      try {
        const isWanted = await imports.recordProgress(running.upload, now);
        if (!isWanted) running.stop(new ImageError('IMAGE_GONE', { id: running.upload.imageId }));
        recorded = now;
      } catch (error) {
        log.warn(
          { err: error, imageId: running.upload.imageId },
          'the progress of an import could not be recorded',
        );
      }
    }
  }
}
