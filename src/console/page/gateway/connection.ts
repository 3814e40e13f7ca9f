import { useSyncExternalStore } from 'react';
import { secondsToWait } from './back-off.js';
import type { Failure } from './failure.js';

/** A state in which the gateway does not answer. */
export interface Trouble {
  kind: 'offline' | 'unavailable';
  /** The message of the gateway or of the browser. */
  reason: string;
  /** The moment of the next try. */
  retryAt: number;
}

/** The state of the connection to the gateway. */
export interface Connection {
  /** Unset while it answers. */
  trouble?: Trouble;
  /** True when the gateway does not know the user any more. */
  isLoginEnded: boolean;
  /** The moment of the last answer. */
  answeredAt: number;
  /** Grows whenever it is time to ask again. */
  attempt: number;
}

const listeners = new Set<() => void>();
let state: Connection = { isLoginEnded: false, answeredAt: Date.now(), attempt: 0 };
let failures = 0;
let hasSessions = false;
/** The latest attempt that failed. */
let troubledAttempt = -1;
let timer: ReturnType<typeof setTimeout> | undefined;

export function useConnection(): Connection {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => state,
  );
}

/** Acts whenever it is time to ask again. Returns what stops that. */
export function onAttempt(act: () => void): () => void {
  let last = state.attempt;
  const look = () => {
    if (state.attempt === last) return;
    last = state.attempt;
    act();
  };
  listeners.add(look);
  return () => void listeners.delete(look);
}

/** Returns the number of the present attempt, which each question carries. */
export function currentAttempt(): number {
  return state.attempt;
}

/**
 * Notes that the gateway answered: the trouble is over.
 *
 * @param attempt the attempt to which the question belonged: one that answers does not undo another one's failure
 * @param isWithoutDatabase true for an answer that the gateway gives also while its database is away
 */
export function answered(attempt: number, isWithoutDatabase = false): void {
  if (state.trouble && (attempt <= troubledAttempt || isWithoutDatabase)) return;
  clearTimeout(timer);
  timer = undefined;
  failures = 0;
  const isLoginEnded = hasSessions && state.isLoginEnded;
  change({ trouble: undefined, isLoginEnded, answeredAt: Date.now() });
}

/** Says that a request met trouble that passes. Tries again later, and waits longer each time. */
export function troubled(kind: 'offline' | 'unavailable', failure: Failure): void {
  troubledAttempt = state.attempt;
  if (timer !== undefined) return;
  const milliseconds = 1000 * secondsToWait(failures, failure.retryAfter);
  failures += 1;
  change({ trouble: { kind, reason: failure.message, retryAt: Date.now() + milliseconds } });
  timer = setTimeout(tryAgain, milliseconds);
}

/** Tries again at once. */
export function tryAgain(): void {
  clearTimeout(timer);
  timer = undefined;
  change({ attempt: state.attempt + 1 });
}

/** From now on `loggedIn` alone ends the end of a login: an answer may be one to another user. */
export function sessionsDecide(): void {
  hasSessions = true;
}

/** Notes that the user has logged in again. */
export function loggedIn(): void {
  if (!state.isLoginEnded) return;
  change({ isLoginEnded: false });
  tryAgain();
}

/** Notes that the gateway does not know the user any more. Others call `loginEnded`, which tells other tabs, too. */
export function noteLoginEnd(): void {
  change({ isLoginEnded: true });
}

export function isLoginOver(): boolean {
  return state.isLoginEnded;
}

/**
 * Waits until the gateway knows the user again.
 *
 * @throws the signal's reason
 */
export async function untilLoggedIn(signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const look = () => {
      if (state.isLoginEnded && !signal.aborted) return;
      listeners.delete(look);
      signal.removeEventListener('abort', look);
      resolve();
    };
    listeners.add(look);
    signal.addEventListener('abort', look);
    look();
  });
  signal.throwIfAborted();
}

function change(part: Partial<Connection>): void {
  state = { ...state, ...part };
  for (const listener of listeners) listener();
}

// The browser knows first when a cable is back.
addEventListener('online', () => state.trouble && tryAgain());
