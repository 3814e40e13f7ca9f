import type { RequestObserver } from '../http/request-observer.js';
import type { Observers } from '../telemetry/metrics/observers.js';
import type { SpanObservers } from '../telemetry/traces/span-observers.js';

/** Returns the observers for metrics and for traces as one. Traces leave out work that belongs to no request. */
export function bothObservers(
  metrics: Observers | undefined,
  traces: SpanObservers | undefined,
): Observers | undefined {
  if (!traces) return metrics;
  const one = metrics ?? SILENT;
  return {
    ...one,
    database: {
      ...one.database,
      statement: both(one.database.statement, traces.database.statement),
    },
    store: { ...one.store, call: both(one.store.call, traces.store.call) },
    upload: {
      ...one.upload,
      upload: both(one.upload.upload, traces.upload.upload),
      digest: traces.upload.digest,
    },
    operation: { ...one.operation, began: traces.operation.began },
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

const nothing = () => undefined;

/** Observers that do nothing. */
const SILENT: Observers = {
  database: { statement: () => nothing, retried: nothing },
  store: { call: () => nothing, moved: nothing },
  upload: { upload: () => nothing, digest: () => nothing, leaseRenewed: nothing },
  sweep: { done: nothing, ended: nothing },
  keystone: { token: nothing, request: () => nothing },
  operation: { known: new Set(), began: () => nothing, failed: nothing, subscribed: () => nothing },
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
