import { useEffect, useRef } from 'react';
import { store } from '../../parts/store.js';
import type { ChangeResult, News } from './news.js';

/** A change of one image; `all` where any image may have changed. */
export type ImageNews = ChangeResult['imageChanged'] | 'all';

/** The stream is taken for dead after this time without a sign of life. Other tabs give one each ten seconds. */
const SILENCE_MS = 60_000;

const live = store(false);
const listeners = new Set<(news: ImageNews) => void>();
let silence: ReturnType<typeof setTimeout> | undefined;

/** Returns true while each change of an image is told as it happens. */
export const useIsLive = live.use;

/** Notes what the stream of changes says, for all screens. */
export function noteNews(news: News): void {
  clearTimeout(silence);
  const isLive = news.kind === 'alive' || news.kind === 'change';
  if (live.get() !== isLive) live.set(isLive);
  if (isLive) silence = setTimeout(() => live.set(false), SILENCE_MS);
  if (news.kind === 'change') tell(news.data.imageChanged);
  if (news.kind === 'expired') tell('all');
}

/** Acts on each change of an image. */
export function useImageChanges(act: (news: ImageNews) => void): void {
  const latest = useRef(act);
  latest.current = act;
  useEffect(() => {
    const listener = (news: ImageNews) => latest.current(news);
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }, []);
}

/** Acts after changes, but no more often than each `pauseMs`; after the last of them, too. */
export function useAfterChanges(
  pauseMs: number,
  concerns: (news: ImageNews) => boolean,
  act: () => void,
): void {
  const latest = useRef(act);
  latest.current = act;
  const state = useRef<{ actedAt: number; waiting?: ReturnType<typeof setTimeout> }>({ actedAt: 0 });
  useImageChanges((news) => {
    if (!concerns(news) || state.current.waiting !== undefined) return;
    const wait = Math.max(0, state.current.actedAt + pauseMs - Date.now());
    state.current.waiting = setTimeout(() => {
      state.current = { actedAt: Date.now() };
      latest.current();
    }, wait);
  });
  useEffect(() => () => clearTimeout(state.current.waiting), []);
}

function tell(news: ImageNews): void {
  for (const listener of listeners) listener(news);
}
