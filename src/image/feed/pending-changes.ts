import { LRUCache } from 'lru-cache';
import { ImageError } from '../errors.js';
import type { ImageChange } from './image-change.js';

/** The highest number of images with a change that a subscriber has not read yet. */
const MOST_PENDING = 1000;

/**
 * The changes that one subscriber has not read yet. A later change of an image replaces the earlier one, so that a slow
 * reader gets the latest state. A reader that falls too far behind is cut off.
 */
export interface PendingChanges extends AsyncIterableIterator<ImageChange> {
  /** Puts the changes that the subscriber has missed before all others. Nothing can be read before. */
  begin(missed: readonly ImageChange[]): void;
  add(change: ImageChange): void;
  /** Returns true for an image with a change that has not been read. */
  has(imageId: string): boolean;
  /** Ends the stream with an error, at once. */
  fail(error: Error): void;
  return(): Promise<IteratorResult<ImageChange>>;
}

const END: IteratorResult<ImageChange> = { done: true, value: undefined };

/**
 * @param onEnd called once when the stream has ended, for whatever reason
 * @param onTooSlow called when the reader is cut off
 */
export function pendingChanges(onEnd: () => void, onTooSlow?: () => void): PendingChanges {
  const pending = new Map<string, ImageChange>();
  let missed: ImageChange[] = [];
  // Before it begins, the subscriber can read nothing.
  let most = Infinity;
  let failure: Error | undefined;
  let hasEnded = false;
  /** Images that have left the list. The subscriber is told so once. */
  const gone = new LRUCache<string, true>({ max: MOST_PENDING });
  let waiting: { resolve(result: IteratorResult<ImageChange>): void; reject(error: Error): void } | undefined;

  return {
    begin(changes) {
      if (hasEnded) return;
      missed = [...changes];
      for (const { imageId, kind } of changes) if (kind !== 'removed') gone.delete(imageId);
      most = MOST_PENDING;
    },
    has: (imageId) => pending.has(imageId),
    add(change) {
      if (hasEnded || (change.kind === 'removed' && gone.has(change.imageId))) return;
      if (change.kind === 'removed') gone.set(change.imageId, true);
      else gone.delete(change.imageId);
      if (waiting) {
        waiting.resolve({ done: false, value: change });
        waiting = undefined;
        return;
      }
      pending.delete(change.imageId);
      pending.set(change.imageId, change);
      if (pending.size <= most) return;
      fail(new ImageError('SUBSCRIBER_TOO_SLOW', { most }));
      onTooSlow?.();
    },
    fail,
    async next() {
      const early = missed.shift();
      if (early) return { done: false, value: early };
      const [first] = pending.values();
      if (first) {
        pending.delete(first.imageId);
        return { done: false, value: first };
      }
      if (failure) {
        const error = failure;
        failure = undefined;
        throw error;
      }
      return hasEnded ? END : new Promise((resolve, reject) => (waiting = { resolve, reject }));
    },
    async return() {
      end();
      waiting?.resolve(END);
      waiting = undefined;
      return END;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };

  function fail(error: Error): void {
    if (hasEnded) return;
    end();
    if (waiting) waiting.reject(error);
    else failure = error;
    waiting = undefined;
  }

  function end(): void {
    pending.clear();
    missed = [];
    if (hasEnded) return;
    hasEnded = true;
    onEnd();
  }
}
