import type { Reader } from '../../database/database.js';
import { ImageError } from '../errors.js';

/** The number of rows that one operation may still return, in its pages and in the lists within their images. */
export class RowBudget {
  #left: number;
  #previous: Promise<unknown> = Promise.resolve();

  constructor(readonly most: number) {
    this.#left = most;
  }

  /** @throws ImageError QUERY_TOO_COSTLY when the operation returns too many rows */
  spend(rows: number): void {
    this.#left -= rows;
    if (this.#left >= 0) return;
    throw new ImageError('QUERY_TOO_COSTLY', { actual: `more than ${this.most}`, maximum: this.most });
  }

  /**
   * Returns a reader that spends the rows that it reads. It runs one statement after the other, and reads at most one
   * row more than the budget still allows.
   *
   * @param times the number of times that the answer has each row
   */
  reader(reader: Reader, times: number): Reader {
    const read: Reader['read'] = async (sql, values) => {
      // Another list may have spent the rest.
      this.spend(0);
      const rows = await reader.read(`${sql} LIMIT ${Math.floor(this.#left / times) + 1}`, values);
      this.spend(rows.length * times);
      return rows;
    };
    return {
      ...reader,
      read: (sql, values) => {
        const rows = this.#previous.then(() => read(sql, values));
        this.#previous = rows.catch(() => undefined);
        return rows;
      },
    };
  }
}
