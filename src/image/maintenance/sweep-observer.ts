import type { SweepCount } from './sweep.js';

/** A part of the sweep, which has its own turns. */
export type SweepPart = 'uploads' | 'data' | 'counters';

/** Hears of the sweeps of a server, for metrics. */
export interface SweepObserver {
  /** Work was done. */
  done(what: keyof SweepCount, number: number): void;
  /** A turn of a part has ended, with the error if it failed. */
  ended(part: SweepPart, failure?: unknown): void;
}
