import { texts } from '../texts/texts.js';
import type { Transfer } from './transfer.js';

/** A sentence for a screen reader. */
export interface Announcement {
  text: string;
  /** True for one that interrupts. */
  isUrgent: boolean;
}

const STEP = 25;

/** Returns the news of an upload: its start, each quarter, its end, and whatever stops it. Most progress is none. */
export function announcementOf(before: Transfer | undefined, now: Transfer): Announcement | undefined {
  const { announced } = texts.uploads;
  const name = now.name || now.fileName;
  const isOther = before?.state.kind !== now.state.kind;
  if (isOther && now.state.kind === 'stopped') return { text: announced.stopped(name), isUrgent: true };
  if (isOther && now.state.kind === 'loginEnded') return { text: announced.login, isUrgent: true };
  if (isOther && now.state.kind === 'done' && before) return polite(announced.done(name));
  if (now.state.kind !== 'sending') return undefined;
  if (isOther && (!before || before.state.kind === 'waiting')) return polite(announced.begun(name));
  const [last, quarter] = [quarterOf(before), quarterOf(now)];
  return before && quarter > last && quarter < 4 ? polite(announced.at(name, quarter * STEP)) : undefined;
}

function polite(text: string): Announcement {
  return { text, isUrgent: false };
}

function quarterOf(transfer: Transfer | undefined): number {
  if (!transfer || transfer.size === 0) return 0;
  return Math.floor((transfer.confirmed / transfer.size) * 4);
}
