import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { existsSync, readdirSync, statfsSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { inPieces } from '../support/body.js';
import { as, createActiveImage, createImage, putData, run, statusAndCode } from '../support/client.js';
import { onEachDatabase, onSqlite, type TestGateway } from '../support/gateway.js';
import { failsAfter, fails, faulty } from '../support/faulty-store.js';
import { gql } from '../support/gql.js';
import { stateOf, storedFiles } from '../support/image-state.js';
import { lowPort } from '../support/low-port.js';
import { eventually } from '../support/poll.js';
import { rawRequest } from '../support/raw-request.js';
import { beginUpload, offsetOf, PART, sendPart, sendWithClient, TUS } from '../support/tus.js';

const FORMATS = { diskFormat: 'raw', containerFormat: 'bare' };

const digest = (algorithm: string, data: Buffer | string) => createHash(algorithm).update(data).digest('hex');

/** Names of the files that are kept of an unfinished upload. */
function leftOf(gateway: TestGateway, url: string): string[] {
  const id = url.split('/').at(-1)!;
  return readdirSync(join(gateway.folder, 'uploads')).filter((name) => name.startsWith(id));
}

/** Bytes that are on the disk. */
function bytesOf(gateway: TestGateway, url: string): number {
  const part = join(gateway.folder, 'uploads', `${url.split('/').at(-1)}.part`);
  return statSync(part, { throwIfNoEntry: false })?.size ?? 0;
}

onEachDatabase('a resumable upload', (start) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await start();
  });

  const queued = (input: object = {}) => createImage(gateway, { ...FORMATS, ...input });

  /** The address of a new upload of so many bytes, and its image. */
  async function begun(length: number | undefined, headers: Record<string, string> = {}) {
    const id = await queued();
    const size: Record<string, string> =
      length === undefined ? { 'upload-defer-length': '1' } : { 'upload-length': String(length) };
    const response = await beginUpload(gateway, id, { ...size, ...headers });
    expect(response.status).toBe(201);
    return { id, url: response.headers.get('location')! };
  }

  test('by tus-js-client in chunks makes the image active, with the digests of the whole', async () => {
    const id = await queued();
    const data = randomBytes(1_000_000);
    const metadata = { filename: 'disk.raw', sha512: digest('sha512', data) };
    const { url, offsets } = await sendWithClient(gateway, id, data, { chunkSize: 300_000, metadata });
    expect(offsets).toEqual([300_000, 600_000, 900_000, 1_000_000]);
    const checksum = digest('md5', data);
    expect(await stateOf(gateway, id)).toMatchObject({ status: 'active', size: 1_000_000, checksum });
    const downloaded = await (await fetch(`${gateway.url}/data/${id}`)).arrayBuffer();
    expect(Buffer.from(downloaded).equals(data)).toBe(true);
    expect(leftOf(gateway, url)).toEqual([]);
  });

  test('continues after a restart of the gateway at its offset; until then the image is queued', async () => {
    const before = await start();
    const id = await queued();
    const data = randomBytes(1_000_000);
    const { url } = await sendWithClient(before, id, data, { chunkSize: 300_000, breakAt: 600_000 });
    await before.close();
    expect(await stateOf(gateway, id)).toMatchObject({ status: 'queued', size: 0, checksum: null });
    const moved = url.replace(before.url, gateway.url);
    const { offsets } = await sendWithClient(gateway, id, data, { chunkSize: 300_000, uploadUrl: moved });
    expect(offsets).toEqual([900_000, 1_000_000]);
    expect(await stateOf(gateway, id)).toMatchObject({ status: 'active', checksum: digest('md5', data) });
  });

  test('of a stream whose length is known at its end only', async () => {
    const { id, url } = await begun(undefined);
    expect((await sendPart(url, 0, 'half')).headers.get('upload-offset')).toBe('4');
    const told = await fetch(url, { method: 'HEAD', headers: TUS });
    expect([told.headers.get('upload-defer-length'), told.headers.get('upload-length')]).toEqual(['1', null]);
    expect((await sendPart(url, 4, 'full', { 'upload-length': '8' })).status).toBe(204);
    expect(await stateOf(gateway, id)).toMatchObject({ status: 'active', size: 8 });
  });

  test('that brings its first bytes, or all, when it begins', async () => {
    const id = await queued();
    const data = Buffer.from('all at once');
    await sendWithClient(gateway, id, data, { uploadDataDuringCreation: true });
    expect(await stateOf(gateway, id)).toMatchObject({ status: 'active', size: 11 });
    const part = { ...PART, 'upload-length': '8' };
    const other = await queued();
    const response = await fetch(`${gateway.url}/data/${other}/uploads`, {
      method: 'POST',
      headers: part,
      body: 'half',
    });
    expect([response.status, response.headers.get('upload-offset')]).toEqual([201, '4']);
    expect((await sendPart(response.headers.get('location')!, 4, 'full')).status).toBe(204);
  });

  test('of nothing makes the image active with size 0', async () => {
    const id = await queued();
    await sendWithClient(gateway, id, Buffer.alloc(0));
    expect(await stateOf(gateway, id)).toMatchObject({ status: 'active', size: 0 });
    const whole = await queued();
    expect((await beginUpload(gateway, whole, { ...PART, 'upload-length': '0' })).status).toBe(201);
    expect(await stateOf(gateway, whole)).toMatchObject({ status: 'active', size: 0 });
    const late = await begun(undefined);
    expect((await sendPart(late.url, 0, '', { 'upload-length': '0' })).status).toBe(204);
    expect(await stateOf(gateway, late.id)).toMatchObject({ status: 'active', size: 0 });
  });

  test('keeps the received bytes of a part that broke off, and of one whose sender fell silent', async () => {
    const hurried = await start({ UPLOAD_IDLE_TIMEOUT: '1' });
    const { id, url } = await begun(8);
    const path = new URL(url).pathname;
    const cut = await rawRequest(gateway.url, 'PATCH', path, {
      ...PART,
      'upload-offset': 0,
      'content-length': 8,
    });
    await cut.send('abc');
    cut.leave();
    await eventually(() => bytesOf(gateway, url) === 3);
    expect(await offsetOf(url)).toBe('3');
    const silent = await rawRequest(hurried.url, 'PATCH', path, {
      ...PART,
      'upload-offset': 3,
      'content-length': 5,
    });
    await silent.send('de');
    const answer = await silent.answer();
    expect([answer.status, answer.json().code]).toEqual([408, 'UPLOAD_IDLE']);
    expect(await offsetOf(url)).toBe('5');
    expect((await stateOf(gateway, id)).status).toBe('queued');
    expect((await sendPart(url, 5, 'fgh')).status).toBe(204);
    expect(await (await fetch(`${gateway.url}/data/${id}`)).text()).toBe('abcdefgh');
  });

  test('whose part is still being received ends that part when a request asks for the offset', async () => {
    const { url } = await begun(8);
    const request = await rawRequest(gateway.url, 'PATCH', new URL(url).pathname, {
      ...PART,
      'upload-offset': 0,
      'content-length': 8,
      expect: '100-continue',
    });
    await eventually(() => request.received().toString().includes('100 Continue'));
    await request.send('abcd');
    await eventually(() => leftOf(gateway, url).length === 2);
    expect(['0', '4']).toContain(await offsetOf(url));
    const answer = await request.answer();
    expect([answer.status, answer.json().code]).toEqual([423, 'UPLOAD_LOCKED']);
    expect((await fetch(url, { method: 'DELETE', headers: TUS })).status).toBe(204);
  });

  test('with another digest than declared kills the image, and the last part says why', async () => {
    const wrong = Buffer.from(digest('md5', 'other')).toString('base64');
    const { id, url } = await begun(4, { 'upload-metadata': `md5 ${wrong}` });
    const answer = await sendPart(url, 0, 'data');
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ code: 'CHECKSUM_MISMATCH', imageId: id });
    const { status, statusReason } = await stateOf(gateway, id);
    expect([status, statusReason]).toEqual(['killed', expect.stringContaining('The declared MD5 is')]);
    expect(leftOf(gateway, url)).toEqual([]);
  });

  describe('whose store fails in the end is kept: the last byte may be sent again', () => {
    const store = faulty();
    const data = Buffer.alloc(300_000, 'data');
    let frail: TestGateway;
    beforeAll(async () => {
      frail = await start({ UPLOAD_LEASE: '1', SWEEP_INTERVAL: '1' }, store.around);
    });
    const dataIn = async (id: string) =>
      (await storedFiles(frail.folder)).filter((name) => name.startsWith('.upload-') || name === id);

    async function failed() {
      const id = await createImage(frail, FORMATS);
      const created = await beginUpload(frail, id, { 'upload-length': String(data.length) });
      const url = created.headers.get('location')!;
      return { id, url, answer: await statusAndCode(await sendPart(url, 0, data)) };
    }

    async function endsWell(id: string, url: string) {
      expect(await offsetOf(url)).toBe('299999');
      expect((await sendPart(url, 299_999, data.subarray(299_999))).status).toBe(204);
      expect((await stateOf(frail, id)).checksum).toBe(digest('md5', data));
      expect(leftOf(frail, url)).toEqual([]);
    }

    test.each([
      ['cannot be used', fails('unavailable'), 503, 'STORE_UNAVAILABLE'],
      ['is full', fails('full'), 413, 'STORE_FULL'],
    ])('when it %s', async (_, trouble, ...refusal) => {
      store.heal();
      store.meets('publish', trouble);
      const { id, url, answer } = await failed();
      expect(answer).toEqual(refusal);
      expect([(await stateOf(frail, id)).status, await dataIn(id)]).toEqual(['queued', []]);
      store.heal();
      await endsWell(id, url);
    });

    test('also when it is away for long: until what is in it can be removed the upload is locked', async () => {
      store.heal();
      store.meets('publish', failsAfter('unavailable'));
      store.meets('discard', fails('unavailable'));
      const { id, url } = await failed();
      expect([(await stateOf(frail, id)).status, await offsetOf(url)]).toEqual(['saving', 423]);
      store.heal();
      await eventually(async () => (await stateOf(frail, id)).status === 'queued');
      expect(await dataIn(id)).toEqual([]);
      await endsWell(id, url);
    });
  });

  test('that two senders begin has one winner; the other is refused, and its bytes are removed', async () => {
    const one = await begun(300_000);
    const second = await beginUpload(gateway, one.id, { 'upload-length': '300000' });
    const urls = [one.url, second.headers.get('location')!];
    const answers = await Promise.all(urls.map((url, n) => sendPart(url, 0, String(n).repeat(300_000))));
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 409]);
    const winner = String(answers.findIndex(({ status }) => status === 204));
    expect(await (await fetch(`${gateway.url}/data/${one.id}`)).text()).toBe(winner.repeat(300_000));
    expect(urls.flatMap((url) => leftOf(gateway, url))).toEqual([]);
  });

  test('whose image got its data elsewhere is refused at its next part, and removed', async () => {
    const { id, url } = await begun(8);
    await sendPart(url, 0, 'half');
    expect((await putData(gateway, id, 'quicker')).status).toBe(200);
    expect(await statusAndCode(await sendPart(url, 4, 'full'))).toEqual([409, 'IMAGE_NOT_QUEUED']);
    expect([await offsetOf(url), leftOf(gateway, url)]).toEqual([404, []]);
  });

  test('that is finished reports so to a sender that lost the answer', async () => {
    const { url } = await begun(4);
    await sendPart(url, 0, 'data');
    expect(await offsetOf(url)).toBe('4');
    expect((await sendPart(url, 4, '')).status).toBe(204);
    expect((await fetch(url, { method: 'DELETE', headers: TUS })).status).toBe(204);
    expect(await offsetOf(url)).toBe(404);
  });

  test('can be terminated', async () => {
    const { id, url } = await begun(8);
    await sendPart(url, 0, 'half');
    expect((await fetch(url, { method: 'DELETE', headers: TUS })).status).toBe(204);
    expect([await offsetOf(url), leftOf(gateway, url)]).toEqual([404, []]);
    expect((await putData(gateway, id, 'data')).status).toBe(200);
  });

  test('is removed when it has expired, and when its image is deleted', async () => {
    const expiring = await begun(8);
    const response = await sendPart(expiring.url, 0, 'half');
    const expires = Date.parse(response.headers.get('upload-expires')!) - Date.now();
    expect(expires / 3_600_000).toBeCloseTo(24, 1);
    const hasty = await start({ RESUMABLE_UPLOAD_EXPIRY: '1', SWEEP_INTERVAL: '1' });
    await eventually(() => leftOf(gateway, expiring.url).length === 0);
    expect(await offsetOf(expiring.url)).toBe(404);
    await hasty.close();

    const [kept, orphan] = [await begun(8), await begun(8)];
    await run(gateway, gql('mutation ($id: ID!) { deleteImage(id: $id) { id } }'), { id: orphan.id });
    const next = await start();
    await eventually(() => leftOf(gateway, orphan.url).length === 0);
    await next.close();
    expect(await offsetOf(kept.url)).toBe('0');
  });

  test('without a byte is kept for ten minutes, and as long as others after its first byte', async () => {
    const [empty, other] = [await begun(8), await begun(8)];
    const response = await fetch(empty.url, { method: 'HEAD', headers: TUS });
    const expires = Date.parse(response.headers.get('upload-expires')!) - Date.now();
    expect(expires / 60_000).toBeCloseTo(10, 0);
    await sendPart(other.url, 0, 'half');
    // An empty part adds no byte.
    expect((await sendPart(empty.url, 0, '')).status).toBe(204);
    const before = new Date(Date.now() - 11 * 60_000);
    for (const { url } of [empty, other])
      for (const name of leftOf(gateway, url))
        utimesSync(join(gateway.folder, 'uploads', name), before, before);
    expect([await offsetOf(empty.url), await offsetOf(other.url)]).toEqual([404, '4']);
    const next = await start();
    await eventually(() => leftOf(gateway, empty.url).length === 0);
    await next.close();
    expect(await offsetOf(other.url)).toBe('4');
  });

  test('that a gateway died over while it began is removed, once no other can still be beginning it', async () => {
    await begun(8);
    const uploads = join(gateway.folder, 'uploads');
    const [old, recent] = [
      join(uploads, `${randomUUID()}.json.new`),
      join(uploads, `${randomUUID()}.json.new`),
    ];
    for (const path of [old, recent]) writeFileSync(path, '{"half":');
    const before = new Date(Date.now() - 2 * 3_600_000);
    utimesSync(old, before, before);
    const next = await start();
    await eventually(() => !existsSync(old));
    await next.close();
    expect(existsSync(recent)).toBe(true);
  });

  describe('answers what is not tus 1.0.0 as the protocol has it:', () => {
    let known: { id: string; url: string };
    beforeAll(async () => {
      known = await begun(8);
      await sendPart(known.url, 0, 'half');
    });

    test.each<[string, string, Record<string, string>, number, string, string?]>([
      ['no version', 'POST', { 'tus-resumable': '', 'upload-length': '8' }, 412, 'UPLOAD_PROTOCOL'],
      ['another version', 'PATCH', { ...PART, 'tus-resumable': '0.2.2' }, 412, 'UPLOAD_PROTOCOL'],
      ['no length', 'POST', {}, 400, 'BAD_USER_INPUT', 'Upload-Length'],
      [
        'a length and none',
        'POST',
        { 'upload-length': '8', 'upload-defer-length': '1' },
        400,
        'BAD_USER_INPUT',
      ],
      ['a negative length', 'POST', { 'upload-length': '-1' }, 400, 'BAD_USER_INPUT', 'Upload-Length'],
      ['a length in words', 'POST', { 'upload-length': 'all' }, 400, 'BAD_USER_INPUT', 'Upload-Length'],
      ['an endless length', 'POST', { 'upload-length': '1e400' }, 400, 'BAD_USER_INPUT', 'Upload-Length'],
      ['a length over the cap', 'POST', { 'upload-length': '9007199254740991' }, 413, 'IMAGE_TOO_LARGE'],
      [
        'metadata that are none',
        'POST',
        { 'upload-length': '8', 'upload-metadata': 'a b c' },
        400,
        'BAD_USER_INPUT',
        'Upload-Metadata',
      ],
      [
        'a digest that is none',
        'POST',
        { 'upload-length': '8', 'upload-metadata': 'md5 YWJj' },
        400,
        'BAD_USER_INPUT',
        'Upload-Metadata',
      ],
      [
        'a store that is none',
        'POST',
        { 'upload-length': '8', 'upload-metadata': 'store eA==' },
        400,
        'BAD_USER_INPUT',
        'store',
      ],
      [
        'parts side by side',
        'POST',
        { 'upload-length': '8', 'upload-concat': 'partial' },
        501,
        'UPLOAD_EXTENSION',
      ],
      ['parts put together', 'POST', { 'upload-concat': 'final;/a /b' }, 501, 'UPLOAD_EXTENSION'],
      [
        'a digest of a part',
        'PATCH',
        { ...PART, 'upload-offset': '4', 'upload-checksum': 'sha1 Kq5sNclPz7QV2+lfQIuc6R7oRu0=' },
        501,
        'UPLOAD_EXTENSION',
      ],
      [
        'a length with an exponent',
        'POST',
        { 'upload-length': '1e3' },
        400,
        'BAD_USER_INPUT',
        'Upload-Length',
      ],
      ['two lengths', 'POST', { 'upload-length': '8, 8' }, 400, 'BAD_USER_INPUT', 'Upload-Length'],
      ['a length without a digit', 'POST', { 'upload-length': '' }, 400, 'BAD_USER_INPUT', 'Upload-Length'],
      ['a length beyond all numbers', 'POST', { 'upload-length': '9'.repeat(30) }, 413, 'IMAGE_TOO_LARGE'],
      [
        'another deferral',
        'POST',
        { 'upload-defer-length': '2' },
        400,
        'BAD_USER_INPUT',
        'Upload-Defer-Length',
      ],
      ['a list of versions', 'POST', { 'tus-resumable': '1.0.0, 1.0.0' }, 412, 'UPLOAD_PROTOCOL'],
      [
        'metadata that are not base64',
        'POST',
        { 'upload-length': '8', 'upload-metadata': 'filename disk.raw' },
        400,
        'BAD_USER_INPUT',
        'Upload-Metadata',
      ],
      [
        'a key of metadata twice',
        'POST',
        { 'upload-length': '8', 'upload-metadata': 'a YQ==,a Yg==' },
        400,
        'BAD_USER_INPUT',
        'Upload-Metadata',
      ],
      [
        'a negative offset',
        'PATCH',
        { ...PART, 'upload-offset': '-4' },
        400,
        'BAD_USER_INPUT',
        'Upload-Offset',
      ],
      ['no offset', 'PATCH', PART, 400, 'BAD_USER_INPUT', 'Upload-Offset'],
      [
        'an offset in words',
        'PATCH',
        { ...PART, 'upload-offset': 'end' },
        400,
        'BAD_USER_INPUT',
        'Upload-Offset',
      ],
      ['an offset before the end', 'PATCH', { ...PART, 'upload-offset': '3' }, 409, 'UPLOAD_OFFSET_MISMATCH'],
      ['an offset behind the end', 'PATCH', { ...PART, 'upload-offset': '5' }, 409, 'UPLOAD_OFFSET_MISMATCH'],
      [
        'another content type',
        'PATCH',
        { 'content-type': 'image/png', 'upload-offset': '4' },
        415,
        'UNSUPPORTED_MEDIA_TYPE',
      ],
      [
        'a second length',
        'PATCH',
        { ...PART, 'upload-offset': '4', 'upload-length': '9' },
        400,
        'BAD_USER_INPUT',
      ],
      ['another method', 'PUT', {}, 405, 'METHOD_NOT_ALLOWED'],
      ['a hidden method', 'POST-TO', { 'x-http-method-override': 'GET' }, 405, 'METHOD_NOT_ALLOWED'],
    ])('%s', async (_, method, headers, status, code, field?) => {
      const url = method === 'POST' ? `${gateway.url}/data/${known.id}/uploads` : known.url;
      const response = await fetch(url, {
        method: method.replace('-TO', ''),
        headers: { ...TUS, ...headers },
        body: method === 'PATCH' ? 'full' : undefined,
      });
      expect([response.status, response.headers.get('tus-resumable')]).toEqual([status, '1.0.0']);
      expect(await response.json()).toMatchObject({ code, ...(field && { field }) });
      expect(response.headers.get('tus-version')).toBe(status === 412 ? '1.0.0' : null);
      expect(await offsetOf(known.url)).toBe('4');
    });

    test('more bytes than Upload-Length, with and without a Content-Length, by the name Upload-Length', async () => {
      const id = await queued();
      const headers = { ...PART, 'upload-length': '4' };
      for (const body of ['longer', inPieces('lon', 'ger')]) {
        const request = { method: 'POST', headers, body, duplex: 'half' };
        const answer = await fetch(`${gateway.url}/data/${id}/uploads`, request as RequestInit);
        expect(answer.status).toBe(413);
        expect(await answer.json()).toMatchObject({
          code: 'BODY_TOO_LARGE',
          message: 'The body may have 4 bytes. Upload-Length announced 4 bytes.',
        });
      }
      expect((await stateOf(gateway, id)).status).toBe('queued');
      const answer = await sendPart(known.url, 4, 'fuller');
      expect(((await answer.json()) as { message: string }).message).toBe(
        'The body may have 4 bytes. Upload-Length announced 8 bytes, of which 4 have come.',
      );
    });

    test('more bytes than declared, with a length and without', async () => {
      expect(await statusAndCode(await sendPart(known.url, 4, 'fuller'))).toEqual([413, 'BODY_TOO_LARGE']);
      expect(await statusAndCode(await sendPart(known.url, 4, inPieces('full', 'er')))).toEqual([
        413,
        'BODY_TOO_LARGE',
      ]);
      const offset = await offsetOf(known.url);
      expect(['4', '7']).toContain(offset);
    });

    test.each(['0d5bd1ab-5b4a-4d5e-8e85-5a4f5a2f4b11', '..', '%2e%2e%2fimages', 'x'.repeat(500)])(
      'the address %s',
      async (name) => {
        const url = known.url.replace(/[^/]+$/, name);
        expect(await offsetOf(url)).toBe(404);
      },
    );

    test('a method in place of another is taken for it', async () => {
      const { url } = await begun(4);
      const headers = { ...PART, 'upload-offset': '0', 'x-http-method-override': 'PATCH' };
      expect((await fetch(url, { method: 'POST', headers, body: 'data' })).status).toBe(204);
    });

    test('HEAD and DELETE may come as POST', async () => {
      const { url } = await begun(4);
      const instead = (method: string) =>
        fetch(url, { method: 'POST', headers: { ...TUS, 'x-http-method-override': method } });
      const head = await instead('HEAD');
      expect([head.status, head.headers.get('upload-offset'), head.headers.get('upload-length')]).toEqual([
        200,
        '0',
        '4',
      ]);
      expect((await instead('DELETE')).status).toBe(204);
      expect((await instead('HEAD')).status).toBe(404);
    });

    test.each([
      'application/offset+octet-stream; charset=UTF-8',
      'Application/Offset+Octet-Stream',
      'application/offset+octet-stream ;x=y',
    ])('the media type %s is that of a part', async (type) => {
      const { id, url } = await begun(4);
      expect((await sendPart(url, 0, 'data', { 'content-type': type })).status).toBe(204);
      expect((await stateOf(gateway, id)).status).toBe('active');
    });
  });
});

