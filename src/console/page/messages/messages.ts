import { UNSTABLE_ToastQueue as ToastQueue } from 'react-aria-components';
import { store } from '../parts/store.js';
import { shownText } from '../parts/unseen.js';

/** The result of a change, as it is told to the user. */
export interface Message {
  id: number;
  /** Milliseconds since 1970. */
  at: number;
  text: string;
  isFailure: boolean;
  /** More lines, such as the reason of a failure or a report. */
  details?: string;
  requestId?: string | null;
}

/** A message goes by itself after this time, unless the pointer or the focus is on it. */
const SHOWN_MS = 10_000;
const MOST_SHOWN = 3;
const MOST_KEPT = 200;
const kept = store<readonly Message[]>([]);

/** The messages on screen. */
export const shownMessages = new ToastQueue<Message>({ maxVisibleToasts: MOST_SHOWN });

/** Tells that a change is done. */
export function say(text: string, details?: string): void {
  add({ text, details, isFailure: false });
}

/** Tells that a change is not done, and why. */
export function sayFailure(text: string, details?: string, requestId?: string | null): void {
  add({ text, details, requestId, isFailure: true });
}

/** Returns every message since the page was loaded, the latest first. */
export const useMessages = kept.use;

function add(told: Omit<Message, 'id' | 'at'>): void {
  const text = shownText(told.text);
  const before = kept.get();
  const message = { ...told, text, id: (before[0]?.id ?? 0) + 1, at: Date.now() };
  kept.set([message, ...before].slice(0, MOST_KEPT));
  shownMessages.add(message, { timeout: SHOWN_MS });
}
