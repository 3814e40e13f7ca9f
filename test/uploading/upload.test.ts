import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { inPieces } from '../support/body.js';
import { as, createActiveImage, createImage, putData, run, statusAndCode } from '../support/client.js';
import { onEachDatabase, type TestGateway } from '../support/gateway.js';
import { gql } from '../support/gql.js';
import { stateOf, storedFiles } from '../support/image-state.js';
import { rawRequest } from '../support/raw-request.js';
import { sql } from '../support/sql.js';

/** The fields of the data face's answers that the tests read. */
interface DataAnswer {
  status: string;
  code?: string;
  message: string;
  field?: string;
  imageId?: string;
}

const FORMATS = { diskFormat: 'raw', containerFormat: 'bare' };

const digest = (algorithm: string, data: string | Buffer, form: 'hex' | 'base64' = 'hex') =>
  createHash(algorithm).update(data).digest(form);

onEachDatabase('an upload', (start, place) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await start();
  });

  /** Sends data to a new image and gives the answer and what became of the image. */
  async function sent(body: BodyInit, headers: Record<string, string> = {}, input: object = {}) {
    const id = await createImage(gateway, { ...FORMATS, ...input });
    const response = await putData(gateway, id, body, headers);
    return { id, status: response.status, answer: (await response.json()) as DataAnswer };
  }

  test('with a known length makes it active and answers with size, checksum and tag', async () => {
    const id = await createImage(gateway, FORMATS);
    const response = await putData(gateway, id, 'the data');
    const checksum = digest('md5', 'the data');
    expect(await response.json()).toEqual({ id, status: 'active', size: 8, checksum });
    expect(response.headers.get('etag')).toBe(`"${checksum}"`);
    expect(await readFile(join(gateway.folder, 'images', id), 'utf8')).toBe('the data');
  });

  test('in chunks makes it active', async () => {
    const pieces = Array.from({ length: 40 }, (_, n) => Buffer.alloc(100_000, n));
    const { id, answer } = await sent(inPieces(...pieces));
    expect(answer).toMatchObject({ status: 'active', size: 4_000_000 });
    expect((await readFile(join(gateway.folder, 'images', id))).equals(Buffer.concat(pieces))).toBe(true);
  });

  test('without a single byte makes it active with size 0', async () => {
    expect((await sent('')).answer).toMatchObject({ status: 'active', size: 0, checksum: digest('md5', '') });
    expect((await sent(inPieces())).answer).toMatchObject({ status: 'active', size: 0 });
  });

  test('records MD5 and SHA-512, and the location as Glance writes it', async () => {
    const { id } = await sent('digested');
    const [row] = await sql(
      place,
      `SELECT i.checksum, i.os_hash_algo, i.os_hash_value, l.value, l.meta_data, l.status
       FROM images i JOIN image_locations l ON l.image_id = i.id WHERE i.id = '${id}'`,
    );
    expect(row).toEqual({
      checksum: digest('md5', 'digested'),
      os_hash_algo: 'sha512',
      os_hash_value: digest('sha512', 'digested'),
      value: `file://${gateway.folder}/images/${id}`,
      meta_data: '{"store":"file"}',
      status: 'active',
    });
  });

  test('records the digest that HASHING_ALGORITHM names', async () => {
    const other = await start({ HASHING_ALGORITHM: 'sha256' });
    const id = await createActiveImage(other, 'digested');
    const [row] = await sql(place, `SELECT os_hash_algo, os_hash_value FROM images WHERE id = '${id}'`);
    expect(row).toEqual({ os_hash_algo: 'sha256', os_hash_value: digest('sha256', 'digested') });
  });

  test('leaves no temporary file and no lease behind', async () => {
    const { id } = await sent('clean');
    expect(await sql(place, `SELECT * FROM gateway_uploads WHERE image_id = '${id}'`)).toEqual([]);
    expect((await storedFiles(gateway.folder)).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  test('of another length than declared at creation is refused at once, and the image stays queued', async () => {
    const { id, status, answer } = await sent('four', {}, { size: 5 });
    expect([status, answer.code]).toEqual([400, 'SIZE_MISMATCH']);
    expect((await stateOf(gateway, id)).status).toBe('queued');
  });

  test('in chunks of another length than declared at creation kills the image (C9.8)', async () => {
    const { id, status, answer } = await sent(inPieces('fo', 'ur'), {}, { size: 5 });
    expect([status, answer.code]).toEqual([400, 'SIZE_MISMATCH']);
    expect(await stateOf(gateway, id)).toMatchObject({ status: 'killed', size: 5 });
  });

  test('of a length declared as 0 may have any length (C9.8)', async () => {
    expect((await sent('some', {}, { size: 0 })).answer).toMatchObject({ status: 'active', size: 4 });
  });

  test.each([
    ['Content-MD5', 'md5', (value: string) => value],
    ['Content-Digest', 'sha512', (value: string) => `sha-512=:${value}:`],
    ['Content-Digest', 'sha256', (value: string) => `sha-256=:${value}:`],
    ['Repr-Digest', 'sha256', (value: string) => `md5=:AAAA:, sha-256=:${value}:`],
  ])(
    'with the right %s of %s succeeds, with a wrong one kills the image',
    async (header, algorithm, form) => {
      const right = await sent('data', { [header]: form(digest(algorithm, 'data', 'base64')) });
      expect(right.answer.status).toBe('active');
      const wrong = await sent('data', { [header]: form(digest(algorithm, 'other', 'base64')) });
      expect([wrong.status, wrong.answer.code, wrong.answer.imageId]).toEqual([
        400,
        'CHECKSUM_MISMATCH',
        wrong.id,
      ]);
      const { status, statusReason } = await stateOf(gateway, wrong.id);
      expect(status).toBe('killed');
      expect(statusReason).toBe(wrong.answer.message.slice(0, 255));
      expect(await storedFiles(gateway.folder)).not.toContain(wrong.id);
    },
  );

  test.each([
    ['Content-MD5', 'not base64'],
    ['Content-MD5', digest('md5', 'data')],
    ['Content-Digest', 'sha-512=AAAA'],
    ['Content-Digest', 'sha-256=:AAAA:'],
  ])('with a malformed %s (%s) is refused, and the image stays queued', async (header, value) => {
    const { id, status, answer } = await sent('data', { [header]: value });
    expect([status, answer.code, answer.field]).toEqual([400, 'BAD_USER_INPUT', header]);
    expect((await stateOf(gateway, id)).status).toBe('queued');
  });

  test('is checked against the checksum declared at creation (C9.8)', async () => {
    const right = await sent('data', {}, { checksum: digest('md5', 'data').toUpperCase() });
    expect(right.answer.status).toBe('active');
    const wrong = await sent('data', {}, { checksum: digest('md5', 'other') });
    expect([wrong.status, wrong.answer.code]).toEqual([400, 'CHECKSUM_MISMATCH']);
    expect(await stateOf(gateway, wrong.id)).toMatchObject({
      status: 'killed',
      checksum: digest('md5', 'other'),
    });
  });

  test('is refused while a format is missing, and the image stays queued (C9.7)', async () => {
    for (const [given, field] of [
      [{ containerFormat: 'bare' }, 'diskFormat'],
      [{ diskFormat: 'raw' }, 'containerFormat'],
    ] as const) {
      const id = await createImage(gateway, given);
      const response = await putData(gateway, id, 'data');
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ code: 'FORMATS_REQUIRED', field });
      expect((await stateOf(gateway, id)).status).toBe('queued');
    }
  });

  test('is refused for an image that has data already; that data stays', async () => {
    const id = await createActiveImage(gateway, 'first');
    const response = await putData(gateway, id, 'second');
    expect(response.status).toBe(409);
    expect(await response.json()).toMatchObject({ code: 'IMAGE_NOT_QUEUED', imageStatus: 'active' });
    expect(await (await fetch(`${gateway.url}/data/${id}`)).text()).toBe('first');
  });

  test('is refused for a killed image: an id gets one try (C14)', async () => {
    const { id } = await sent('data', { 'content-md5': digest('md5', 'other', 'base64') });
    expect((await putData(gateway, id, 'data')).status).toBe(409);
  });

  test('is refused for an unknown image', async () => {
    for (const id of ['0d5bd1ab-5b4a-4d5e-8e85-5a4f5a2f4b11', 'x', '%F0%9F%92%BE'.repeat(3)]) {
      const response = await putData(gateway, id, 'data');
      expect(await statusAndCode(response)).toEqual([404, 'IMAGE_NOT_FOUND']);
    }
  });

  test('is refused for a deleted image', async () => {
    const id = await createImage(gateway, FORMATS);
    await run(gateway, gql('mutation ($id: ID!) { deleteImage(id: $id) { id } }'), { id });
    expect([404, 409]).toContain((await putData(gateway, id, 'data')).status);
    expect(await storedFiles(gateway.folder)).not.toContain(id);
  });

  test('by two senders at once has one winner, and the image has its data (C9.9)', async () => {
    const id = await createImage(gateway, FORMATS);
    const second = await start();
    const bodies = ['a', 'b', 'c', 'd'].map((letter) => letter.repeat(300_000));
    const responses = await Promise.all(
      bodies.map((body, n) => putData(n % 2 ? second : gateway, id, inPieces(body.slice(1), body[0]))),
    );
    const statuses = responses.map((response) => response.status);
    expect([...statuses].sort()).toEqual([200, 409, 409, 409]);
    const data = await (await fetch(`${gateway.url}/data/${id}`)).text();
    expect(data === bodies[statuses.indexOf(200)]).toBe(true);
    expect((await stateOf(gateway, id)).status).toBe('active');
  });

  test('as a form, encoded or in part is refused, and the image stays queued', async () => {
    const form = new FormData();
    form.set('file', new Blob(['data']));
    const refused = [
      [await sent(form), 415, 'UNSUPPORTED_MEDIA_TYPE'],
      [await sent(new URLSearchParams({ a: 'b' })), 415, 'UNSUPPORTED_MEDIA_TYPE'],
      [await sent('data', { 'content-encoding': 'gzip' }), 400, 'BAD_USER_INPUT'],
      [await sent('data', { 'content-range': 'bytes 0-3/8' }), 400, 'BAD_USER_INPUT'],
    ] as const;
    for (const [{ id, status, answer }, expectedStatus, code] of refused) {
      expect([status, answer.code]).toEqual([expectedStatus, code]);
      expect((await stateOf(gateway, id)).status).toBe('queued');
    }
  });

  test('takes any other content type, and none', async () => {
    for (const type of ['application/octet-stream', 'application/json', 'text/plain', 'image/png']) {
      expect((await sent('data', { 'content-type': type })).status).toBe(200);
    }
    const id = await createImage(gateway, FORMATS);
    const request = await rawRequest(gateway.url, 'PUT', `/data/${id}`, { 'content-length': 4 });
    await request.send('data');
    expect((await request.answer()).status).toBe(200);
  });
});

