import type { News } from './news.js';

/** A page that drew itself after each of many changes would fall behind them. */
const GATHER_MS = 100;

export interface Gathered {
  hear(news: News): void;
  /** Forgets what is not told yet. */
  stop(): void;
}

/** Tells changes a moment later, all in one go, and of like changes of one image only the last. Other news are told at once. */
export function gathered(tell: (news: News) => void): Gathered {
  const changes = new Map<string, News>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tellAll = () => {
    stop();
    const all = [...changes.values()];
    changes.clear();
    all.forEach(tell);
  };
  const stop = () => {
    clearTimeout(timer);
    timer = undefined;
  };
  return {
    hear(news) {
      if (news.kind !== 'change') {
        // The page reads all anew after this, so the changes before it come first.
        if (news.kind === 'expired') tellAll();
        return tell(news);
      }
      const { kind, imageId } = news.data.imageChanged;
      const key = `${kind} ${imageId}`;
      changes.delete(key);
      changes.set(key, news);
      timer ??= setTimeout(tellAll, GATHER_MS);
    },
    stop,
  };
}
