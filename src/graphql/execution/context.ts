import type { Caller } from '../../identity/caller.js';
import type { RowBudget } from '../../image/catalog/row-budget.js';
import type { Log } from '../../telemetry/log.js';

/** The request as every resolver sees it. */
export interface Context {
  caller: Caller;
  requestId: string;
  /** The URL of the gateway as this client sees it, without a path. */
  endpoint: string;
  log: Log;
  /** The text of the persisted document that the request names. Undefined where every document may run. */
  document?: string;
  /** Called with the name of the operation, one of few. */
  onNamed?: (operation: string) => void;
  /** Called when a subscriber reads too slowly, since then no message can reach it. Undefined outside subscriptions. */
  onTooSlow?: () => void;
  /** Limits the rows that a query may return. A mutation returns its whole answer. */
  rows: RowBudget;
}
