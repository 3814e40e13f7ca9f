import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { called } from '../support/command.js';
import { onServer, startGateway } from '../support/gateway.js';

describe.skipIf(inject('mysqlServer') === '')(
  'check, of an account on MySQL that may not make tables',
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'glance-graphql-test-'));
    mkdirSync(join(folder, 'images'));
    const account = `u${randomUUID().slice(0, 8)}`;
    let database: string;
    let url: URL;

    beforeEach(async () => {
      database = `test_${randomUUID().replaceAll('-', '')}`;
      await onServer(`CREATE DATABASE ${database}`);
      url = new URL(`${inject('mysqlServer')}/${database}`);
    });
    afterEach(async () => {
      await onServer(`DROP USER IF EXISTS ${account}@'%', ${account}@localhost`);
      await onServer(`DROP DATABASE ${database}`);
    });
    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    const options = () => ({ DATA_DIR: folder, DATABASE_URL: url.href });
    const grant = async (rights: string) => {
      for (const host of ["'%'", 'localhost']) {
        await onServer(`CREATE USER ${account}@${host} IDENTIFIED BY 'hunter2'`);
        await onServer(`GRANT ${rights} ON ${database}.* TO ${account}@${host}`);
      }
      [url.username, url.password] = [account, 'hunter2'];
    };
    const checked = async () => {
      const { code, stdout } = await called(['check', '--json'], options());
      const { usable, database: found, findings } = JSON.parse(stdout);
      const said: string[] = findings.map(
        ({ what, todo }: { what: string; todo: string }) => `${what} ${todo}`,
      );
      return { code, usable, tables: found.tables, said: said.join('\n') };
    };
    const served = () => called(['serve'], { ...options(), PORT: '0' });

    test('says of an empty database what serve would say', async () => {
      await grant('SELECT');
      expect(await checked()).toMatchObject({
        code: 1,
        usable: 'no',
        tables: 'empty',
        said:
          'The database account lacks CREATE, INSERT on images, UPDATE on images, DELETE on images: the gateway ' +
          'cannot make its tables. GRANT them to the user of DATABASE_URL.',
      });
      const { code, stderr } = await served();
      expect([code, stderr]).toEqual([
        1,
        expect.stringMatching(/^glance-graphql: CREATE command denied .*\n$/),
      ]);
      expect(await onServer('SHOW TABLES', database)).toEqual([]);
    });

    test('finds nothing when the account has all rights, and makes nothing', async () => {
      await grant('ALL');
      expect(await checked()).toEqual({ code: 0, usable: 'fully', tables: 'empty', said: '' });
      expect(await onServer('SHOW TABLES', database)).toEqual([]);
    });

    test('names the right that a pending migration lacks', async () => {
      await (await startGateway(options())).close();
      await onServer("DELETE FROM gateway_migrations WHERE name LIKE 'Imports%'", database);
      await grant('SELECT, INSERT, UPDATE, DELETE');
      const { code, said } = await checked();
      expect([code, said]).toEqual([1, expect.stringContaining('The database account lacks CREATE: ')]);
      expect(said).toContain('Run `glance-graphql migrate`.');
      const migrated = await called(['migrate'], options());
      expect([migrated.code, migrated.stderr]).toEqual([1, expect.stringContaining('command denied')]);
    });
  },
);
