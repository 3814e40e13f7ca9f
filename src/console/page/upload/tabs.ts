import type { Transfer } from './transfer.js';

/** Tells the other tabs of this browser about uploads, and hears of theirs. */
export interface Tabs {
  tell(news: News): void;
  /** Tells and hears no more. */
  close(): void;
  /**
   * Waits until no other tab works on the upload, and keeps the others out.
   *
   * @param patience false to give up at once
   * @returns what lets the others in again; undefined where another tab works on it
   */
  own(id: string, patience: boolean): Promise<(() => void) | undefined>;
}

export type News =
  /** An upload, and the user whose it is. */
  | { kind: 'shown'; by: string; transfer: Transfer }
  | { kind: 'hidden'; id: string }
  /** A new tab asks what the others do. */
  | { kind: 'asked' };

const NAME = 'glance-graphql-console';

export function tabs(onNews: (news: News) => void): Tabs {
  const channel = new BroadcastChannel(NAME);
  channel.onmessage = ({ data }: MessageEvent<News>) => onNews(data);
  return { tell: (news) => channel.postMessage(news), close: () => channel.close(), own };
}

async function own(id: string, patience: boolean): Promise<(() => void) | undefined> {
  // Pages by plain http have no locks: there the user must not work on one upload in two tabs.
  const { locks } = navigator as { locks?: LockManager };
  if (!locks) return () => undefined;
  return new Promise((resolve) => {
    void locks.request(`${NAME} ${id}`, { ifAvailable: !patience }, async (lock) => {
      if (!lock) return resolve(undefined);
      await new Promise<void>((release) => resolve(release));
    });
  });
}
