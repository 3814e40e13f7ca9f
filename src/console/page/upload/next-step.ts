import { secondsToWait } from '../gateway/back-off.js';
import type { Failure } from '../gateway/failure.js';

/** The answer, or the lack of one, that ended a run of requests. */
export interface Stop {
  /** The status of the answer; null where none came. */
  status: number | null;
  /** The gateway's code, message and request id. A code that begins with `HTTP` says that a proxy answered. */
  failure: Failure;
}

/** The failures since the gateway last confirmed a byte. */
export interface History {
  failures: number;
  conflicts: number;
  /** Bytes that are sent at a time. */
  partSize: number;
}

export type NextStep =
  | { kind: 'wait'; seconds: number; history: History }
  | { kind: 'smaller'; history: History }
  | { kind: 'login' }
  | { kind: 'stop'; code?: 'PROXY_REFUSES_PARTS' };

export const LARGEST_PART = 64 * 1024 ** 2;
const SMALLEST_PART = 1024 ** 2;
const MOST_CONFLICTS = 5;

/** Returns a history in which nothing has failed. */
export function freshHistory(partSize = LARGEST_PART): History {
  return { failures: 0, conflicts: 0, partSize };
}

/**
 * Decides how an upload goes on after a failure.
 *
 * @param random from 0 to 1, so that many uploads do not come back at the same moment
 */
export function nextStep({ status, failure }: Stop, history: History, random = Math.random()): NextStep {
  if (status === 401) return { kind: 'login' };
  if (status === 413 && isOfProxy(failure)) {
    if (history.partSize <= SMALLEST_PART) return { kind: 'stop', code: 'PROXY_REFUSES_PARTS' };
    const partSize = Math.max(SMALLEST_PART, history.partSize / 2);
    return { kind: 'smaller', history: { ...history, partSize } };
  }
  const isConflict = status === 409 || status === 423;
  if (isConflict && history.conflicts >= MOST_CONFLICTS) return { kind: 'stop' };
  if (!isConflict && !passes(status, failure)) return { kind: 'stop' };
  return {
    kind: 'wait',
    seconds: secondsToWait(history.failures, failure.retryAfter, random),
    history: {
      ...history,
      failures: history.failures + 1,
      conflicts: isConflict ? history.conflicts + 1 : 0,
    },
  };
}

/** Returns true for a failure that may be over by itself. */
function passes(status: number | null, { code }: Failure): boolean {
  if (code === 'UPLOAD_EXTENSION') return false;
  return status === null || status >= 500 || [408, 425, 429].includes(status);
}

function isOfProxy({ code }: Failure): boolean {
  return code.startsWith('HTTP ');
}
