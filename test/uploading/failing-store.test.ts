import { randomBytes } from 'node:crypto';
import { stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { inPieces } from '../support/body.js';
import { createActiveImage, createImage, graphql, putData, run, statusAndCode } from '../support/client.js';
import {
  breaksAt,
  cutAt,
  failsAfter,
  fails,
  faulty,
  held,
  overlong,
  SECRET,
  spoilt,
} from '../support/faulty-store.js';
import { onEachDatabase, onSqlite, type TestGateway } from '../support/gateway.js';
import { gql } from '../support/gql.js';
import { stateOf, storedFiles } from '../support/image-state.js';
import { graphqlWithFile, UPLOAD } from '../support/multipart.js';
import { eventually } from '../support/poll.js';
import { sql } from '../support/sql.js';
import { beginUpload, offsetOf, sendPart } from '../support/tus.js';
import { meta, v1, v1Image } from '../support/v1-client.js';
import { web, type Web } from '../support/web.js';

const FORMATS = { diskFormat: 'raw', containerFormat: 'bare' };
const DELETE = gql('mutation ($id: ID!) { deleteImage(id: $id) { status } }');
const DATA = randomBytes(1_200_000);
const REASONS = {
  STORE_UNAVAILABLE: 'The image store cannot be used just now.',
  STORE_FULL: 'The image store is full.',
  STORE_READ_ONLY: 'The image store does not let the gateway write.',
};
const FULL = 'Image storage media is full: There is not enough disk space on the image storage media.';
const READ_ONLY =
  'Insufficient permissions on image storage media: Permission to write image storage media denied.';
const FAILED = 'Failed to upload image ';

onEachDatabase('an upload into a store', (start, place) => {
  const store = faulty();
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await start({ UPLOAD_LEASE: '1', SWEEP_INTERVAL: '1' }, store.around);
  });
  beforeEach(() => store.heal());

  const leases = () => sql(place, 'SELECT * FROM gateway_uploads');
  const v1Upload = () =>
    v1(
      gateway,
      'POST',
      '/v1/images',
      {
        'content-type': 'application/octet-stream',
        'transfer-encoding': 'chunked',
        ...meta({ name: 'by v1', disk_format: 'raw', container_format: 'bare' }),
      },
      DATA,
    );

  /** Sends data by every road, and gives the ids and what the senders were told. */
  async function sentByAll() {
    const [byRoad, byGraphql] = [await createImage(gateway, FORMATS), await createImage(gateway, FORMATS)];
    const road = await putData(gateway, byRoad, inPieces(DATA.subarray(0, 999_999), DATA.subarray(999_999)));
    const roadAnswer = (await road.json()) as { code?: string };
    const file = await graphqlWithFile(gateway, UPLOAD, { id: byGraphql }, new Blob([DATA]));
    const old = await v1Upload();
    const { images } = await run(gateway, gql('{ images(first: 1) { edges { node { id name } } } }'));
    const newest = images.edges[0].node;
    expect(newest.name).toBe('by v1');
    const told = JSON.stringify([roadAnswer, file, old.text, [...road.headers], old.headers]);
    expect(told).not.toContain(SECRET);
    expect(told).not.toContain('store.example.org');
    return {
      ids: [byRoad, byGraphql, newest.id],
      codes: [roadAnswer.code, file.errors?.[0].extensions.code],
      statuses: [road.status, old.status],
      text: old.text,
    };
  }

  test.each([
    ['is away before the first byte', () => store.meets('write', fails('unavailable')), 'STORE_UNAVAILABLE'],
    [
      'goes away in mid-stream',
      () => store.handles('write', breaksAt(700_000, 'unavailable')),
      'STORE_UNAVAILABLE',
    ],
    ['fills up at the last byte', () => store.handles('write', breaksAt(1_199_999, 'full')), 'STORE_FULL'],
    ['is read-only', () => store.meets('write', fails('readOnly')), 'STORE_READ_ONLY'],
    ['fills up when all has arrived', () => store.meets('publish', fails('full')), 'STORE_FULL'],
    [
      'keeps the data, but its answer is lost',
      () => store.meets('publish', failsAfter('unavailable')),
      'STORE_UNAVAILABLE',
    ],
  ] as const)(
    'that %s is killed on every face with the reason, and leaves nothing behind (C9.9)',
    async (_, arrange, code) => {
      arrange();
      const { ids, codes, statuses, text } = await sentByAll();
      expect(codes).toEqual([code, code]);
      const [byRoad, byV1, words] = {
        STORE_UNAVAILABLE: [503, 500, FAILED + ids[2]],
        STORE_FULL: [413, 413, FULL],
        STORE_READ_ONLY: [503, 503, READ_ONLY],
      }[code] as [number, number, string];
      expect(statuses).toEqual([byRoad, byV1]);
      expect(text).toContain(words);
      for (const id of ids)
        expect(await stateOf(gateway, id)).toMatchObject({ status: 'killed', statusReason: REASONS[code] });
      await eventually(leases, (rows) => rows.length === 0);
      expect(
        (await storedFiles(gateway.folder)).filter((name) => ids.includes(name) || name[0] === '.'),
      ).toEqual([]);
    },
  );

  test('that cannot discard the data is killed at once, and its bytes are removed when the store is back', async () => {
    store.handles('write', breaksAt(700_000, 'unavailable'));
    store.meets('discard', fails('unavailable'));
    const id = await createImage(gateway, FORMATS);
    expect((await putData(gateway, id, DATA)).status).toBe(503);
    expect((await stateOf(gateway, id)).status).toBe('killed');
    const left = async () => (await storedFiles(gateway.folder)).filter((name) => name.startsWith('.'));
    expect(await left()).toHaveLength(1);
    expect(await leases()).toHaveLength(1);
    store.heal();
    await eventually(leases, (rows) => rows.length === 0);
    expect(await left()).toEqual([]);
  });

  test('that cannot release the upload becomes active, and is released later', async () => {
    store.meets('release', fails('unavailable'));
    const id = await createActiveImage(gateway, DATA);
    expect(Buffer.from(await (await fetch(`${gateway.url}/data/${id}`)).arrayBuffer()).equals(DATA)).toBe(
      true,
    );
    expect(await leases()).toEqual([]);
    store.heal();
    const [left] = (await storedFiles(gateway.folder)).filter((name) => name.startsWith('.upload-'));
    await utimes(join(gateway.folder, 'images', left), 0, 0);
    await eventually(
      () => storedFiles(gateway.folder),
      (files) => !files.includes(left),
    );
  });

  test('that is slower than the sender may be silent and than the lease succeeds', async () => {
    const slow = held();
    const patient = await start(
      { UPLOAD_LEASE: '1', SWEEP_INTERVAL: '1', UPLOAD_IDLE_TIMEOUT: '1' },
      store.around,
    );
    store.handles('write', slow.inData);
    const id = await createImage(patient, FORMATS);
    const answer = putData(patient, id, DATA);
    await slow.reached;
    const enough = Date.now() + 2500;
    await eventually(() => Date.now() > enough);
    slow.letGo();
    expect((await answer).status).toBe(200);
  });

  test.each([
    ['writes', () => store.handles('write', waiting.inData)],
    ['is about to publish', () => store.meets('publish', waiting.before)],
    ['has published', () => store.meets('publish', waiting.after)],
  ] as const)('whose image is deleted while it %s leaves no bytes', async (_, arrange) => {
    waiting = held();
    arrange();
    const id = await createImage(gateway, FORMATS);
    const answer = putData(gateway, id, DATA);
    await waiting.reached;
    await run(gateway, DELETE, { id });
    waiting.letGo();
    expect(await statusAndCode(await answer)).toEqual([412, 'IMAGE_GONE']);
    await eventually(leases, (rows) => rows.length === 0);
    expect((await storedFiles(gateway.folder)).filter((name) => name === id || name[0] === '.')).toEqual([]);
    const [row] = await sql(place, `SELECT status, deleted FROM images WHERE id = '${id}'`);
    expect(row).toMatchObject({ status: 'deleted' });
  });
  let waiting = held();

  test('that another gateway took over neither fills nor kills the image', async () => {
    const stalled = held();
    store.meets('publish', stalled.after);
    const id = await createImage(gateway, FORMATS);
    const answer = putData(gateway, id, DATA);
    await stalled.reached;
    await sql(place, `UPDATE gateway_uploads SET node = 'another' WHERE image_id = '${id}'`);
    stalled.letGo();
    expect((await answer).status).toBe(412);
    expect((await stateOf(gateway, id)).status).toBe('saving');
    expect(await storedFiles(gateway.folder)).not.toContain(id);
    const left = () => sql(place, `SELECT node FROM gateway_uploads WHERE image_id = '${id}'`);
    expect(await left()).toEqual([{ node: 'another' }]);
    await sql(place, `UPDATE gateway_uploads SET deadline = '2020-01-01' WHERE image_id = '${id}'`);
    await eventually(async () => (await stateOf(gateway, id)).status === 'killed');
    await eventually(left, (rows) => rows.length === 0);
  });

  test('by two faces at once has one winner, and the image has its data (C9.9)', async () => {
    const slow = held();
    store.meets('publish', slow.before, 1);
    const { id } = await v1Image(gateway, { disk_format: 'raw', container_format: 'bare' });
    const first = putData(gateway, id, 'of the first');
    await slow.reached;
    const byGraphql = await graphqlWithFile(gateway, UPLOAD, { id }, new Blob(['of the second']));
    expect(byGraphql.errors![0].extensions.code).toBe('IMAGE_NOT_QUEUED');
    const headers = { 'content-type': 'application/octet-stream' };
    const byV1 = await v1(gateway, 'PUT', `/v1/images/${id}`, headers, 'of the third');
    expect([byV1.status, byV1.text]).toEqual([
      409,
      expect.stringContaining('Cannot upload to an unqueued image'),
    ]);
    expect((await putData(gateway, id, 'of the fourth')).status).toBe(409);
    slow.letGo();
    expect((await first).status).toBe(200);
    expect(await (await fetch(`${gateway.url}/data/${id}`)).text()).toBe('of the first');
  });

  test('whose data cannot be removed when the image is deleted loses it later', async () => {
    const id = await createActiveImage(gateway, DATA);
    store.meets('remove', fails('unavailable'));
    expect((await run(gateway, DELETE, { id })).deleteImage.status).toBe('deleted');
    expect(await storedFiles(gateway.folder)).toContain(id);
    store.heal();
    await sql(place, "UPDATE gateway_removals SET due_at = '2020-01-01 00:00:00'");
    await eventually(
      () => storedFiles(gateway.folder),
      (files) => !files.includes(id),
    );
    await eventually(
      () => sql(place, 'SELECT * FROM gateway_removals'),
      (rows) => rows.length === 0,
    );
  });
});

