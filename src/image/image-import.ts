import type { Caller } from '../identity/caller.js';
import type { Log } from '../telemetry/log.js';
import type { ImageRow } from './image-columns.js';
import type { ImageSources } from './image-source.js';
import type { Collecting, ImageUpload } from './image-upload.js';
import type { Policy } from './policy.js';
import { turns } from './turns.js';

/** How far an import has come: bytes that are here, and those that are to come in all where that is known. */
export interface ImportProgress {
  bytesReceived: number;
  size: number | undefined;
}

export interface ImportOrder {
  url: string;
  /** Name of the store to copy to; the default one where undefined. */
  store?: string;
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
   * @throws ImageError those of `check`, IMAGE_NOT_FOUND, NOT_OWNER, IMAGE_NOT_QUEUED, STORAGE_QUOTA_EXCEEDED
   */
  start(caller: Caller, id: string, order: ImportOrder): Promise<ImageRow>;
  /** Of an import that runs on this gateway; undefined for any other image. */
  progress(id: string): ImportProgress | undefined;
}

/** @param concurrency most copies at once; further ones wait, their images `saving` already */
export function imageImport(
  sources: ImageSources,
  upload: ImageUpload,
  policy: Policy,
  concurrency: number,
): ImageImport {
  const running = new Map<string, Collecting>();
  const queue = turns(concurrency);

  return {
    check,

    async start(caller, id, { url, store, requestId, log }) {
      check(caller, url);
      let endTurn: (() => void) | undefined;
      const collecting = await upload.collect(caller, id, {
        async open(signal) {
          endTurn = await queue.take(signal);
          return sources.fetch(url, signal, log);
        },
        store,
        requestId,
        log,
      });
      const imageId = collecting.image.id;
      running.set(imageId, collecting);
      const over = () => {
        endTurn?.();
        running.delete(imageId);
      };
      collecting.ended.then(over, over);
      return collecting.image;
    },

    progress(id) {
      const progress = running.get(id)?.progress();
      return progress && { bytesReceived: progress.received, size: progress.size };
    },
  };

  function check(caller: Caller, url: string): void {
    upload.requireUploader(caller);
    policy.require(caller, 'copy_from');
    sources.check(url);
  }
}
