import type { Connections } from './database.js';
import { ScansCrowded } from './database-errors.js';
import { places, type Asker } from './places.js';
import { GRACE } from './silent-server.js';

/** The parts of the connections that each kind of work may use. */
export interface ConnectionShares {
  forPage<T>(asker: Asker, read: () => Promise<T>): Promise<T>;
  forScan<T>(asker: Asker, read: () => Promise<T>): Promise<T>;
  forChange<T>(work: () => Promise<T>): Promise<T>;
  /** Returns the amount of work that waits for its share. */
  waiting(): { scan: number; other: number };
}

/** The work of one kind that may wait. The pool of the driver has the same limit. */
export const MOST_WAITING = 1000;
const MOST_SCANS_WAITING = 100;
/** Seconds for which a scan may wait. */
const LONGEST_SCAN_WAIT = 30;

/**
 * Divides the connections among kinds of work, so that none has to wait for all of another. A fifth of the connections is
 * for reads by key alone, a fifth for changes and these, and three tenths are the most for scans. Reads by key may use
 * every connection.
 */
export function connectionShares({ most, queryTimeout, scan }: Connections): ConnectionShares {
  const kept = Math.floor(most / 5);
  // As long as work with a connection may take: of a silent server, all hear at once.
  const seconds = queryTimeout + GRACE.statement;
  const sharing = (all: number) => {
    const waiting = { each: MOST_WAITING, all: MOST_WAITING };
    return places({ all: Math.max(1, all), each: Math.max(1, all), waiting, seconds });
  };
  const beyondKeys = sharing(most - kept);
  const pages = sharing(most - 2 * kept);
  const scans = places({
    all: Math.max(1, Math.floor(most * 0.3)),
    each: 1,
    waiting: { each: MOST_SCANS_WAITING, all: MOST_WAITING },
    seconds: LONGEST_SCAN_WAIT,
    crowded: () => new ScansCrowded(),
    late: () => new ScansCrowded(),
  });
  const forPage: ConnectionShares['forPage'] = (asker, read) =>
    pages.hold(asker, () => beyondKeys.hold(asker, read));

  return {
    forPage,
    // A scan that is another than a read uses no connection.
    forScan: (asker, read) => scans.hold(asker, () => (scan ? read() : forPage(asker, read))),
    forChange: (work) => beyondKeys.hold(CHANGES, work),
    waiting: () => ({ scan: scans.waiting, other: pages.waiting + beyondKeys.waiting }),
  };
}

/** All changes share the turns of one asker: each is short, and its caller is not known here. */
const CHANGES: Asker = { name: 'changes' };
