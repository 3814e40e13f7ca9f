import type { Failure } from '../gateway/failure.js';
import type { TransferState } from './transfer.js';

/** The way in which an upload ended. */
export type Ending = Extract<TransferState, { kind: 'done' | 'stopped' }>;

/** @param isLost true for an image that takes no data any more */
export function stopped(failure: Failure, isLost = false): Ending {
  return { kind: 'stopped', failure, isLost };
}
