import type { Announcement } from '../parts/announcement.js';
import { texts } from '../texts/texts.js';
import type { Transfer } from './transfer.js';

const STEP = 25;

/** Returns a function that tells the news of uploads: the start, each quarter and the end, once each, and every stop. */
export function announcer(): (transfers: readonly Transfer[]) => Announcement[] {
  const known = new Map<string, { kind: string; isBegun: boolean; quarter: number }>();
  return (transfers) => transfers.flatMap((transfer) => newsOf(transfer) ?? []);

  function newsOf(transfer: Transfer): Announcement | undefined {
    const { announced } = texts.uploads;
    const { id, state } = transfer;
    const before = known.get(id);
    const quarter = Math.max(before?.quarter ?? 0, quarterOf(transfer));
    const isBegun = state.kind === 'sending' || (before?.isBegun ?? state.kind !== 'waiting');
    known.set(id, { kind: state.kind, isBegun, quarter });

    const name = transfer.name || transfer.fileName;
    const isOther = before?.kind !== state.kind;
    if (isOther && state.kind === 'stopped') return { text: announced.stopped(name), isUrgent: true };
    if (isOther && state.kind === 'loginEnded') return { text: announced.login, isUrgent: true };
    // An upload that ended before the page was loaded is no news.
    if (!before) return undefined;
    if (isOther && state.kind === 'done') return { text: announced.done(name), isUrgent: false };
    if (isBegun && !before.isBegun) return { text: announced.begun(name), isUrgent: false };
    const isNews = state.kind === 'sending' && quarter > before.quarter && quarter < 4;
    return isNews ? { text: announced.at(name, quarter * STEP), isUrgent: false } : undefined;
  }
}

function quarterOf({ confirmed, size }: Transfer): number {
  return size === 0 ? 0 : Math.floor((confirmed / size) * 4);
}
