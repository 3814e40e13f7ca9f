import type { RequestObserver } from '../http/request-observer.js';
import type { Observers } from '../telemetry/metrics/observers.js';

/** Returns observers that tell both of two. Traces leave out work that belongs to no request. */
export function bothObservers(
  one: Observers | undefined,
  other: Omit<Observers, 'sweep' | 'keystone'> | undefined,
): Observers | undefined {
  if (!other) return one;
  if (!one) return { ...other, sweep: SILENT_SWEEP, keystone: SILENT_KEYSTONE };
  return {
    sweep: one.sweep,
    keystone: one.keystone,
    database: {
      statement: both(one.database.statement, other.database.statement),
      retried: one.database.retried,
    },
    store: { call: both(one.store.call, other.store.call), moved: one.store.moved },
    upload: {
      upload: both(one.upload.upload, other.upload.upload),
      digest: other.upload.digest,
      leaseRenewed: one.upload.leaseRenewed,
    },
    operation: { ...one.operation, began: other.operation.began },
  };
}

/** Returns an observer of requests that tells both. Only traces run the work. */
export function bothRequestObservers(
  one: RequestObserver | undefined,
  other: RequestObserver | undefined,
): RequestObserver | undefined {
  if (!one || !other) return one ?? other;
  return (request) => {
    const [first, second] = [one(request), other(request)];
    return {
      end(reply) {
        first.end(reply);
        second.end(reply);
      },
      run: second.run,
    };
  };
}

const SILENT_SWEEP: Observers['sweep'] = { done: () => undefined, ended: () => undefined };
const SILENT_KEYSTONE: Observers['keystone'] = {
  token: () => undefined,
  request: () => () => undefined,
};

/** Joins two functions that tell of a beginning and return a function that tells of the end. */
function both<Begin extends unknown[], End extends unknown[]>(
  one: (...begin: Begin) => (...end: End) => void,
  other: (...begin: Begin) => (...end: End) => void,
): (...begin: Begin) => (...end: End) => void {
  return (...begin) => {
    const [first, second] = [one(...begin), other(...begin)];
    return (...end) => {
      first(...end);
      second(...end);
    };
  };
}
