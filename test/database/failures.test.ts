import { createConnection, type Connection } from 'mysql2/promise';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createImage, graphql, putData, statusAndCode } from '../support/client.js';
import { onMysql, onServer, type TestGateway } from '../support/gateway.js';
import { gql } from '../support/gql.js';
import { eventually } from '../support/poll.js';
import { startRegistry, type TestRegistry } from '../support/registry-client.js';
import { meta, v1 } from '../support/v1-client.js';

const CREATE = gql('mutation { createImage(input: {}) { id } }');
const LIST = gql('{ images(first: 2) { edges { node { id } } } }');

onMysql('a failure of the database, on MySQL', (start, place) => {
  let registry: TestRegistry;
  let gateway: TestGateway;
  let admin: Connection;
  beforeAll(async () => {
    registry = await startRegistry(start, { QUERY_TIMEOUT: '1' });
    gateway = registry.gateway;
    admin = await createConnection(place.options.DATABASE_URL);
    // The server itself raises the error that this row names, at each change of an image.
    await admin.query('CREATE TABLE failure (number INT, message VARCHAR(100))');
    for (const change of ['INSERT', 'UPDATE'])
      await admin.query(
        `CREATE TRIGGER fail_${change} BEFORE ${change} ON images FOR EACH ROW BEGIN ` +
          'DECLARE wanted INT; DECLARE note VARCHAR(100); ' +
          'SELECT number, message INTO wanted, note FROM failure LIMIT 1; ' +
          "IF wanted > 0 THEN SIGNAL SQLSTATE 'HY000' SET MYSQL_ERRNO = wanted, MESSAGE_TEXT = note; END IF; END",
      );
    await admin.query("INSERT INTO failure VALUES (0, '')");
  });
  afterAll(() => admin.end());

  const failing = async <T>(number: number, message: string, work: () => Promise<T>): Promise<T> => {
    await admin.query('UPDATE failure SET number = ?, message = ?', [number, message]);
    try {
      return await work();
    } finally {
      await admin.query('UPDATE failure SET number = 0');
    }
  };

  test.each([
    [1205, 'lock wait timeout', 'QUERY_TIMEOUT', 5],
    [1969, 'max_statement_time exceeded', 'QUERY_TIMEOUT', 5],
    [3024, 'maximum statement execution time exceeded', 'QUERY_TIMEOUT', 5],
    [1040, 'too many connections', 'DATABASE_UNAVAILABLE', 5],
    [1047, 'WSREP has not yet prepared node for application use', 'DATABASE_UNAVAILABLE', 5],
    [1053, 'server shutdown in progress', 'DATABASE_UNAVAILABLE', 5],
    [1180, "Got error 6 'No such device or address' during COMMIT", 'DATABASE_UNAVAILABLE', 5],
    [1226, "has exceeded the 'max_user_connections' resource", 'DATABASE_UNAVAILABLE', 5],
    [1927, 'connection was killed', 'DATABASE_UNAVAILABLE', 5],
    [4031, 'the client was disconnected by the server because of inactivity', 'DATABASE_UNAVAILABLE', 5],
    [1290, 'running with the --read-only option', 'DATABASE_READ_ONLY', 5],
    [1792, 'cannot execute statement in a READ ONLY transaction', 'DATABASE_READ_ONLY', 5],
    [1836, 'running in read-only mode', 'DATABASE_READ_ONLY', 5],
    [1142, 'UPDATE command denied to user', 'DATABASE_READ_ONLY', undefined],
    [1021, 'disk full', 'DATABASE_FULL', 60],
    [1114, 'the table is full', 'DATABASE_FULL', 60],
    [1026, 'error writing file (errno: 28 "No space left on device")', 'DATABASE_FULL', 60],
    [1030, 'Got error 28 "No space left on device" from storage engine', 'DATABASE_FULL', 60],
    [1153, 'got a packet bigger than max_allowed_packet', 'DATABASE_LIMIT', undefined],
    [1180, "Got error 90 'Message too long' during COMMIT", 'DATABASE_LIMIT', undefined],
    [1712, 'index is corrupted', 'DATABASE_CORRUPT', undefined],
    [1932, "table doesn't exist in engine", 'DATABASE_CORRUPT', undefined],
    [1213, 'deadlock found', 'DATABASE_BUSY', 1],
    [1020, 'record has changed since last read', 'DATABASE_BUSY', 1],
  ])('with error %i (%s) is answered %s', async (number, message, code, retryAfter) => {
    const { errors } = await failing(number, message, () => graphql(gateway, CREATE));
    expect(errors?.[0].extensions).toEqual({ code, ...(retryAfter ? { retryAfter } : {}) });
    await createImage(gateway);
  });

  test.each([
    ['away', 1047, 503, '5'],
    ['too slow', 1205, 503, '5'],
    ['read only', 1290, 503, '5'],
    ['full', 1114, 503, '60'],
    ['damaged', 1712, 503, null],
    ['limited', 1153, 413, null],
  ])('has its status and Retry-After on every face: %s', async (_, number, status, retryAfter) => {
    const id = await createImage(gateway, { diskFormat: 'raw', containerFormat: 'bare' });
    await failing(number, 'it fails', async () => {
      const change = await fetch(`${gateway.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query: 'mutation { createImage(input: {}) { id } }' }),
      });
      expect(change.headers.get('retry-after')).toBe(retryAfter);
      const data = await putData(gateway, id, 'data');
      expect([data.status, data.headers.get('retry-after')]).toEqual([status, retryAfter]);
      const legacy = await v1(gateway, 'POST', '/v1/images', meta({ name: 'a' }));
      expect([legacy.status, legacy.headers['Retry-After'] ?? null]).toEqual([status, retryAfter]);
      const record = await registry.ask('POST', '/images', { image: { name: 'a', status: 'queued' } });
      expect([record.status, record.headers['Retry-After'] ?? null]).toEqual([status, retryAfter]);
    });
  });

  test('of a statement over QUERY_TIMEOUT is 503 on every face that reads', async () => {
    await admin.query('LOCK TABLES images WRITE');
    try {
      const [list, legacy] = await Promise.all([
        graphql(gateway, LIST),
        v1(gateway, 'GET', '/v1/images/detail'),
      ]);
      expect(list.errors?.[0].extensions.code).toBe('QUERY_TIMEOUT');
      expect(legacy.status).toBe(503);
    } finally {
      await admin.query('UNLOCK TABLES');
    }
    expect((await graphql(gateway, LIST)).errors).toBeUndefined();
  });

  test('of a search, a count or suggestions over QUERY_TIMEOUT says how to ask for less', async () => {
    await admin.query('LOCK TABLES images WRITE');
    try {
      const answers = await Promise.all([
        graphql(gateway, gql('{ images(search: "a") { edges { node { id } } } }')),
        graphql(gateway, gql('{ images(search: "a", first: 0) { totalCount } }')),
        graphql(gateway, gql('{ imageCounts(by: [STATUS]) { count } }')),
        graphql(gateway, gql('{ imageTags { value } }')),
      ]);
      for (const { errors } of answers)
        expect(errors?.[0]).toMatchObject({
          message: expect.stringContaining('owner'),
          extensions: { code: 'SEARCH_TOO_SLOW' },
        });
    } finally {
      await admin.query('UNLOCK TABLES');
    }
  });

  test('of a change that waits for a lock over QUERY_TIMEOUT comes once, not after many tries', async () => {
    const id = await createImage(gateway);
    await admin.query('BEGIN');
    await admin.query('SELECT * FROM images WHERE id = ? FOR UPDATE', [id]);
    const begun = performance.now();
    const update = gql('mutation ($id: ID!) { updateImage(id: $id, input: { name: "a" }) { id } }');
    const { errors } = await graphql(gateway, update, { id });
    expect(errors?.[0].extensions.code).toBe('QUERY_TIMEOUT');
    expect(performance.now() - begun).toBeLessThan(4000);
    await admin.query('ROLLBACK');
    expect((await graphql(gateway, update, { id })).errors).toBeUndefined();
  });

  test('that refuses further connections is 503, and passes', async () => {
    const url = await account('few', 'WITH MAX_USER_CONNECTIONS 2');
    const limited = await start({ DATABASE_URL: url });
    const ask = () => v1(limited, 'GET', '/v1/images');
    // The lock keeps the first requests waiting on their connections, so that the others need further ones.
    await admin.query('LOCK TABLES images WRITE');
    const asked = Promise.all(Array.from({ length: 8 }, ask));
    const refused = await Promise.race([asked.then(() => undefined), eventually(() => refusal(limited))]);
    await admin.query('UNLOCK TABLES');
    expect(refused).toBe(true);
    expect(new Set((await asked).map(({ status }) => status))).toEqual(new Set([200, 503]));
    expect((await ask()).status).toBe(200);
  });

  test('that no longer takes the password is 503, and passes', async () => {
    const url = await account('other', "IDENTIFIED BY 'pw'");
    const changed = await start({ DATABASE_URL: url.replace('@', ':pw@') });
    const ask = async () => statusAndCode(await fetch(`${changed.url}/data/${crypto.randomUUID()}`));
    expect(await ask()).toEqual([404, 'IMAGE_NOT_FOUND']);
    const { username } = new URL(url);
    await onServer(`ALTER USER ${username}@'127.0.0.1' IDENTIFIED BY 'two'`);
    for (const { Id, User } of await onServer('SHOW PROCESSLIST'))
      if (User === username) await onServer(`KILL ${Id}`);
    expect(await ask()).toEqual([503, 'DATABASE_UNAVAILABLE']);
    await onServer(`ALTER USER ${username}@'127.0.0.1' IDENTIFIED BY 'pw'`);
    expect(await ask()).toEqual([404, 'IMAGE_NOT_FOUND']);
  });

  const refusal = ({ log }: TestGateway) => log.some(({ msg }) => msg === 'the database failed');

  /** Makes an account with all rights on the database. Returns a URL with its name. */
  async function account(name: string, terms: string): Promise<string> {
    const url = new URL(place.options.DATABASE_URL);
    url.username = `${name}${process.pid}`;
    url.password = '';
    const user = `${url.username}@'127.0.0.1'`;
    await onServer(`DROP USER IF EXISTS ${user}`);
    await onServer(`CREATE USER ${user} ${terms}`);
    await onServer(`GRANT ALL ON ${url.pathname.slice(1)}.* TO ${user}`);
    return url.href;
  }
});
