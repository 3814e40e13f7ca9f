import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConnection, type Connection } from 'mysql2/promise';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { glanceStatements } from '../beside-glance/glance-layout.js';
import { createActiveImage, createImage, errorOf, putData, run, statusAndCode } from '../support/client.js';
import { called } from '../support/command.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { gql } from '../support/gql.js';
import { startMysqlServer, type MysqlServer } from '../support/mysql-server.js';

const CREATE = gql('mutation { createImage(input: {}) { id } }');
const LIST = gql('{ images { edges { node { id } } } }');
const FORMATS = { diskFormat: 'raw', containerFormat: 'bare' };

describe.skipIf(inject('mysqlServer') === '')('on MySQL, while the server takes no changes', () => {
  const folder = mkdtempSync(join(tmpdir(), 'glance-graphql-test-'));
  const open: TestGateway[] = [];
  let server: MysqlServer;
  let root: Connection;
  let isMariaDb: boolean;
  let options: Record<string, string>;

  beforeAll(async () => {
    server = await startMysqlServer();
    root = await createConnection(server.url);
    const [[{ version }]] = (await root.query('SELECT VERSION() AS version')) as unknown as [
      [{ version: string }],
    ];
    isMariaDb = version.includes('MariaDB');
    // A right on every database, so that the account has none to make changes on a read-only server.
    await root.query("CREATE USER gateway@'127.0.0.1' IDENTIFIED BY 'hunter2'");
    await root.query(
      "GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, INDEX, REFERENCES, DROP ON *.* TO gateway@'127.0.0.1'",
    );
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((gateway) => gateway.close()));
    await takesChanges(true);
    await root.query('DROP DATABASE images');
  });
  afterAll(async () => {
    await root?.end();
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** On MySQL, keeps even root from changes while the server takes none. */
  async function takesChanges(does: boolean): Promise<void> {
    await root.query(`SET GLOBAL ${isMariaDb ? 'read_only' : 'super_read_only'} = ${does ? 'OFF' : 'ON'}`);
    await root.query(`SET GLOBAL read_only = ${does ? 'OFF' : 'ON'}`);
  }
  async function use(statements: readonly string[] = []): Promise<void> {
    await root.query('CREATE DATABASE images');
    await root.query('USE images');
    for (const statement of statements) await root.query(statement);
    options = {
      DATA_DIR: folder,
      DATABASE_URL: `${server.url.replace('root', 'gateway:hunter2')}/images`,
    };
  }
  async function start(): Promise<TestGateway> {
    const gateway = await startGateway(options);
    open.push(gateway);
    return gateway;
  }
  async function checked() {
    const { code, stdout, stderr } = await called(['check', '--json'], options);
    expect(stderr).toBe('');
    const { usable, findings } = JSON.parse(stdout);
    return { code, usable, said: findings.map(({ what }: { what: string }) => what).join('\n') };
  }

  test.each([
    ["the gateway's own tables", []],
    ["a Glance's tables", glanceStatements()],
  ])(
    '%s are served for reading, and for writing again when the server takes changes',
    async (_, statements) => {
      await use(statements);
      const isGlances = statements.length > 0;
      if (isGlances) await called(['migrate', '--gateway-tables'], options);
      const before = await start();
      const id = await createActiveImage(before, 'data');
      const queued = await createImage(before, FORMATS);
      await takesChanges(false);
      expect(await checked()).toMatchObject({
        code: 1,
        usable: 'partly',
        said: 'The database server takes no changes now (read_only): changes are refused until the server takes them again.',
      });

      const gateways = [before, await start()];
      for (const gateway of gateways) {
        expect((await run(gateway, LIST)).images.edges).toHaveLength(2);
        expect(await (await fetch(`${gateway.url}/data/${id}`)).text()).toBe('data');
        expect(await errorOf(gateway, CREATE)).toMatchObject({ code: 'DATABASE_READ_ONLY' });
        const refused = await putData(gateway, queued, 'data');
        expect(await statusAndCode(refused)).toEqual([503, 'DATABASE_READ_ONLY']);
        expect((await fetch(`${gateway.url}/ready`)).status).toBe(200);
      }
      await takesChanges(true);
      for (const gateway of gateways) await createActiveImage(gateway, 'data');
      expect((await checked()).usable).toBe('fully');
    },
  );

  test('an empty database is refused in one line, by check too', async () => {
    await use();
    await takesChanges(false);
    const { code, stderr } = await called(['serve'], { ...options, PORT: '0' });
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/^glance-graphql: .*read-only.*name the primary server in DATABASE_URL\n$/),
    ]);
    expect(await checked()).toMatchObject({
      code: 1,
      usable: 'no',
      said: expect.stringContaining(
        'The database server takes no changes now (read_only): the gateway cannot make its tables.',
      ),
    });
  });
});
