import { setTimeout as wait } from 'node:timers/promises';
import type { Slot } from './gateways.js';

/**
 * The end of a request: `done`; `refused`, by a rule; `unavailable`, with 503; `failed`, as an error of the gateway; `cut
 * off`, since its gateway was killed or paused; `lost`, without an answer although its gateway ran.
 */
export type End = 'done' | 'refused' | 'unavailable' | 'failed' | 'cut off' | 'lost';

export const ENDS: readonly End[] = ['done', 'refused', 'unavailable', 'failed', 'cut off', 'lost'];

/** The answers during one kind of fault. */
export interface Tally {
  times: number;
  ends: Record<End, number>;
  /** Milliseconds of the slowest answer. */
  slowest: number;
}

export interface Answers {
  /** The fault of the moment. */
  fault: string;
  readonly tallies: ReadonlyMap<string, Tally>;
  /** Descriptions of requests that failed or were lost. */
  readonly faulty: string[];
  /** Counts a fault that begins. */
  begin(fault: string): void;
  /**
   * Sends a request to a gateway, and counts its end.
   *
   * @param what describes the request
   * @param send returns the status of the answer
   * @param seconds the time in which the answer must come
   */
  ask(slot: Slot, what: string, seconds: number, send: () => Promise<Answer>): Promise<Answer | undefined>;
}

/** The status of an answer: of HTTP, the code of a GraphQL error, or `active` when an upload made its image active. */
export interface Answer {
  status: number | string;
  text?: string;
}

export function answerBook(): Answers {
  const tallies = new Map<string, Tally>();
  const faulty: string[] = [];
  const book: Answers = {
    fault: 'none',
    tallies,
    faulty,
    begin(fault) {
      book.fault = fault;
      tally(fault).times += 1;
    },
    async ask(slot, what, seconds, send) {
      const { disturbances, isUp } = slot;
      const { fault } = book;
      const begun = performance.now();
      const late = new AbortController();
      const answer = await Promise.race([
        send().catch((error: Error) => error),
        wait(seconds * 1000, undefined, { signal: late.signal }).catch(() => undefined),
      ]);
      late.abort();
      const isDisturbed = !isUp || slot.disturbances !== disturbances || !slot.isUp;
      const milliseconds = Math.round(performance.now() - begun);
      const isAnswered = answer !== undefined && !(answer instanceof Error);
      const end = isAnswered ? endOf(answer.status) : isDisturbed ? 'cut off' : 'lost';
      const counted = tally(fault);
      counted.ends[end] += 1;
      if (end !== 'cut off') counted.slowest = Math.max(counted.slowest, milliseconds);
      if (end === 'failed' || end === 'lost') {
        const told = isAnswered ? `${answer.status} ${answer.text ?? ''}` : String(answer?.cause ?? answer);
        const id = /internal error ([\w-]+)/i.exec(told)?.[1];
        // The log is written a moment later.
        if (id) await wait(500);
        const why = id ? slot.logged(id) : '';
        faulty.push(`${what} during ${fault}, after ${milliseconds} ms: ${end}: ${told} ${why ?? ''}`);
      }
      return isAnswered ? answer : undefined;
    },
  };
  book.begin('none');
  return book;

  function tally(fault: string): Tally {
    const found = tallies.get(fault) ?? {
      times: 0,
      ends: { done: 0, refused: 0, unavailable: 0, failed: 0, 'cut off': 0, lost: 0 },
      slowest: 0,
    };
    tallies.set(fault, found);
    return found;
  }
}

function endOf(status: number | string): End {
  if (status === 'active') return 'done';
  if (status === 'INTERNAL_SERVER_ERROR') return 'failed';
  if (typeof status === 'string')
    return /^(DATABASE_|QUERY_TIMEOUT)/.test(status) ? 'unavailable' : 'refused';
  if (status < 400) return 'done';
  if (status < 500) return 'refused';
  return status === 503 ? 'unavailable' : 'failed';
}

/** Returns a table of the faults, how often each came, and how requests ended meanwhile. */
export function answerTable({ tallies }: Pick<Answers, 'tallies'>): string {
  const rows = [...tallies].map(([fault, { times, ends, slowest }]) => [
    fault,
    String(times),
    ...ENDS.map((end) => String(ends[end])),
    `${(slowest / 1000).toFixed(1)} s`,
  ]);
  const all = [['fault', 'times', ...ENDS, 'slowest answer'], ...rows];
  const widths = all[0].map((_, column) => Math.max(...all.map((row) => row[column].length)));
  return all.map((row) => row.map((cell, column) => cell.padEnd(widths[column])).join('  ')).join('\n');
}
