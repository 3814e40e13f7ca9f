import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { inPieces } from '../support/body.js';
import { createActiveImage, createImage, putData, run, statusAndCode } from '../support/client.js';
import { called } from '../support/command.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { gql } from '../support/gql.js';
import { stateOf } from '../support/image-state.js';
import {
  answers,
  breaksOff,
  hangs,
  interpose,
  type Conduct,
  type Interposed,
} from '../support/interposed.js';
import { hasNginx, startNginx } from '../support/nginx-server.js';
import { eventually } from '../support/poll.js';
import { endAll, spawnGateway } from '../support/process.js';
import { rawRequest, type RawRequest } from '../support/raw-request.js';
import { sql } from '../support/sql.js';
import {
  hasSwift,
  heldBy,
  PATIENCE,
  resolveBuckets,
  S3_DOMAIN,
  startSwift,
  storesAt,
  SWIFT_KEY,
  type SwiftServer,
} from '../support/swift-server.js';

const MIB = 1024 * 1024;
const FORMATS = { diskFormat: 'raw', containerFormat: 'bare' };
const IMPORT = gql(
  'mutation ($id: ID!, $url: String!, $store: String) { importImage(id: $id, url: $url, store: $store) { status } }',
);
const DAMAGED = answers(400, '<Error><Code>BadDigest</Code></Error>', { 'content-type': 'application/xml' });
const DELETE = gql('mutation ($id: ID!) { deleteImage(id: $id) { id } }');

