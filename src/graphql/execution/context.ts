import type { Caller } from '../../identity/caller.js';
import type { RowBudget } from '../../image/catalog/row-budget.js';
import type { Log } from '../../telemetry/log.js';

/** What every resolver knows of the request. */
export interface Context {
  caller: Caller;
  requestId: string;
  /** The URL of the gateway as this client knows it, without a path. */
  endpoint: string;
  log: Log;
  /** The rows that a query may return. The answer to a mutation is returned in full. */
  rows: RowBudget;
}
