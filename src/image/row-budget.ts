import { ImageError } from './errors.js';
import type { Reader } from './image-relations.js';

/** How many rows one operation may give out, its pages and the lists within their images together. */
export class RowBudget {
  #left: number;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(readonly most: number) {
    this.#left = most;
  }

  /** @throws ImageError QUERY_TOO_COSTLY when more rows are given out than there may be */
  spend(rows: number): void {
    this.#left -= rows;
    if (this.#left >= 0) return;
    throw new ImageError('QUERY_TOO_COSTLY', { actual: `more than ${this.most}`, maximum: this.most });
  }

  /**
   * Reads what is spent, one statement after the other, and of each hardly more than may still be spent.
   *
   * @param times how often each row is given out
   */
  reader({ dialect, hasGatewayTables, ...reader }: Reader, times: number): Reader {
    const read: Reader['read'] = async (sql, values) => {
      // Another list may have spent more than was left.
      this.spend(0);
      const rows = await reader.read(`${sql} LIMIT ${Math.floor(this.#left / times) + 1}`, values);
      this.spend(rows.length * times);
      return rows;
    };
    return {
      dialect,
      hasGatewayTables,
      read: (sql, values) => {
        const turn = this.#turn.then(() => read(sql, values));
        this.#turn = turn.catch(() => undefined);
        return turn;
      },
    };
  }
}