describe.skipIf(!hasSwift)('images in stores behind a network', () => {
  const folder = mkdtempSync(join(tmpdir(), 'glance-graphql-test-'));
  const place: { options: Record<string, string> } = { options: { DATA_DIR: folder } };
  let server: SwiftServer;
  /** Stands before Swift, so that it can fail. */
  let between: Interposed;
  let gateway: TestGateway;

  beforeAll(async () => {
    server = await startSwift();
    between = await interpose(server.url);
    place.options = {
      ...place.options,
      ...storesAt(between.url),
      STORE_ARCHIVE_CREDENTIALS_IN_LOCATION: 'true',
      STORE_ARCHIVE_TIMEOUT: '1',
      STORE_CLOUD_TIMEOUT: '1',
      HTTP_SOURCE_HOSTS: '127.0.0.1',
      HTTP_SOURCE_PRIVATE: '127.0.0.1',
      UPLOAD_LEASE: '3',
      SWEEP_INTERVAL: '1',
    };
    gateway = await startGateway(place.options);
  }, PATIENCE);
  beforeEach(() => (between.conduct = 'pass'));
  afterAll(async () => {
    await endAll();
    await gateway?.close();
    await between?.stop();
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Lets requests pass but those that match, which meet the conduct; at most so many. */
  function meets(pattern: RegExp, conduct: Conduct, times = Infinity): void {
    let left = times;
    between.conduct = (incoming, response) => {
      if (!pattern.test(`${incoming.method} ${incoming.url}`) || left-- <= 0)
        return between.pass(incoming, response);
      if (conduct === 'pass') return undefined;
      return conduct(incoming, response);
    };
  }

  const objectsOf = async (id: string) => (await heldBy(server)).filter((name) => name.startsWith(id));

  describe.each([
    ['archive', 7 * MIB, 'swift+http://test%3Atester:testing@HOST/auth/v1.0/images/ID'],
    ['cloud', 12 * MIB, 's3://HOST/image-bucket/ID'],
  ])('in %s', (store, size, form) => {
    const headers = { 'x-image-meta-store': store };
    const send = (id: string, body: BodyInit) => putData(gateway, id, body, headers);
    const download = (id: string, own: Record<string, string> = {}) =>
      fetch(`${gateway.url}/data/${id}`, { headers: own });

    test('a large image is sent, digested, read in ranges and deleted completely', async () => {
      const data = randomBytes(size);
      const id = await createImage(gateway, FORMATS);
      const answer = await send(id, inPieces(data.subarray(0, 3_000_000), data.subarray(3_000_000)));
      const checksum = createHash('md5').update(data).digest('hex');
      expect(await answer.json()).toEqual({ id, status: 'active', size, checksum });
      const [row] = await sql(place, `SELECT value, meta_data FROM image_locations WHERE image_id = '${id}'`);
      const url = form.replace('ID', id).replace('HOST', new URL(between.url).host);
      expect(row).toEqual({ value: url, meta_data: JSON.stringify({ store }) });
      const whole = Buffer.from(await (await download(id)).arrayBuffer());
      expect(whole.equals(data)).toBe(true);
      const part = await download(id, { range: `bytes=${MIB - 2}-${MIB + 1}` });
      expect([part.status, Buffer.from(await part.arrayBuffer())]).toEqual([
        206,
        data.subarray(MIB - 2, MIB + 2),
      ]);
      expect(await objectsOf(id)).not.toEqual([]);
      await run(gateway, DELETE, { id });
      expect(await objectsOf(id)).toEqual([]);
    });

    test.skipIf(!hasNginx)('an import from a web server arrives whole', async () => {
      const web = await startNginx();
      const data = randomBytes(size);
      writeFileSync(join(web.files, 'image'), data);
      const id = await createImage(gateway, FORMATS);
      await run(gateway, IMPORT, { id, url: `${web.url}/image`, store });
      const ended = await eventually(
        () => stateOf(gateway, id),
        ({ status }) => status !== 'saving',
      );
      await web.stop();
      const checksum = createHash('md5').update(data).digest('hex');
      expect(ended).toMatchObject({ status: 'active', size, checksum });
      expect(Buffer.from(await (await download(id)).arrayBuffer()).equals(data)).toBe(true);
    });

    test('data with another digest than declared kills the image and leaves nothing behind', async () => {
      const id = await createImage(gateway, { ...FORMATS, checksum: '0'.repeat(32) });
      const answer = await send(id, randomBytes(size));
      expect(await statusAndCode(answer)).toEqual([400, 'CHECKSUM_MISMATCH']);
      expect((await stateOf(gateway, id)).status).toBe('killed');
      expect(await objectsOf(id)).toEqual([]);
    });

    test.each<[string, Conduct]>([
      ['answers 503 twice', answers(503, '')],
      ['breaks off twice', breaksOff],
      ...(store === 'cloud' ? [['says twice that it came damaged', DAMAGED] as [string, Conduct]] : []),
    ])('a piece to which the store %s is sent again', async (_, conduct) => {
      const id = await createImage(gateway, FORMATS);
      const data = randomBytes(size);
      meets(/^PUT .*(-00002|partNumber=2)/, conduct, 2);
      expect((await send(id, data)).status).toBe(200);
      expect(Buffer.from(await (await download(id)).arrayBuffer()).equals(data)).toBe(true);
    });

    test('a client may pause its download for longer than the store may be silent', async () => {
      const data = randomBytes(4 * size);
      const id = await createActiveImage(gateway, data, {}, headers);
      const request = await rawRequest(gateway.url, 'GET', `/data/${id}`, {}, { deaf: true });
      // No sign tells that nothing happens: the timeout of the store is one second.
      await wait(2500);
      expect((await request.answer()).body.equals(data)).toBe(true);
    });

    test.each(['HEAD', 'GET'])(
      'a silent store is disconnected after its client leaves: %s',
      async (method) => {
        const timeouts = { STORE_ARCHIVE_TIMEOUT: '600', STORE_CLOUD_TIMEOUT: '600' };
        const waiting = await startGateway({ ...place.options, ...timeouts });
        const id = await createActiveImage(gateway, 'data', {}, headers);
        let ask = (): void => undefined;
        const asked = new Promise<void>((resolve) => (ask = resolve));
        const letGo = new Promise((resolve) =>
          meets(new RegExp(`^${method} .*${id}`), (incoming) => {
            incoming.socket.once('close', resolve);
            ask();
          }),
        );
        const client = await rawRequest(waiting.url, 'GET', `/data/${id}`);
        await asked;
        client.leave();
        await letGo;
        await waiting.close();
      },
    );

    test('a range that is answered with the whole data breaks off the transfer only', async () => {
      const id = await createActiveImage(gateway, randomBytes(size), {}, headers);
      between.conduct = (incoming, response) => {
        delete incoming.headers.range;
        between.pass(incoming, response);
      };
      const part = download(id, { range: 'bytes=5-2000000' }).then(async (answer) => {
        const bytes = await answer.arrayBuffer();
        return answer.ok ? bytes : Promise.reject(new Error(`status ${answer.status}`));
      });
      await expect(part).rejects.toThrow();
      between.conduct = 'pass';
      expect((await download(id, { range: 'bytes=5-9' })).status).toBe(206);
    });

    test('an upload whose gateway is killed is settled by another, and leaves nothing behind', async () => {
      const dying = await spawnGateway({ ...place.options });
      const { id } = await halfSent(dying);
      dying.kill('SIGKILL');
      await dying.ended;
      await eventually(async () => (await stateOf(gateway, id)).status === 'killed');
      const left = async () => sql(place, `SELECT id FROM gateway_uploads WHERE image_id = '${id}'`);
      await eventually(left, (rows) => rows.length === 0);
      expect(await objectsOf(id)).toEqual([]);
    });

    test('an image that is deleted during its upload leaves nothing behind', async () => {
      const { id, request } = await halfSent(gateway);
      await run(gateway, DELETE, { id });
      await request.send(Buffer.alloc(size / 2));
      expect((await request.answer()).status).toBe(412);
      expect(await objectsOf(id)).toEqual([]);
    });

    test('one of two simultaneous uploads to one image wins, and its data is whole', async () => {
      const id = await createImage(gateway, FORMATS);
      const both = [randomBytes(size), randomBytes(size)];
      const answers = await Promise.all(both.map((data) => send(id, data)));
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
      const winner = both[answers.findIndex(({ status }) => status === 200)];
      expect(Buffer.from(await (await download(id)).arrayBuffer()).equals(winner)).toBe(true);
    });

    /** An upload of which half is in the store. */
    async function halfSent(to: { url: string }): Promise<{ id: string; request: RawRequest }> {
      const id = await createImage(to, FORMATS);
      between.reset();
      const request = await rawRequest(to.url, 'PUT', `/data/${id}`, { ...headers, 'content-length': size });
      await request.send(randomBytes(size / 2));
      const firstPiece = new RegExp(`^PUT .*${id}`);
      await eventually(async () => between.requests.some((asked) => firstPiece.test(asked)));
      return { id, request };
    }

    test.each([
      ['falls silent', hangs, 503, 'STORE_UNAVAILABLE'],
      ['is full', answers(507, ''), 413, 'STORE_FULL'],
      [
        'lets nobody write',
        answers(403, '<Error><Code>AccessDenied</Code></Error>', { 'content-type': 'application/xml' }),
        503,
        'STORE_READ_ONLY',
      ],
      ['answers with another digest', answers(201, '', { etag: '"0123"' }), 503, 'STORE_UNAVAILABLE'],
    ])(
      'a store that %s kills the image, and the written data is removed',
      async (_, conduct, status, code) => {
        const id = await createImage(gateway, FORMATS);
        meets(/^PUT .*(-00002|partNumber=2)/, conduct);
        const answer = await send(id, randomBytes(size));
        expect(await statusAndCode(answer)).toEqual([status, code]);
        between.conduct = 'pass';
        expect((await stateOf(gateway, id)).status).toBe('killed');
        expect(
          await eventually(
            () => objectsOf(id),
            (left) => left.length === 0,
          ),
        ).toEqual([]);
      },
    );

    test('data that an unavailable store kept of an upload is removed when it is back', async () => {
      const id = await createImage(gateway, FORMATS);
      meets(/(-00002|partNumber=2)/, (incoming) => {
        between.conduct = breaksOff;
        incoming.socket.destroy();
      });
      expect((await send(id, randomBytes(size))).status).toBe(503);
      expect((await stateOf(gateway, id)).status).toBe('killed');
      between.conduct = 'pass';
      const left = async () => sql(place, `SELECT id FROM gateway_uploads WHERE image_id = '${id}'`);
      await eventually(left, (rows) => rows.length === 0);
      expect(await objectsOf(id)).toEqual([]);
    });

    test('the data of an image that is deleted while the store is unavailable is removed when it is back', async () => {
      const id = await createActiveImage(gateway, 'data', {}, headers);
      between.conduct = breaksOff;
      await run(gateway, DELETE, { id });
      between.conduct = 'pass';
      expect(await objectsOf(id)).not.toEqual([]);
      await sql(place, `UPDATE gateway_removals SET due_at = '2000-01-01 00:00:00.000000'`);
      expect(
        await eventually(
          () => objectsOf(id),
          (names) => names.length === 0,
        ),
      ).toEqual([]);
    });

    test('lost data is missing, and shortened data is never taken for the whole', async () => {
      const lost = await createActiveImage(gateway, 'data', {}, headers);
      const container = store === 'archive' ? 'images' : 'image-bucket';
      await server.request('DELETE', `${container}/${lost}`);
      const missing = await download(lost);
      expect(await statusAndCode(missing)).toEqual([404, 'DATA_MISSING']);
      const short = await createActiveImage(gateway, 'all of it', {}, headers);
      await server.request('PUT', `${container}/${short}`, { body: 'part' });
      const damaged = await download(short);
      expect(await statusAndCode(damaged)).toEqual([500, 'DATA_DAMAGED']);
      const changed = await createActiveImage(gateway, 'all of it', {}, headers);
      await server.request('PUT', `${container}/${changed}`, { body: 'ALL OF IT' });
      await expect(download(changed).then((answer) => answer.text())).rejects.toThrow();
    });

    test('an unavailable store does not stop lists, and data is answered with 503', async () => {
      const id = await createActiveImage(gateway, 'data', {}, headers);
      between.conduct = breaksOff;
      const away = await download(id);
      expect(await statusAndCode(away)).toEqual([503, 'STORE_UNAVAILABLE']);
      expect((await stateOf(gateway, id)).status).toBe('active');
      expect((await fetch(`${gateway.url}/ready`)).status).toBe(200);
    });
  });

  test('a database without images beside stores with data brings a warning for each store', async () => {
    const DATA_DIR = mkdtempSync(join(tmpdir(), 'glance-graphql-test-'));
    const lost = await startGateway({ ...place.options, DATA_DIR });
    const warned = (log: TestGateway['log']) =>
      log.filter(({ msg }) => String(msg).startsWith('The database has no image, but the store '));
    await eventually(() => warned(lost.log).length === 2);
    const { stdout } = await called(['check'], { ...place.options, DATA_DIR });
    expect(
      stdout.match(/^warning: The database has no image, but the store (archive|cloud) /gm),
    ).toHaveLength(2);
    expect(warned(gateway.log)).toEqual([]);
    await lost.close();
    rmSync(DATA_DIR, { recursive: true });
  });

  test('`check` reports whether the stores accept the login', async () => {
    const states = async (options = {}) => {
      const { stdout } = await called(['check', '--json'], { ...place.options, ...options });
      return JSON.parse(stdout).stores.map(({ state }: { state: string }) => state);
    };
    expect(await states()).toEqual(['good', 'good']);
    meets(/^HEAD .*(images|image-bucket)/, answers(503, ''));
    expect(await states()).toEqual(['unusable', 'unusable']);
    between.conduct = 'pass';
    const wrong = { STORE_ARCHIVE_KEY: 'wrong', STORE_CLOUD_SECRET_KEY: 'wrong' };
    expect(await states(wrong)).toEqual(['unusable', 'unusable']);
  });

  test.each([
    ['auto', '127.0.0.1', '/image-bucket/'],
    ['path', S3_DOMAIN, '/image-bucket/'],
    ['virtual', S3_DOMAIN, '/'],
  ])('BUCKET_URL_FORMAT=%s: S3 at %s is asked for %s', async (format, host, path) => {
    resolveBuckets();
    const { port } = new URL(between.url);
    const formatted = await startGateway({
      ...place.options,
      STORE_CLOUD_ENDPOINT: `http://${host}:${port}`,
      STORE_CLOUD_BUCKET_URL_FORMAT: format,
    });
    between.reset();
    const id = await createActiveImage(formatted, 'data', {}, { 'x-image-meta-store': 'cloud' });
    expect(between.requests).toContain(`PUT ${path}${id}`);
    expect(await (await fetch(`${formatted.url}/data/${id}`)).text()).toBe('data');
    await formatted.close();
    vi.restoreAllMocks();
  });

  test('a login that is answered with 503 is tried again', async () => {
    meets(/^GET \/auth/, answers(503, ''), 2);
    const fresh = await startGateway({ ...place.options });
    const id = await createActiveImage(fresh, 'data', {}, { 'x-image-meta-store': 'archive' });
    expect((await stateOf(fresh, id)).status).toBe('active');
    await fresh.close();
  });

  test('no secret is in the log or in an answer', async () => {
    const text = JSON.stringify(gateway.log);
    expect(text).toContain('an upload failed');
    expect(text).not.toContain(SWIFT_KEY);
  });
});
