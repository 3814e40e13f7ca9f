import { createConnection, type Connection, type RowDataPacket } from 'mysql2/promise';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { as, createImage, errorOf, graphql, run, sendText, type GraphqlError } from '../support/client.js';
import { onEachDatabase, onMysql, type TestGateway } from '../support/gateway.js';
import { gql } from '../support/gql.js';
import { eventually } from '../support/poll.js';
import { statementsDuring } from '../support/statements.js';

const IMAGE = gql('query ($id: ID!) { image(id: $id) { id } }');
const TAGS = gql('{ images { edges { node { tags } } } }');
/** Reads the table of properties, which the tests lock. */
const SCAN = gql(
  '{ images(filter: { properties: [{ name: "p", value: { contains: "x" } }] }) { edges { cursor } } }',
);

onMysql('requests that make the database work long, on MySQL', (start, place) => {
  let gateway: TestGateway;
  let admin: Connection;
  let id: string;
  beforeAll(async () => {
    gateway = await start({ AUTH: 'trusted' });
    admin = await createConnection(place.options.DATABASE_URL);
    id = await createImage(gateway, { visibility: 'PUBLIC', tags: ['t'] }, as('owner', 'admin'));
  });
  beforeEach(() => eventually(async () => (await running('')).length === 0));
  afterAll(() => admin.end());

  /** Returns the statements of the gateway that run and have this part. */
  const running = async (part: string) => {
    const [threads] = await admin.query<RowDataPacket[]>('SHOW FULL PROCESSLIST');
    return threads
      .filter(({ db, Info: text }) => db === new URL(place.options.DATABASE_URL).pathname.slice(1) && text)
      .map(({ Info: text }) => String(text))
      .filter((text) => text.includes(part) && !text.startsWith('SHOW'));
  };
  const scans = () => running('image_properties p');

  const whileLocked = async (table: string, work: () => Promise<void>) => {
    await admin.query(`LOCK TABLES ${table} WRITE`);
    try {
      await work();
    } finally {
      await admin.query('UNLOCK TABLES');
    }
  };

  test('run one at a time for a tenant, and three for all, while others read and change single images', async () => {
    const tenants = ['a', 'a', 'a', 'b', 'c', 'd', 'd'];
    let answers: Promise<{ errors?: unknown }[]> | undefined;
    await whileLocked('image_properties', async () => {
      answers = Promise.all(['a', 'a', 'a'].map((each) => graphql(gateway, SCAN, {}, as(each))));
      await eventually(async () => (await scans()).length === 1);
      answers = Promise.all([answers, ...tenants.map((each) => graphql(gateway, SCAN, {}, as(each)))]).then(
        ([first, ...others]) => [...first, ...others],
      );
      await eventually(async () => (await scans()).length === 3);
      expect((await run(gateway, IMAGE, { id }, as('e'))).image).toEqual({ id });
      expect((await scans()).length).toBe(3);
    });
    for (const { errors } of await answers!) expect(errors).toBeUndefined();
  });

  test('leave connections to reads of single images, and to changes, also when they are pages of many tenants', async () => {
    let answers: Promise<{ errors?: unknown }[]> | undefined;
    let created: Promise<string> | undefined;
    await whileLocked('image_tags', async () => {
      answers = Promise.all(
        Array.from({ length: 30 }, (_, n) => graphql(gateway, TAGS, {}, as(`tenant-${n}`))),
      );
      await eventually(async () => (await running('image_tags')).length === 6);
      expect((await run(gateway, IMAGE, { id }, as('e'))).image).toEqual({ id });
      // The server makes the change wait too, for a foreign key; the gateway has found a connection for it.
      created = createImage(gateway, {}, as('e'));
      await eventually(async () => (await running('INSERT INTO `images`')).length === 1);
    });
    await created;
    for (const { errors } of await answers!) expect(errors).toBeUndefined();
  });

  test('are refused once 100 of one tenant wait, with the time after which to try again', async () => {
    await whileLocked('image_properties', async () => {
      const left = new AbortController();
      const answered: Response[] = [];
      const ask = () =>
        send(gateway, left.signal).then(
          (answer) => void answered.push(answer),
          () => undefined,
        );
      const asked = Array.from({ length: 101 }, ask);
      await eventually(() => asked.push(ask()) && answered.length > 0);
      const [refused] = answered;
      expect(refused.headers.get('retry-after')).toBe('5');
      const { errors } = (await refused.json()) as { errors: { message: string; extensions: object }[] };
      expect(errors[0].extensions).toEqual({ code: 'TOO_MANY_SCANS', retryAfter: 5 });
      expect(errors[0].message).toContain('add a condition');
      left.abort();
      await Promise.all(asked);
      await eventually(async () => (await scans()).length === 0);
    });
  });

  test('end on the server when their client leaves, and those that wait never begin', async () => {
    await whileLocked('image_properties', async () => {
      const left = new AbortController();
      const both = [send(gateway, left.signal), send(gateway, left.signal)];
      await eventually(async () => (await scans()).length === 1);
      left.abort();
      expect((await Promise.allSettled(both)).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
      await eventually(async () => (await scans()).length === 0);
    });
    expect((await graphql(gateway, SCAN, {}, as('a'))).errors).toBeUndefined();
    expect(gateway.log.filter(({ msg }) => msg === 'internal error')).toEqual([]);
  });

  test('have a limit on the server, for a gateway that is killed', async () => {
    let answer: Promise<unknown> | undefined;
    await whileLocked('image_properties', async () => {
      answer = graphql(gateway, SCAN, {}, as('a'));
      const [text] = await eventually(scans, (found) => found.length === 1);
      expect(text).toMatch(/max_statement_time = 10 |MAX_EXECUTION_TIME\(10000\)/);
    });
    await answer;
  });

  test('are refused once 1000 reads wait for a connection', async () => {
    const small = await start({ AUTH: 'trusted', DATABASE_POOL_SIZE: '1', QUERY_ALIAS_LIMIT: '100' });
    const many = `query ($i: ID!) { ${Array.from({ length: 72 }, (_, n) => `i${n}: image(id: $i) { id }`).join(' ')} }`;
    const refused: GraphqlError[] = [];
    const asked: Promise<unknown>[] = [];
    const ask = () =>
      graphql(small, IMAGE, { id }, as('a')).then(({ errors = [] }) => refused.push(...errors));
    await whileLocked('images', async () => {
      asked.push(...Array.from({ length: 14 }, () => sendText(small, many, { i: id }, as('a'))));
      await eventually(() => asked.push(ask()) && refused.length > 0);
    });
    await Promise.all(asked);
    expect(refused[0].extensions).toEqual({ code: 'DATABASE_CROWDED', retryAfter: 5 });
    expect((await run(small, IMAGE, { id }, as('a'))).image).toEqual({ id });
  });
});

/** Sends a scan of tenant `a` that can be broken off. */
function send(gateway: TestGateway, signal: AbortSignal): Promise<Response> {
  const body = JSON.stringify({
    query:
      '{ images(filter: { properties: [{ name: "p", value: { contains: "x" } }] }) { edges { cursor } } }',
  });
  const headers = { 'content-type': 'application/json', ...as('a') };
  return fetch(`${gateway.url}/graphql`, { method: 'POST', headers, body, signal });
}

onMysql('totalCount alone, on MySQL', (start) => {
  test('does not read the page', async () => {
    const gateway = await start();
    const count = gql(
      '{ images(search: "a") { ...counted } } fragment counted on ImageConnection { totalCount }',
    );
    const statements = await statementsDuring(() => run(gateway, count));
    expect(statements.filter((each) => each.includes('FROM images'))).toEqual([
      expect.stringContaining('COUNT(*)'),
    ]);
  });
});

onEachDatabase('a list of which only totalCount is selected', (start) => {
  test('is counted, and refused for the same arguments as a page', async () => {
    const gateway = await start();
    await createImage(gateway, { name: 'a' });
    expect(await run(gateway, gql('{ images(first: 0) { totalCount } }'))).toEqual({
      images: { totalCount: 1 },
    });
    const wrong = [
      gql('{ images(first: 1, last: 1) { totalCount } }'),
      gql('{ images(after: "x") { totalCount } }'),
      gql('{ images(filter: { properties: [{ name: "a" }] }) { totalCount } }'),
    ];
    const codes = await Promise.all(wrong.map(async (each) => (await errorOf(gateway, each)).code));
    expect(codes).toEqual(['BAD_USER_INPUT', 'INVALID_CURSOR', 'BAD_USER_INPUT']);
  });
});