onEachDatabase('the limits of a resumable upload', (start) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await start({
      AUTH: 'trusted',
      POLICY: 'open',
      ALLOW_ANONYMOUS_ACCESS: 'true',
      IMAGE_SIZE_CAP: '2000',
      USER_STORAGE_QUOTA: '1KB',
      RESUMABLE_UPLOAD_QUOTA: '2',
    });
  });

  const refused = async (id: string, length: string, headers: Record<string, string>) =>
    statusAndCode(await beginUpload(gateway, id, { 'upload-length': length, ...headers }));

  test('are asked for when it begins', async () => {
    const ours = as('resuming');
    const bare = await createImage(gateway, {}, ours);
    expect(await refused(bare, '8', ours)).toEqual([400, 'FORMATS_REQUIRED']);
    const active = await createActiveImage(gateway, 'data', {}, ours);
    expect(await refused(active, '8', ours)).toEqual([409, 'IMAGE_NOT_QUEUED']);
    const id = await createImage(gateway, { ...FORMATS, size: 8 }, ours);
    expect(await refused(id, '9', ours)).toEqual([400, 'SIZE_MISMATCH']);
    const open = await createImage(gateway, FORMATS, ours);
    expect(await refused(open, '2001', ours)).toEqual([413, 'IMAGE_TOO_LARGE']);
    expect(await refused(open, '1021', ours)).toEqual([413, 'STORAGE_QUOTA_EXCEEDED']);
  });

  test('of the storage bind an upload of unknown length', async () => {
    const ours = as('streaming');
    const id = await createImage(gateway, FORMATS, ours);
    const begun = await beginUpload(gateway, id, { 'upload-defer-length': '1', ...ours });
    const url = begun.headers.get('location')!;
    expect(await statusAndCode(await sendPart(url, 0, 'x'.repeat(1025), ours))).toEqual([
      413,
      'STORAGE_QUOTA_EXCEEDED',
    ]);
    const length = { ...ours, 'upload-length': '1025' };
    expect(await statusAndCode(await sendPart(url, 0, '', length))).toEqual([413, 'STORAGE_QUOTA_EXCEEDED']);
    expect((await fetch(url, { method: 'DELETE', headers: { ...TUS, ...ours } })).status).toBe(204);
  });

  test('that are reached while it comes leave it as it is: it ends once there is room', async () => {
    const ours = as('full');
    const id = await createImage(gateway, FORMATS, ours);
    const begun = await beginUpload(gateway, id, { 'upload-length': '600', ...ours });
    const url = begun.headers.get('location')!;
    const other = await createActiveImage(gateway, 'x'.repeat(600), {}, ours);
    const answer = await sendPart(url, 0, 'y'.repeat(600), ours);
    expect(await statusAndCode(answer)).toEqual([413, 'STORAGE_QUOTA_EXCEEDED']);
    const shown = await run(gateway, gql('query ($id: ID!) { image(id: $id) { status } }'), { id }, ours);
    expect(shown.image!.status).toBe('queued');
    // The last byte counts once the image is active: until then no client takes the upload for done.
    expect(await offsetOf(url, ours)).toBe('599');
    await run(gateway, gql('mutation ($id: ID!) { deleteImage(id: $id) { id } }'), { id: other }, ours);
    expect((await sendPart(url, 599, 'y', ours)).status).toBe(204);
    expect(await offsetOf(url, ours)).toBe('600');
  });

  test('of the number of unfinished ones are those of one caller, and of the gateway', async () => {
    const ours = as('many');
    const id = await createImage(gateway, FORMATS, ours);
    const begin = () => beginUpload(gateway, id, { 'upload-length': '1', ...ours });
    const answers = await Promise.all([begin(), begin(), begin()]);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 201, 413]);
    expect(await statusAndCode(answers.find(({ ok }) => !ok)!)).toEqual([413, 'TOO_MANY_UNFINISHED_UPLOADS']);
    const narrow = await start({ RESUMABLE_UPLOAD_LIMIT: '2' });
    const another = await createImage(narrow, FORMATS);
    const tooMany = await beginUpload(narrow, another, { 'upload-length': '1' });
    expect(await statusAndCode(tooMany)).toEqual([503, 'TOO_MANY_UPLOADS']);
    const url = answers.find(({ ok }) => ok)!.headers.get('location')!;
    await fetch(url, { method: 'DELETE', headers: { ...TUS, ...ours } });
    expect((await begin()).status).toBe(201);
  });

  test('leave places for other tenants, however many users one tenant has', async () => {
    const shared = await start({
      AUTH: 'trusted',
      RESUMABLE_UPLOAD_LIMIT: '24',
      RESUMABLE_UPLOAD_QUOTA: '2',
    });
    const taken = readdirSync(join(shared.folder, 'uploads')).filter((name) => name.endsWith('.json')).length;
    const begins = async (tenant: string, user: string) => {
      const ours = as(tenant, 'member', user);
      const id = await createImage(shared, FORMATS, ours);
      return beginUpload(shared, id, { 'upload-length': '1', ...ours });
    };
    const answers: Response[] = [];
    for (let n = 0; n < 14; n += 1) answers.push(await begins('crowd', `user${Math.floor(n / 2)}`));
    const share = Math.ceil((24 - taken) / 2);
    expect(answers.map(({ status }) => status)).toEqual(answers.map((_, n) => (n < share ? 201 : 413)));
    const refusal = await answers.at(-1)!.json();
    expect(refusal.code).toBe('TOO_MANY_UNFINISHED_UPLOADS');
    expect(refusal.message).toMatch(`Your tenant has ${share} unfinished resumable uploads already`);
    expect((await begins('neighbour', 'ann')).status).toBe(201);
    for (const url of answers.map(({ headers }) => headers.get('location')).filter(Boolean)) {
      const user = `user${Math.floor(answers.findIndex(({ headers }) => headers.get('location') === url) / 2)}`;
      await fetch(url!, { method: 'DELETE', headers: { ...TUS, ...as('crowd', 'member', user) } });
    }
  });

  test('of the disk: an announced length without a byte reserves no space', async () => {
    const vast = await start({ AUTH: 'trusted', IMAGE_SIZE_CAP: String(Number.MAX_SAFE_INTEGER) });
    const announce = async (tenant: string, length: number) => {
      const id = await createImage(vast, FORMATS, as(tenant));
      const answer = await beginUpload(vast, id, { 'upload-length': String(length), ...as(tenant) });
      return answer.status;
    };
    const { bavail, bsize } = statfsSync(vast.folder);
    expect(await announce('greedy', Math.floor(bavail * bsize * 0.9))).toBe(201);
    expect(await announce('modest', Math.floor(bavail * bsize * 0.5))).toBe(201);
  });

  test('of the disk are checked when it begins', async () => {
    const vast = await start({ IMAGE_SIZE_CAP: String(Number.MAX_SAFE_INTEGER) });
    const id = await createImage(vast, FORMATS);
    const answer = await beginUpload(vast, id, { 'upload-length': String(Number.MAX_SAFE_INTEGER) });
    expect(await statusAndCode(answer)).toEqual([413, 'STORE_FULL']);
  });

  test('of access are those of every upload, and it belongs to its creator only', async () => {
    const ours = as('creator', 'member', 'ann');
    const id = await createImage(gateway, { ...FORMATS, visibility: 'PUBLIC' }, ours);
    expect(await refused(id, '8', {})).toEqual([403, 'READ_ONLY']);
    expect(await refused(id, '8', as('stranger'))).toEqual([403, 'NOT_OWNER']);
    const hidden = await createImage(gateway, FORMATS, ours);
    expect(await refused(hidden, '8', as('stranger'))).toEqual([404, 'IMAGE_NOT_FOUND']);

    const begun = await beginUpload(gateway, hidden, { 'upload-length': '8', ...ours });
    const url = begun.headers.get('location')!;
    for (const other of [as('stranger'), as('creator', 'member', 'ben'), as('creator', 'admin', 'root')]) {
      expect(await offsetOf(url, other)).toBe(404);
      expect(await statusAndCode(await sendPart(url, 0, 'x', other))).toEqual([404, 'UPLOAD_NOT_FOUND']);
      expect((await fetch(url, { method: 'DELETE', headers: { ...TUS, ...other } })).status).toBe(404);
    }
    expect(await offsetOf(url.replace(hidden, id), ours)).toBe(404);
    expect(await offsetOf(url, ours)).toBe('0');

    const move = gql('mutation ($id: ID!) { updateImage(id: $id, input: { owner: "heir" }) { id } }');
    await run(gateway, move, { id: hidden }, as('operators', 'admin'));
    expect(await statusAndCode(await sendPart(url, 0, 'x', ours))).toEqual([404, 'IMAGE_NOT_FOUND']);
  });

  test('are logged for accepted and refused senders', async () => {
    const ours = { ...as('audited'), 'x-openstack-request-id': 'req-begin' };
    const id = await createImage(gateway, FORMATS, ours);
    const begun = await beginUpload(gateway, id, { 'upload-length': '4', ...ours });
    await sendPart(begun.headers.get('location')!, 0, 'data', {
      ...ours,
      'x-openstack-request-id': 'req-end',
    });
    await beginUpload(gateway, id, { 'upload-length': '4', ...ours, 'x-openstack-request-id': 'req-late' });
    const lines = gateway.log.filter(({ msg, imageId }) => msg === 'audit' && imageId === id);
    expect(lines.map(({ action, outcome, reqId }) => [action, outcome, reqId]).slice(1)).toEqual([
      ['begin upload', 'done', 'req-begin'],
      ['upload', 'done', 'req-end'],
      ['begin upload', 'IMAGE_NOT_QUEUED', 'req-late'],
    ]);
  });
});