onSqlite('the data that a store receives (C8.9, C16)', (start) => {
  const store = faulty();
  let gateway: TestGateway;
  const CAP = 100_000;
  const body = Buffer.alloc(3_000_000, 'x');
  /** A piece as it comes from a connection or from the spool. */
  const PIECE = 1024 * 1024;
  beforeEach(() => store.heal());
  const asked = { 'content-type': 'application/octet-stream', 'transfer-encoding': 'chunked' };
  const formats = meta({ disk_format: 'raw', container_format: 'bare' });

  let source: Web;
  beforeAll(async () => {
    // Of a size that it does not tell.
    source = await web({
      '/data': (request, response) => void response.end(request.method === 'GET' ? body : ''),
    });
  });
  afterAll(() => source.close());
  const copying = { HTTP_SOURCE_HOSTS: '127.0.0.1', HTTP_SOURCE_PRIVATE: '127.0.0.1', POLICY: 'open' };

  describe.each([
    ['the cap', { ...copying, IMAGE_SIZE_CAP: String(CAP) }],
    ['the quota', { ...copying, USER_STORAGE_QUOTA: `${CAP}B`, AUTH: 'trusted' }],
  ])('is never over %s by more than a piece', (_, options) => {
    beforeAll(async () => {
      gateway = await start(options, store.around);
    });
    const who = {
      'x-identity-status': 'Confirmed',
      'x-user-id': 'u',
      'x-tenant-id': 't',
      'x-roles': 'member',
    };

    test.each([
      [
        'PUT /data',
        async () =>
          (await putData(gateway, await createImage(gateway, FORMATS, who), inPieces(body), who)).status,
      ],
      [
        'version 1',
        async () => (await v1(gateway, 'POST', '/v1/images', { ...asked, ...who, ...formats }, body)).status,
      ],
      [
        'GraphQL',
        async () => {
          const id = await createImage(gateway, FORMATS, who);
          const { errors } = await graphqlWithFile(gateway, UPLOAD, { id }, new Blob([body]), {
            headers: who,
          });
          expect(['IMAGE_TOO_LARGE', 'STORAGE_QUOTA_EXCEEDED']).toContain(errors![0].extensions.code);
          return 413;
        },
      ],
      [
        'a copy from the web',
        async () => {
          const from = { 'x-glance-api-copy-from': `${source.url}/data` };
          const { id } = await v1Image(gateway, {}, undefined, { ...who, ...formats, ...from });
          const query = gql('query ($id: ID!) { image(id: $id) { status statusReason } }');
          const killed = await eventually(
            async () => (await run(gateway, query, { id }, who)).image!,
            ({ status }) => status === 'killed',
          );
          expect(killed.statusReason).toMatch(/^(An image may have at most|The data does not fit)/);
          return 413;
        },
      ],
    ])('by %s', async (_road, send) => {
      expect(await send()).toBe(413);
      expect(store.taken()).toBeLessThanOrEqual(CAP + PIECE);
      expect(await storedFiles(gateway.folder)).toEqual([]);
    });

    test('in parts of unknown total size', async () => {
      const id = await createImage(gateway, FORMATS, who);
      const begun = await beginUpload(gateway, id, { 'upload-defer-length': '1', ...who });
      const url = begun.headers.get('location')!;
      expect((await sendPart(url, 0, inPieces(body), who)).status).toBe(413);
      const part = join(gateway.folder, 'uploads', `${url.split('/').at(-1)}.part`);
      const { size } = await stat(part);
      expect(size).toBeGreaterThan(0);
      expect(size).toBeLessThanOrEqual(CAP + PIECE);
      expect(await offsetOf(url, who)).toBe(String(size));
      expect((await sendPart(url, size, inPieces(body), who)).status).toBe(413);
      expect((await stat(part)).size).toBeLessThanOrEqual(CAP + PIECE);
      expect(store.taken()).toBe(0);
    });
  });
});

