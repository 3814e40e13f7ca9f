import { followChanges } from './change-stream.js';
import type { News } from './news.js';

/** Milliseconds between two signs of life that a tab gives the others. */
const SIGN_MS = 10_000;

/**
 * Hears of the changes of images. All tabs of a browser share one stream, since a browser allows only a few connections: one
 * tab leads it and tells the others, and the next one goes on behind the last change when that tab is closed.
 *
 * @param name names the viewer: tabs of one viewer share a stream
 * @returns what ends it
 */
export function shareStream(name: string, query: string, hear: (news: News) => void): () => void {
  const over = new AbortController();
  const channel = new BroadcastChannel(name);
  let cursor: string | undefined;
  let signedAt = 0;

  const note = (news: News) => {
    if (news.kind === 'change') cursor = news.data.imageChanged.cursor;
    if (news.kind === 'expired') cursor = undefined;
    hear(news);
  };
  channel.onmessage = ({ data }: MessageEvent<News>) => note(data);
  const tell = (news: News) => {
    note(news);
    // Each part of the stream is a sign of life: the others need far fewer.
    if (news.kind === 'alive' && Date.now() - signedAt < SIGN_MS) return;
    signedAt = Date.now();
    channel.postMessage(news);
  };
  const lead = () => followChanges({ query, after: () => cursor, tell }, over.signal);

  const { locks } = navigator as { locks?: LockManager };
  // Browsers give no locks to pages over plain http from another machine: each tab has a stream of its own then.
  if (locks) locks.request(name, { signal: over.signal }, lead).catch(() => undefined);
  else void lead();
  return () => {
    over.abort();
    channel.close();
  };
}