onSqlite('resumable uploads', (start) => {
  test('show their protocol to every caller, and let the pages of CORS_ORIGINS read their answers', async () => {
    const page = 'https://console.example.org';
    const gateway = await start({ AUTH: 'trusted', CORS_ORIGINS: page });
    const id = await createImage(gateway, FORMATS, as('a'));
    const url = `${gateway.url}/data/${id}/uploads`;
    const asked = await fetch(url, { method: 'OPTIONS' });
    expect(asked.status).toBe(204);
    expect(asked.headers.get('tus-version')).toBe('1.0.0');
    expect(asked.headers.get('tus-extension')?.split(',').sort()).toEqual([
      'creation',
      'creation-defer-length',
      'creation-with-upload',
      'expiration',
      'termination',
    ]);
    expect(asked.headers.get('tus-max-size')).toBe('1099511627776');

    const preflight = await fetch(`${url}/x`, {
      method: 'OPTIONS',
      headers: {
        origin: page,
        'access-control-request-method': 'PATCH',
        'access-control-request-headers': 'content-type,tus-resumable,upload-offset',
      },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-origin')).toBe(page);
    expect(preflight.headers.get('access-control-allow-methods')).toContain('PATCH');
    expect(preflight.headers.get('access-control-allow-headers')).toContain('upload-offset');

    const begun = await beginUpload(gateway, id, { 'upload-length': '4', origin: page, ...as('a') });
    expect([begun.status, begun.headers.get('access-control-allow-origin')]).toEqual([201, page]);
    const exposed = begun.headers.get('access-control-expose-headers')!.split(', ');
    expect(exposed).toEqual(
      expect.arrayContaining([
        'location',
        'upload-offset',
        'upload-length',
        'upload-expires',
        'tus-resumable',
      ]),
    );
    const foreign = { origin: 'https://elsewhere.example.org', ...as('a') };
    const answer = await sendPart(begun.headers.get('location')!, 0, 'data', foreign);
    expect(await statusAndCode(answer)).toEqual([403, 'FOREIGN_ORIGIN']);
  });

  test('continue by themselves, with a client that retries, while the gateway restarts', async () => {
    const PORT = String(await lowPort());
    const first = await start({ PORT });
    const id = await createImage(first, FORMATS);
    const data = randomBytes(1_000_000);
    let restarted: Promise<TestGateway> | undefined;
    await sendWithClient(first, id, data, {
      chunkSize: 100_000,
      retryDelays: Array.from({ length: 100 }, () => 50),
      onProgress: (sent) => {
        if (sent > 300_000) restarted ??= first.close().then(() => start({ PORT }));
      },
    });
    const gateway = await restarted!;
    const checksum = digest('md5', data);
    expect(await stateOf(gateway, id)).toMatchObject({ status: 'active', size: data.length, checksum });
    const ends = gateway.log.filter(
      ({ path, status }) => String(path).includes('/uploads/') && status === 204,
    );
    expect(ends.length).toBeGreaterThan(0);
    expect(ends.length).toBeLessThan(10);
  });

  test('show their protocol without CORS_ORIGINS too', async () => {
    const gateway = await start();
    const asked = await fetch(`${gateway.url}/data/x/uploads`, { method: 'OPTIONS' });
    expect([asked.status, asked.headers.get('tus-version')]).toEqual([204, '1.0.0']);
    expect(asked.headers.get('access-control-allow-methods')).toBeNull();
  });

  test('are addressed at PUBLIC_ENDPOINT', async () => {
    const gateway = await start({ PUBLIC_ENDPOINT: 'https://images.example.org/os' });
    const id = await createImage(gateway, FORMATS);
    const begun = await beginUpload(gateway, id, { 'upload-length': '4' });
    expect(begun.headers.get('location')).toMatch(`https://images.example.org/os/data/${id}/uploads/`);
  });

  test('may complete while the gateway drains; a longer one is kept', async () => {
    const gateway = await start({ DRAIN_TIMEOUT: '1' });
    const next = await start();
    const parts = await Promise.all(
      [4, 8].map(async (length) => {
        const id = await createImage(gateway, FORMATS);
        const begun = await beginUpload(gateway, id, { 'upload-length': String(length) });
        const path = new URL(begun.headers.get('location')!).pathname;
        const head = { ...PART, 'upload-offset': 0, 'content-length': length, expect: '100-continue' };
        const request = await rawRequest(gateway.url, 'PATCH', path, head);
        await eventually(() => request.received().toString().includes('100 Continue'));
        await request.send('ha');
        return { id, request, path };
      }),
    );
    const waiting = await createImage(gateway, FORMATS);
    const begun = await beginUpload(gateway, waiting, { 'upload-length': '1' });
    const closed = gateway.close();
    await eventually(async () => (await fetch(`${gateway.url}/ready`)).status === 503);
    const url = begun.headers.get('location')!;
    expect([await offsetOf(url), await statusAndCode(await sendPart(url, 0, 'x'))]).toEqual([
      '0',
      [503, 'SHUTTING_DOWN'],
    ]);
    await parts[0].request.send('lf');
    expect((await parts[0].request.answer()).status).toBe(204);
    expect((await stateOf(next, parts[0].id)).status).toBe('active');
    const answer = await parts[1].request.answer();
    expect([answer.status, answer.json().code]).toEqual([503, 'SHUTTING_DOWN']);
    await closed;
    expect(await offsetOf(`${next.url}${parts[1].path}`)).toBe('2');
    expect((await stateOf(next, parts[1].id)).status).toBe('queued');
  });
});
