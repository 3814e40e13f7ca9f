import type { Failure } from '../gateway/failure.js';
import { rows } from '../parts/rows.js';

/** An upload as the page shows it. */
export interface Transfer {
  /** The id of its image. */
  readonly id: string;
  /** The name of its image. */
  readonly name: string;
  readonly fileName: string;
  /** In bytes. */
  readonly size: number;
  readonly state: TransferState;
  /** True where the page knows the whole record, and could create another image like it. */
  readonly canRepeat: boolean;
  /** Bytes that the gateway has confirmed. */
  readonly confirmed: number;
  /** Bytes that have left the browser. */
  readonly sent: number;
  /** Bytes per second over the last ten seconds; undefined while that is not known. */
  readonly speed?: number;
  /** Seconds that are left at this speed; undefined while that is not known. */
  readonly secondsLeft?: number;
  /** The time until which an interrupted upload can go on, as `Upload-Expires` has it. */
  readonly expires?: string;
}

export type TransferState =
  /** Waits for others to end. */
  | { kind: 'waiting' }
  | { kind: 'sending' }
  /** All but the last part is sent, and the digest that goes with it is still being computed. */
  | { kind: 'digesting' }
  /** The gateway has all bytes, and checks and stores them. */
  | { kind: 'checking' }
  | { kind: 'paused' }
  /** Tries again at this moment, in milliseconds since 1970. */
  | { kind: 'retrying'; at: number; failure: Failure }
  | { kind: 'loginEnded' }
  /** The page was loaded anew: the browser has to be given the file again. With a handle it can ask for it itself. */
  | { kind: 'interrupted'; hasHandle: boolean; fault?: FileFault }
  | { kind: 'stopped'; failure: Failure; isLost: boolean }
  /** Runs in another tab of this browser. */
  | { kind: 'elsewhere' }
  /** Belongs to another user of this browser. */
  | { kind: 'foreign' }
  /** `isSame` tells whether the gateway stored what this page read; undefined where the page could not compute it. */
  | { kind: 'done'; digest: string | null; isSame: boolean | undefined };

/** Why a file that was chosen again is not the one whose upload was interrupted. */
export type FileFault = 'otherSize' | 'otherContent' | 'notAllowed' | 'unreadable';

export const {
  use: useTransfers,
  get: currentTransfers,
  show: showTransfer,
  hide: hideTransfer,
} = rows<Transfer>();

/** Returns true while the page itself has something to do for the upload. */
export function isUnderWay({ state }: Transfer): boolean {
  return ['waiting', 'sending', 'digesting', 'checking', 'retrying', 'loginEnded'].includes(state.kind);
}