onEachDatabase('the limits of an upload', (start) => {
  test('IMAGE_SIZE_CAP refuses a longer declared length beforehand and takes one at the cap (C8.9)', async () => {
    const gateway = await start({ IMAGE_SIZE_CAP: '1000' });
    for (const length of [999, 1000]) await createActiveImage(gateway, 'x'.repeat(length));
    const id = await createImage(gateway, FORMATS);
    const response = await putData(gateway, id, 'x'.repeat(1001));
    expect(await statusAndCode(response)).toEqual([413, 'IMAGE_TOO_LARGE']);
    expect((await stateOf(gateway, id)).status).toBe('queued');
  });

  test('IMAGE_SIZE_CAP ends a longer body in chunks and kills the image (C9.9)', async () => {
    const gateway = await start({ IMAGE_SIZE_CAP: '1000' });
    for (const length of [999, 1000]) await createActiveImage(gateway, inPieces('x'.repeat(length)));
    const id = await createImage(gateway, FORMATS);
    const response = await putData(gateway, id, inPieces('x'.repeat(1000), 'x'));
    expect(await statusAndCode(response)).toEqual([413, 'IMAGE_TOO_LARGE']);
    expect((await stateOf(gateway, id)).status).toBe('killed');
    expect(await storedFiles(gateway.folder)).not.toContain(id);
  });

  test('USER_STORAGE_QUOTA counts what one owner holds, however it is sent (C16)', async () => {
    const gateway = await start({ AUTH: 'trusted', USER_STORAGE_QUOTA: '1KB' });
    const ours = as('quota-a');
    await createActiveImage(gateway, 'x'.repeat(1000), {}, ours);
    const tooLong = await createImage(gateway, FORMATS, ours);
    expect((await putData(gateway, tooLong, 'x'.repeat(25), ours)).status).toBe(413);
    const inChunks = await putData(gateway, tooLong, inPieces('x'.repeat(20), 'x'.repeat(5)), ours);
    expect(await statusAndCode(inChunks)).toEqual([413, 'STORAGE_QUOTA_EXCEEDED']);
    await createActiveImage(gateway, 'x'.repeat(24), {}, ours);
    const full = await createImage(gateway, FORMATS, ours);
    expect((await putData(gateway, full, inPieces('x'), ours)).status).toBe(413);
    await createActiveImage(gateway, 'x'.repeat(1024), {}, as('quota-b'));
  });

  test('USER_STORAGE_QUOTA is given back by deleting (C16)', async () => {
    const gateway = await start({ AUTH: 'trusted', USER_STORAGE_QUOTA: '10' });
    const ours = as('quota-c');
    const id = await createActiveImage(gateway, 'x'.repeat(10), {}, ours);
    await run(gateway, gql('mutation ($id: ID!) { deleteImage(id: $id) { id } }'), { id }, ours);
    await createActiveImage(gateway, 'x'.repeat(10), {}, ours);
  });

  test('an image of another owner does not exist for the caller, and a public one may not be filled (C19.5)', async () => {
    const gateway = await start({ AUTH: 'trusted', POLICY: 'open' });
    const hidden = await createImage(gateway, FORMATS, as('owner'));
    const shown = await createImage(gateway, { ...FORMATS, visibility: 'PUBLIC' }, as('owner'));
    expect((await putData(gateway, hidden, 'x', as('stranger'))).status).toBe(404);
    const response = await putData(gateway, shown, 'x', as('stranger'));
    expect(await statusAndCode(response)).toEqual([403, 'NOT_OWNER']);
    expect((await putData(gateway, shown, 'x', as('owner'))).status).toBe(200);
  });

  test('callers without identity may not send data (C20.5)', async () => {
    const gateway = await start({ AUTH: 'trusted', POLICY: 'open', ALLOW_ANONYMOUS_ACCESS: 'true' });
    const id = await createImage(gateway, { ...FORMATS, visibility: 'PUBLIC' }, as('owner'));
    const response = await putData(gateway, id, 'x');
    expect(await statusAndCode(response)).toEqual([403, 'READ_ONLY']);
  });
});
