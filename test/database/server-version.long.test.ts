import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, inject, test } from 'vitest';
import { createActiveImage, run } from '../support/client.js';
import { called } from '../support/command.js';
import { onServer, startGateway } from '../support/gateway.js';
import { gql } from '../support/gql.js';
import { startMysqlServer, type MysqlServer } from '../support/mysql-server.js';
import { onMysqlServer } from '../support/sql.js';

/** MariaDB alone lets an operator set the version that it tells. */
const isMariaDb =
  inject('mysqlServer') !== '' &&
  String((await onServer('SELECT VERSION() AS version'))[0].version).includes('MariaDB');

describe.skipIf(!isMariaDb)('on MySQL, a server that says that it is', () => {
  const folder = mkdtempSync(join(tmpdir(), 'glance-graphql-test-'));
  let server: MysqlServer | undefined;
  afterEach(async () => {
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function optionsOn(version: string): Promise<Record<string, string>> {
    server = await startMysqlServer(undefined, [`--version=${version}`]);
    await onMysqlServer(server.url, 'CREATE DATABASE images');
    return { DATA_DIR: folder, DATABASE_URL: `${server.url}/images` };
  }

  test('MariaDB 10.4 is refused by every command in one line', async () => {
    const options = await optionsOn('10.4.34-MariaDB-log');
    const fault = 'it is 10.4.34-MariaDB-log; the gateway needs MariaDB 10.5 or newer.';
    for (const command of [['serve'], ['migrate'], ['migrate', '--gateway-tables'], ['sweep']]) {
      const { code, stderr } = await called(command, options);
      expect([code, stderr.trimEnd().split('\n')], command.join(' ')).toEqual([
        1,
        [expect.stringContaining(fault)],
      ]);
    }
    const { code, stdout } = await called(['check', '--json'], options);
    const { usable, findings } = JSON.parse(stdout);
    expect([code, usable]).toEqual([1, 'no']);
    expect(findings[0].what).toContain(fault);
    expect(await onMysqlServer(options.DATABASE_URL, 'SHOW TABLES')).toEqual([]);
  });

  test('MySQL, and is a MariaDB, is used as the MariaDB that it is', async () => {
    const gateway = await startGateway(await optionsOn('8.0.36'));
    await createActiveImage(gateway, 'data');
    const { images } = await run(gateway, gql('{ images { edges { node { status } } } }'));
    expect(images.edges).toEqual([{ node: { status: 'active' } }]);
    await gateway.close();
  });
});
