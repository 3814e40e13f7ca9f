import type { Duplex } from 'node:stream';
import { DatabaseCrowded, DatabaseUnavailable, ReadAbandoned } from './database-errors.js';

/** The tenant or the user for whom rows are read. */
export interface Asker {
  readonly name: string;
  /** The connection of the client that waits for the rows; undefined when no client waits. */
  readonly client?: Duplex;
}

/** Places for work. Each asker has a share of them, and askers whose work waits take turns. */
export interface Places {
  /** The amount of work that waits for a place. */
  readonly waiting: number;
  /**
   * Runs work once it has a place.
   *
   * @throws DatabaseCrowded when too much work waits already
   * @throws DatabaseUnavailable when this work has waited for too long: no other work has come to its end
   * @throws ReadAbandoned when the client leaves before the work has a place
   */
  hold<T>(asker: Asker, work: () => Promise<T>): Promise<T>;
}

export interface PlaceLimits {
  /** The number of places. */
  readonly all: number;
  /** The places that one asker may have at once. */
  readonly each: number;
  /** The work that may wait: of one asker, and of all together. */
  readonly waiting: { readonly each: number; readonly all: number };
  /** Seconds for which work may wait. */
  readonly seconds: number;
  /** Makes the error for work that finds no place among those that wait. */
  readonly crowded?: () => Error;
  /** Makes the error for work that has waited for too long. */
  readonly late?: () => Error;
}

/** The work of one asker. */
interface Share {
  /** The number of places that it has. */
  held: number;
  /** The number of the turn in which it got its last place, or came. */
  turn: number;
  /** The work that waits, the oldest first. */
  readonly waiting: Set<() => void>;
}

/** The number of askers that are remembered. To forget each one at once would cost every read. */
const MOST_REMEMBERED = 1000;

export function places({
  all,
  each,
  waiting,
  seconds,
  crowded = () => new DatabaseCrowded(),
  late = () => new DatabaseUnavailable(new Error(`no connection was free for ${seconds} s`)),
}: PlaceLimits): Places {
  const shares = new Map<string, Share>();
  let free = all;
  let waits = 0;
  let turns = 0;

  return {
    get waiting() {
      return waits;
    },

    async hold(asker, work) {
      const share = shareOf(asker.name);
      if (free > 0 && share.held < each && share.waiting.size === 0) take(share);
      else await turn(share, asker);
      try {
        return await work();
      } finally {
        share.held -= 1;
        free += 1;
        giveTurns();
      }
    },
  };

  /** Waits until the asker has a place. */
  function turn(share: Share, { client }: Asker): Promise<void> {
    return new Promise((resolve, reject) => {
      if (waits >= waiting.all || share.waiting.size >= waiting.each) throw crowded();
      if (client?.destroyed) throw new ReadAbandoned();
      const start = () => {
        stopWaiting();
        take(share);
        resolve();
      };
      const giveUp = (error: Error) => {
        stopWaiting();
        reject(error);
      };
      const leave = () => giveUp(new ReadAbandoned());
      const stopWaiting = () => {
        clearTimeout(timer);
        client?.off('close', leave);
        share.waiting.delete(start);
        waits -= 1;
      };
      const timer = setTimeout(() => giveUp(late()), seconds * 1000);
      client?.once('close', leave);
      share.waiting.add(start);
      waits += 1;
    });
  }

  function take(share: Share): void {
    share.held += 1;
    share.turn = turns += 1;
    free -= 1;
  }

  function giveTurns(): void {
    while (free > 0 && waits > 0) {
      const [start] = nextShare()?.waiting ?? [];
      if (!start) return;
      start();
    }
  }

  /** Returns the asker whose work waits and whose last turn is the longest ago. */
  function nextShare(): Share | undefined {
    let next: Share | undefined;
    for (const share of shares.values())
      if (share.held < each && share.waiting.size > 0 && (!next || share.turn < next.turn)) next = share;
    return next;
  }

  function shareOf(name: string): Share {
    const known = shares.get(name);
    if (known) return known;
    if (shares.size >= MOST_REMEMBERED) forgetIdle();
    const share: Share = { held: 0, turn: turns, waiting: new Set() };
    shares.set(name, share);
    return share;
  }

  function forgetIdle(): void {
    for (const [name, { held, waiting }] of shares) if (held === 0 && waiting.size === 0) shares.delete(name);
  }
}
