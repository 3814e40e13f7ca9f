import { describe, expect, test } from 'vitest';
import { versionFault } from '../../src/database/server-version.js';

describe('a database server is used', () => {
  test.each([
    ['mysql', '8.0.19'],
    ['mysql', '8.0.34-26'],
    ['mysql', '8.4.3'],
    ['mysql', '9.7.4-2'],
    ['mysql', '8.0.mysql_aurora.3.04.0'],
    ['mysql', '8.0.36-azure'],
    ['mariadb', '10.5.0-MariaDB'],
    ['mariadb', '5.5.5-10.11.6-MariaDB-log'],
    ['mariadb', '10.11.19-MariaDB-0+deb12u1'],
    ['mariadb', '11.8.9-MariaDB-0+deb13u1 from Debian'],
    ['mariadb', '12.0.2-MariaDB'],
    // An operator has set another version, which tells nothing about the program.
    ['mariadb', '8.0.18'],
    ['mysql', 'unknown'],
  ] as const)('%s %s', (engine, version) => {
    expect(versionFault({ engine, version })).toBeUndefined();
  });
});

describe('a database server is refused, with its version and the least', () => {
  test.each([
    ['mysql', '8.0.18', 'MySQL 8.0.19'],
    ['mysql', '5.7.44-log', 'MySQL 8.0.19'],
    ['mysql', '5.7.mysql_aurora.2.11.3', 'MySQL 8.0.19'],
    // TiDB calls itself MySQL 8.0.11; nobody has run the tests on it.
    ['mysql', '8.0.11-TiDB-v7.5.0', 'MySQL 8.0.19'],
    ['mariadb', '10.4.34-MariaDB', 'MariaDB 10.5'],
    ['mariadb', '5.5.5-10.3.39-MariaDB-log', 'MariaDB 10.5'],
    ['mariadb', '5.5.68-MariaDB', 'MariaDB 10.5'],
  ] as const)('%s %s', (engine, version, least) => {
    expect(versionFault({ engine, version })?.what).toBe(
      `The database server says that it is ${version}; the gateway needs ${least} or newer.`,
    );
  });
});
