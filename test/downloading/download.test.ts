import { readdir, readlink, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { as, createActiveImage, createImage, run, statusAndCode } from '../support/client.js';
import { onEachDatabase, onSqlite, type TestGateway } from '../support/gateway.js';
import { gql } from '../support/gql.js';
import { eventually } from '../support/poll.js';
import { rawRequest } from '../support/raw-request.js';
import { sql } from '../support/sql.js';

const DATA = 'abcdefghij';
const FORMATS = { diskFormat: 'raw', containerFormat: 'bare' };

onSqlite('a download', (start, place) => {
  let gateway: TestGateway;
  let id: string;
  let tag: string;
  beforeAll(async () => {
    gateway = await start();
    id = await createActiveImage(gateway, DATA, { name: 'letters.img' });
    tag = (await get(id)).headers.get('etag')!;
  });

  const get = (image: string, headers: Record<string, string> = {}, method = 'GET') =>
    fetch(`${gateway.url}/data/${image}`, { headers, method });
  const file = (image: string) => join(gateway.folder, 'images', image);

  test('returns all data, with its length and tag (C10.3)', async () => {
    const response = await get(id);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-length')).toBe('10');
    expect(response.headers.get('accept-ranges')).toBe('bytes');
    expect(tag).toMatch(/^"[0-9a-f]{32}"$/);
    expect(await response.text()).toBe(DATA);
  });

  test('HEAD answers the same headers and opens nothing: it works without the file', async () => {
    const image = await createActiveImage(gateway, DATA);
    await rm(file(image));
    const head = await get(image, {}, 'HEAD');
    expect([head.status, head.headers.get('content-length'), head.headers.get('etag')]).toEqual([
      200,
      '10',
      tag,
    ]);
    expect(await head.text()).toBe('');
  });

  test.each([
    ['the first bytes', 'bytes=0-3', 'abcd', 'bytes 0-3/10'],
    ['one byte', 'bytes=0-0', 'a', 'bytes 0-0/10'],
    ['the middle', 'bytes=3-6', 'defg', 'bytes 3-6/10'],
    ['the end', 'bytes=7-', 'hij', 'bytes 7-9/10'],
    ['more than the end', 'bytes=7-99', 'hij', 'bytes 7-9/10'],
    ['the last bytes', 'bytes=-2', 'ij', 'bytes 8-9/10'],
    ['more last bytes than there are', 'bytes=-99', DATA, 'bytes 0-9/10'],
    ['everything', 'BYTES=0-9', DATA, 'bytes 0-9/10'],
  ])('gives %s for %s %s', async (_, range, data, contentRange) => {
    const response = await get(id, { range });
    expect([response.status, response.headers.get('content-range')]).toEqual([206, contentRange]);
    expect(response.headers.get('content-length')).toBe(String(data.length));
    expect(await response.text()).toBe(data);
  });

  test.each([
    'bytes=0-1,3-4',
    'bytes=x-y',
    'bytes=5-2',
    'bytes=-',
    'bytes=',
    'bytes',
    'bytes=1-2x',
    'lines=0-1',
  ])('returns all data if the range is %s: several, malformed, or in another unit', async (range) => {
    const response = await get(id, { range });
    expect([response.status, await response.text()]).toEqual([200, DATA]);
  });

  test.each(['bytes=10-', 'bytes=99-100', 'bytes=-0'])(
    'refuses the range %s, which has no byte',
    async (range) => {
      const response = await get(id, { range });
      expect(response.headers.get('content-range')).toBe('bytes */10');
      expect(await statusAndCode(response)).toEqual([416, 'RANGE_NOT_SATISFIABLE']);
    },
  );

  test('gives a range only while the tag of If-Range is the right one', async () => {
    expect((await get(id, { range: 'bytes=0-3', 'if-range': tag })).status).toBe(206);
    for (const other of ['"other"', `W/${tag}`, 'Wed, 21 Oct 2015 07:28:00 GMT']) {
      const response = await get(id, { range: 'bytes=0-3', 'if-range': other });
      expect([response.status, await response.text()]).toEqual([200, DATA]);
    }
  });

  test('answers 304 to a client that has the data already', async () => {
    for (const known of [tag, `"other", ${tag}`, `W/${tag}`, '*']) {
      for (const method of ['GET', 'HEAD']) {
        const response = await get(id, { 'if-none-match': known }, method);
        expect([response.status, response.headers.get('etag'), await response.text()]).toEqual([
          304,
          tag,
          '',
        ]);
      }
    }
    expect((await get(id, { 'if-none-match': '"other"' })).status).toBe(200);
  });

  test('gives a browser nothing to run', async () => {
    const { headers } = await get(id);
    expect(headers.get('content-type')).toBe('application/octet-stream');
    expect(headers.get('content-disposition')).toBe('attachment; filename="letters.img"');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toMatch(/^sandbox/);
  });

  test.each([
    ['größe.img', /filename="größe\.img"/],
    ['画像.img', /filename\*=UTF-8''%E7%94%BB%E5%83%8F\.img/],
    ['a "quoted" name', /filename="a _quoted_ name"/],
    ['../../etc/passwd', /filename="_.._etc_passwd"/],
    ['..\\windows', /filename="_windows"/],
    ['..', /filename="[0-9a-f-]{36}"/],
    ['.hidden', /filename="hidden"/],
    [undefined, /filename="[0-9a-f-]{36}"/],
    ['x'.repeat(255), /filename="x{100}"/],
  ])('names the file of an image called %s so that it is harmless', async (name, expected) => {
    const image = await createActiveImage(gateway, DATA, { name });
    expect((await get(image)).headers.get('content-disposition')).toMatch(expected);
  });

  test('is answered although the name cut short would split a character', async () => {
    const [image, name] = [await createActiveImage(gateway, DATA), `${'x'.repeat(99)}💾`];
    await sql(place, `UPDATE images SET name = '${name}' WHERE id = '${image}'`);
    expect((await get(image)).status).toBe(200);
  });

  test('of an image without data, deactivated or deleted is refused (C10.2)', async () => {
    expect(await statusAndCode(await get(await createImage(gateway, FORMATS)))).toEqual([
      404,
      'IMAGE_NOT_ACTIVE',
    ]);
    const hidden = await createActiveImage(gateway, DATA);
    await sql(place, `UPDATE images SET status = 'deactivated' WHERE id = '${hidden}'`);
    expect(await statusAndCode(await get(hidden))).toEqual([403, 'IMAGE_DEACTIVATED']);
    const gone = await createActiveImage(gateway, DATA);
    await run(gateway, gql('mutation ($id: ID!) { deleteImage(id: $id) { id } }'), { id: gone });
    expect(await statusAndCode(await get(gone))).toEqual([404, 'IMAGE_NOT_ACTIVE']);
    expect(await readdir(join(gateway.folder, 'images'))).not.toContain(gone);
  });

  test('that the store has lost is DATA_MISSING, that it has in part DATA_DAMAGED (C10.5)', async () => {
    const lost = await createActiveImage(gateway, DATA);
    await rm(file(lost));
    expect(await statusAndCode(await get(lost))).toEqual([404, 'DATA_MISSING']);
    const cut = await createActiveImage(gateway, DATA);
    await truncate(file(cut), 4);
    expect(await statusAndCode(await get(cut))).toEqual([500, 'DATA_DAMAGED']);
  });

  test('at a place that is not the store never gives the content of another file', async () => {
    const folder = join(gateway.folder, 'images');
    const secret = join(gateway.folder, 'secret');
    await writeFile(secret, DATA);
    const image = await createActiveImage(gateway, DATA);
    await rename(file(image), `${file(image)}-away`);
    await symlink(secret, file(image));
    for (const location of [
      `file://${secret}`,
      `file://${folder}/../secret`,
      `file://${folder}/%2e%2e/secret`,
      `file://${folder}/..%2fsecret`,
      `file://${folder}/`,
      `file://elsewhere${folder}/${image}`,
      `file://${folder}/${image}`,
      `file:${secret}`,
      'file:///etc/passwd',
      'file://',
      'https://example.org/data',
      'swift+http://example.org/data',
      'nothing of the kind',
      '',
    ]) {
      await sql(place, `UPDATE image_locations SET value = '${location}' WHERE image_id = '${image}'`);
      const outcome = (await statusAndCode(await get(image))).join(' ');
      expect(['404 DATA_MISSING', '503 STORE_UNAVAILABLE'], location).toContain(outcome);
    }
  });

  test('of no size is an empty answer', async () => {
    const image = await createActiveImage(gateway, '');
    const response = await get(image);
    expect([response.status, response.headers.get('content-length')]).toEqual([200, '0']);
    expect(await response.text()).toBe('');
    expect((await get(image, { range: 'bytes=0-' })).status).toBe(416);
  });

  test('ends when its client leaves, and closes the file', async () => {
    const image = await createActiveImage(gateway, Buffer.alloc(50_000_000));
    const openFiles = async () => {
      const links = (await readdir('/proc/self/fd')).map((fd) =>
        readlink(`/proc/self/fd/${fd}`).catch(() => ''),
      );
      return (await Promise.all(links)).filter((path) => path === file(image)).length;
    };
    const request = await rawRequest(gateway.url, 'GET', `/data/${image}`);
    await eventually(() => request.received().length > 0);
    request.leave();
    await eventually(openFiles, (count) => count === 0);
    const deaf = await rawRequest(gateway.url, 'GET', `/data/${image}`, {}, { deaf: true });
    await eventually(openFiles, (count) => count === 1);
    deaf.leave();
    await eventually(openFiles, (count) => count === 0);
    for (const header of [{ range: 'bytes=0-1' }, { range: 'bytes=99999999-' }, {}] as Record<
      string,
      string
    >[]) {
      await (await get(image, header)).arrayBuffer();
    }
    await eventually(openFiles, (count) => count === 0);
  });

  test('takes as long as its client needs', async () => {
    const data = Buffer.alloc(20_000_000, 'x');
    const image = await createActiveImage(gateway, data);
    const begun = gateway.log.length;
    vi.useFakeTimers({ toFake: ['setTimeout', 'setInterval'] });
    try {
      const request = await rawRequest(gateway.url, 'GET', `/data/${image}`, {}, { deaf: true });
      await eventually(() => isOpen(file(image)));
      vi.advanceTimersByTime(600_000);
      expect((await request.answer()).body.equals(data)).toBe(true);
    } finally {
      vi.useRealTimers();
    }
    expect(JSON.stringify(gateway.log.slice(begun))).not.toContain('ended early');
  });

  test.each(['POST', 'PATCH', 'DELETE'])('is not possible by %s', async (method) => {
    const response = await get(id, {}, method);
    expect(response.headers.get('allow')).toBe('GET, HEAD, PUT');
    expect(await statusAndCode(response)).toEqual([405, 'METHOD_NOT_ALLOWED']);
  });
});

onEachDatabase('asking for the data of an image', (start, place) => {
  test.each([
    '..%2f..%2fetc%2fpasswd',
    '%2e%2e%2f',
    '.upload-0d5bd1ab-5b4a-4d5e-8e85-5a4f5a2f4b11',
    '%00',
    'x%00',
    '%ff',
    '%',
    '%ED%A0%80',
    'x'.repeat(300),
    '%F0%9F%92%BE',
    "'%20OR%201=1",
    '',
  ])('called %s finds nothing', async (trick) => {
    const gateway = await start();
    await createActiveImage(gateway, DATA);
    for (const method of ['GET', 'PUT']) {
      const request = await rawRequest(gateway.url, method, `/data/${trick}`, { 'content-length': 0 });
      const answer = await request.answer();
      expect(answer.status).toBe(404);
      expect(answer.json().code).toMatch(/^(IMAGE_)?NOT_FOUND$/);
    }
  });

  test('finds an image by its id in any letter case, and not by a similar id', async () => {
    const gateway = await start();
    const id = await createActiveImage(gateway, DATA, { id: 'abcdefab-5b4a-4d5e-8e85-5a4f5a2f4b11' });
    expect((await fetch(`${gateway.url}/data/${id.toUpperCase()}`)).status).toBe(200);
    for (const other of [`${id}%20`, `%20${id}`]) {
      expect((await fetch(`${gateway.url}/data/${other}`)).status).toBe(404);
    }
  });

  describe('of others', () => {
    test('finds what is public or shared with the caller, and nothing else (C19.2)', async () => {
      const gateway = await start({ AUTH: 'trusted', POLICY: 'open' });
      const statusFor = async (image: string, who: Record<string, string>) =>
        (await fetch(`${gateway.url}/data/${image}`, { headers: who })).status;
      const hidden = await createActiveImage(gateway, DATA, {}, as('owner'));
      const shown = await createActiveImage(gateway, DATA, { visibility: 'PUBLIC' }, as('owner'));
      expect([await statusFor(hidden, as('owner')), await statusFor(hidden, as('stranger'))]).toEqual([
        200, 404,
      ]);
      expect(await statusFor(shown, as('stranger'))).toBe(200);
      expect(await statusFor(hidden, as('root', 'admin'))).toBe(200);
      expect(await statusFor(shown, {})).toBe(401);
      await sql(
        place,
        `INSERT INTO image_members (image_id, member, can_share, created_at, deleted, status)
         VALUES ('${hidden}', 'stranger', 0, '2024-01-01 00:00:00', 0, 'pending')`,
      );
      expect(await statusFor(hidden, as('stranger'))).toBe(200);
    });
  });
});

async function isOpen(path: string): Promise<boolean> {
  const links = (await readdir('/proc/self/fd')).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => ''));
  return (await Promise.all(links)).includes(path);
}
