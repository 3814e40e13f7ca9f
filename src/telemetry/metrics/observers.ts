import { driverErrorKind } from '../../database/error-codes.js';
import { statementVerb } from '../../database/statement-parts.js';
import { ReadAbandoned } from '../../database/database-errors.js';
import type { DatabaseObserver } from '../../database/database-observer.js';
import { REQUEST_ERRORS } from '../../graphql/errors/request-errors.js';
import type { OperationObserver } from '../../graphql/execution/operation-observer.js';
import type { KeystoneObserver } from '../../identity/keystone-observer.js';
import { ERRORS, ImageError } from '../../image/errors.js';
import type { SweepObserver } from '../../image/maintenance/sweep-observer.js';
import type { UploadObserver } from '../../image/upload/upload-observer.js';
import { StoreError } from '../../store/store.js';
import type { StoreObserver } from '../../store/observed-store.js';
import type { MetricRegistry } from './registry.js';

/** Hears of the parts of a gateway other than its HTTP servers. */
export interface Observers {
  readonly database: DatabaseObserver;
  readonly store: StoreObserver;
  readonly upload: UploadObserver;
  readonly sweep: SweepObserver;
  readonly keystone: KeystoneObserver;
  readonly operation: OperationObserver;
}

/** @param knownOperations the names of operations that are told by their names */
export function observers(
  { series, observations }: MetricRegistry,
  knownOperations: readonly string[],
): Observers {
  return {
    database: {
      statement(sql) {
        const kind = kindOf(sql);
        const time = timer();
        return (error) => {
          series('database_statements_total', kind, error === undefined ? 'ok' : failureOf(error)).inc();
          observations('database_statement_duration_seconds', kind).observe(time());
        };
      },
      retried: () => series('database_transaction_retries_total').inc(),
    },

    store: {
      call(store, call) {
        const time = timer();
        return (error) => {
          series('store_operations_total', store, call, error === undefined ? 'ok' : faultOf(error)).inc();
          observations('store_operation_duration_seconds', store, call).observe(time());
        };
      },
      moved: (store, direction, bytes) => series('store_bytes_total', store, direction).inc(bytes),
    },

    upload: {
      upload(store) {
        const time = timer();
        series('uploads_running').inc();
        return (bytes, failure) => {
          const seconds = time();
          const outcome = failure === undefined ? 'completed' : 'failed';
          series('uploads_running').dec();
          series('uploads_total', store, outcome, failure === undefined ? 'none' : reasonOf(failure)).inc();
          observations('upload_duration_seconds', store, outcome).observe(seconds);
          if (outcome === 'completed')
            observations('upload_rate_bytes_per_second', store).observe(bytes / Math.max(seconds, 1e-6));
        };
      },
      digest: () => () => undefined,
      leaseRenewed: (outcome) => series('upload_lease_renewals_total', outcome).inc(),
    },

    sweep: {
      done(what, number) {
        // Watched leases are a state, and no work that was done.
        if (what !== 'watched') series('sweep_work_total', what).inc(number);
      },
      ended(part, failure) {
        if (failure === undefined)
          series('sweep_last_success_timestamp_seconds', part).set(Date.now() / 1000);
        else series('sweep_failures_total', part).inc();
      },
    },

    keystone: {
      token: (outcome) => series('identity_tokens_total', outcome).inc(),
      request() {
        const time = timer();
        return (status) =>
          observations('keystone_request_duration_seconds', String(status ?? 'none')).observe(time());
      },
    },

    operation: {
      known: new Set(knownOperations),
      began: () => () => undefined,
      failed: (code) => series('graphql_errors_total', knownCode(code)).inc(),
      subscribed() {
        series('subscriptions').inc();
        return () => series('subscriptions').dec();
      },
    },
  };
}

/** Returns a function that returns the seconds since now. */
export function timer(): () => number {
  const begun = performance.now();
  return () => (performance.now() - begun) / 1000;
}

const KINDS = new Set(['select', 'insert', 'update', 'delete', 'replace', 'begin', 'commit', 'rollback']);

/** Returns the verb of a statement if it is one of the usual. */
function kindOf(sql: string): string {
  const kind = statementVerb(sql).toLowerCase();
  if (kind === 'start') return 'begin';
  if (kind === 'with') return 'select';
  return KINDS.has(kind) ? kind : 'other';
}

function failureOf(error: unknown): string {
  return error instanceof ReadAbandoned ? 'abandoned' : driverErrorKind(error);
}

function faultOf(error: unknown): string {
  return error instanceof StoreError ? error.fault : 'other';
}

function reasonOf(error: unknown): string {
  return error instanceof ImageError ? error.code : 'INTERNAL_SERVER_ERROR';
}

function knownCode(code: unknown): string {
  const text = String(code);
  return Object.hasOwn(ERRORS, text) || Object.hasOwn(REQUEST_ERRORS, text) ? text : 'other';
}