onSqlite('a download', (start, place) => {
  const store = faulty();
  let gateway: TestGateway;
  let id: string;
  beforeAll(async () => {
    gateway = await start({}, store.around);
  });
  beforeEach(async () => {
    store.heal();
    id = await createActiveImage(gateway, DATA);
  });

  /** All ways to the data of an image. */
  async function roads(): Promise<[string, Record<string, string>][]> {
    const { image } = await run(gateway, gql('query ($id: ID!) { image(id: $id) { downloadUrl } }'), { id });
    return [
      [`${gateway.url}/data/${id}`, {}],
      [image!.downloadUrl!, {}],
      [`${gateway.url}/data/${id}`, { range: `bytes=0-` }],
      [`${gateway.url}/v1/images/${id}`, {}],
    ];
  }

  /** All that a client gets, unless it is told that this is not all. */
  const received = (url: string, headers: Record<string, string>) =>
    fetch(url, { headers }).then(async (answer) => {
      expect(Math.floor(answer.status / 100)).toBe(2);
      return answer.arrayBuffer().then(
        (bytes) => Buffer.from(bytes).equals(DATA),
        () => 'broken off',
      );
    });

  test('is whole on every face', async () => {
    for (const [url, headers] of await roads()) expect(await received(url, headers)).toBe(true);
  });

  test.each([
    ['delivers short', () => store.handles('read', cutAt(1_100_000))],
    ['fails in mid-stream', () => store.handles('read', breaksAt(1_100_000, 'unavailable'))],
    ['delivers other data', () => store.handles('read', spoilt)],
    [
      'delivers more than it has',
      () =>
        store.handles(
          'read',
          overlong((piece) => piece),
        ),
    ],
    [
      'delivers other data and more',
      () =>
        store.handles(
          'read',
          overlong((piece) => Buffer.alloc(piece.length)),
        ),
    ],
  ] as const)('from a store that %s breaks off on every face', async (_, arrange) => {
    arrange();
    for (const [url, headers] of await roads()) expect(await received(url, headers)).toBe('broken off');
    store.heal();
    expect(await received(`${gateway.url}/data/${id}`, {})).toBe(true);
  });

  test('of data that another program changed breaks off, also after it was returned correctly before', async () => {
    const [[url]] = await roads();
    expect((await fetch(url)).status).toBe(200);
    await writeFile(join(gateway.folder, 'images', id), Buffer.alloc(DATA.length));
    for (const [each, headers] of await roads()) expect(await received(each, headers)).toBe('broken off');
  });

  test('is refused while the store is away, has lost the data, or has another size of it (C10.5)', async () => {
    const codes = async (way: string) => {
      const answer = await fetch(`${gateway.url}/data/${id}`);
      const old = await v1(gateway, 'GET', `/v1/images/${id}`);
      const told = await answer.text();
      expect(told + old.text, way).not.toContain(SECRET);
      return [answer.status, JSON.parse(told).code, old.status];
    };
    store.meets('open', fails('unavailable'));
    expect(await codes('away')).toEqual([503, 'STORE_UNAVAILABLE', 503]);
    store.meets('open', fails('missing'));
    expect(await codes('lost')).toEqual([404, 'DATA_MISSING', 404]);
    store.heal();
    store.missizes((size) => size - 1);
    const damaged = await fetch(`${gateway.url}/data/${id}`);
    expect(await statusAndCode(damaged)).toEqual([500, 'DATA_DAMAGED']);
    const { errors } = await graphql(gateway, gql('{ images { totalCount } }'));
    expect(errors).toBeUndefined();
    const [row] = await sql(place, `SELECT status FROM images WHERE id = '${id}'`);
    expect(row.status).toBe('active');
  });
});
