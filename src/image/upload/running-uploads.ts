import { setTimeout as wait } from 'node:timers/promises';
import type { Upload } from '../../store/store.js';
import { ImageError } from '../errors.js';
import type { ImportProgress } from '../records/image.js';
import type { RunningProgress } from './progress-records.js';

/** The uploads that run on this gateway. The gateway drains them before it stops. */
export interface RunningUploads {
  readonly isDraining: boolean;
  /** Returns how far the data of an image has arrived here; undefined while this gateway receives none for it. */
  progressOf(imageId: string): ImportProgress | undefined;
  /** Notes that the data of an upload is arriving, until the returned function is called. */
  receiving(upload: Upload, progress: () => ImportProgress): () => void;
  /** Counts an upload as running until it has ended. `stop` ends it early. */
  track<T>(stop: AbortController, ended: Promise<T>): Promise<T>;
  /** Waits for the running uploads, and after these seconds stops those that still run. */
  drain(seconds: number): Promise<void>;
}

/** Milliseconds between two looks at the progress of the uploads. */
const LOOK_MS = 1000;

/** Hears about once a second which uploads have advanced, and which have ended since it last heard of them. */
export type OnProgress = (advanced: readonly RunningProgress[], over: readonly Upload[]) => Promise<void>;

export function runningUploads(onProgress: OnProgress): RunningUploads {
  const { progressOf, receiving, stop: stopWatch } = progressWatch(onProgress);
  const running = new Set<{ stop: AbortController; ended: Promise<unknown> }>();
  let isDraining = false;

  return {
    get isDraining() {
      return isDraining;
    },

    progressOf,
    receiving,

    track(stop, ended) {
      const upload = { stop, ended };
      running.add(upload);
      return ended.finally(() => running.delete(upload));
    },

    async drain(seconds) {
      isDraining = true;
      const all = Promise.allSettled([...running].map(({ ended }) => ended));
      const patience = new AbortController();
      const tooLong = wait(seconds * 1000, undefined, { signal: patience.signal }).then(
        () => running.forEach(({ stop }) => stop.abort(new ImageError('SHUTTING_DOWN'))),
        () => undefined,
      );
      await Promise.race([all, tooLong]);
      patience.abort();
      await all;
      await stopWatch();
    },
  };
}

interface Arriving {
  readonly upload: Upload;
  readonly progress: () => ImportProgress;
  /** The bytes that were told last; undefined while nothing was told. */
  told?: number;
}

interface ProgressWatch extends Pick<RunningUploads, 'progressOf' | 'receiving'> {
  /** Tells of the last uploads that have ended. */
  stop(): Promise<void>;
}

/** Looks at the arriving data of all uploads at once, for as long as there is one. */
function progressWatch(onProgress: OnProgress): ProgressWatch {
  const arriving = new Map<string, Arriving>();
  const over: Upload[] = [];
  let timer: NodeJS.Timeout | undefined;
  let telling: Promise<void> | undefined;

  return {
    progressOf: (imageId) => arriving.get(imageId)?.progress(),

    receiving(upload, progress) {
      const entry: Arriving = { upload, progress };
      arriving.set(upload.imageId, entry);
      timer ??= setInterval(() => void look(), LOOK_MS).unref();
      return () => {
        if (arriving.get(upload.imageId) === entry) arriving.delete(upload.imageId);
        if (entry.told !== undefined) over.push(upload);
      };
    },

    async stop() {
      clearInterval(timer);
      await telling;
      await look();
    },
  };

  async function look(): Promise<void> {
    if (telling) return;
    const advanced = [...arriving.values()]
      .map((entry) => ({ entry, ...entry.progress() }))
      .filter(({ entry, bytesReceived }) => bytesReceived !== (entry.told ?? 0));
    for (const { entry, bytesReceived } of advanced) entry.told = bytesReceived;
    const ended = over.splice(0);
    if (advanced.length > 0 || ended.length > 0) {
      const progress = advanced.map(({ entry: { upload }, ...rest }) => ({ upload, ...rest }));
      telling = onProgress(progress, ended).finally(() => (telling = undefined));
      await telling;
    }
    if (arriving.size === 0 && over.length === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  }
}
