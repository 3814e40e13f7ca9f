import { expect, test } from 'vitest';
import type { Reader } from '../../src/database/database.js';
import { RowBudget } from '../../src/image/catalog/row-budget.js';

test('reads nothing more once a list has spent more rows than the budget has left', async () => {
  const statements: string[] = [];
  const reader = {
    read: (sql: string) => {
      statements.push(sql);
      return Promise.resolve([{}, {}, {}]);
    },
  } as unknown as Reader;
  const budget = new RowBudget(8);
  await expect(budget.reader(reader, 3).read('SELECT a', [])).rejects.toMatchObject({
    code: 'QUERY_TOO_COSTLY',
  });
  await expect(budget.reader(reader, 1).read('SELECT b', [])).rejects.toMatchObject({
    code: 'QUERY_TOO_COSTLY',
  });
  expect(statements).toEqual(['SELECT a LIMIT 3']);
});
