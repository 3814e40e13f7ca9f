import { describe, expect, inject, test } from 'vitest';
import { onServer } from '../support/gateway.js';
import { MYSQL_RESERVED_WORDS, portabilityFaults } from '../support/portable-sql.js';

describe('a statement that a test sends is checked', () => {
  test.each([
    ['SELECT 1 AS stored', 'STORED is a reserved word of MySQL, and no alias without quotes'],
    ['SELECT 1 AS key', 'KEY is a reserved word of MySQL, and no alias without quotes'],
    ['SELECT rank FROM images', 'RANK is a reserved word of MySQL, and no name without quotes'],
    [
      'INSERT INTO t (id, groups) VALUES (?, ?)',
      'GROUPS is a reserved word of MySQL, and no name without quotes',
    ],
    ['SELECT MD5(DATABASE())', 'MD5() is not known to be on both MariaDB and MySQL'],
  ])('and refused where MySQL cannot run it: %s', (statement, fault) => {
    expect(portabilityFaults(statement, 'mysql')).toEqual([fault]);
  });

  test.each([
    "SELECT COUNT(*) AS images FROM images i WHERE i.stored = 'AS stored, it''s' -- AS rank",
    'SELECT `rank` AS `stored`, CAST(i.name AS BINARY) FROM images i /* MD5(x) */ WHERE i.id IN (?, ?)',
    'INSERT INTO gateway_owners (owner, changes) VALUES (?, 1) ON DUPLICATE KEY UPDATE changes = changes + 1',
  ])('and accepted where MySQL can run it: %s', (statement) => {
    expect(portabilityFaults(statement, 'mysql')).toEqual([]);
  });
});

test.skipIf(inject('mysqlServer') === '')('on MySQL, the list has every reserved word', async (context) => {
  const [{ version }] = await onServer('SELECT VERSION() AS version');
  context.skip(String(version).includes('MariaDB'), 'MariaDB reserves other words');
  const rows = await onServer('SELECT word AS word FROM information_schema.keywords WHERE reserved = 1');
  expect(rows.length).toBeGreaterThan(200);
  expect(rows.map(({ word }) => word).filter((word) => !MYSQL_RESERVED_WORDS.includes(String(word)))).toEqual(
    [],
  );
});
