import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { as, createActiveImage, run } from '../../support/client.js';
import { onEachDatabase, type TestGateway } from '../../support/gateway.js';
import { gql } from '../../support/gql.js';
import { rawRequest } from '../../support/raw-request.js';
import { meta, v1, v1Image, type V1Json } from '../../support/v1-client.js';

const OCTETS = { 'content-type': 'application/octet-stream' };
const FORMATS = meta({ disk_format: 'raw', container_format: 'bare' });

onEachDatabase('an image of version 1', (start) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await start({ IMAGE_SIZE_CAP: '1000' });
  });
  const head = async (id: string) => (await v1(gateway, 'HEAD', `/v1/images/${id}`)).headers;

  describe('made with POST (contract C9)', () => {
    test.each([
      ['20260301', '2026-03-01T00:00:00.000000'],
      ['2026-03', '2026-03-01T00:00:00.000000'],
      ['2026-0301', '2026-03-01T00:00:00.000000'],
      ['2026-03-01T10', '2026-03-01T10:00:00.000000'],
      ['20260301T100000Z', '2026-03-01T10:00:00.000000'],
      ['2026-03-01T10:15:30,25+01', '2026-03-01T10:15:30.250000'],
    ])('keeps a time spelled %s, without its zone (C8.6)', async (created_at, shown) => {
      expect((await v1Image(gateway, { created_at })).created_at).toBe(shown);
    });

    test('returns data to browsers as an attachment and never as a page, whatever the name is', async () => {
      const { id } = await v1Image(gateway, { name: 'x.html' }, '<script>alert(1)</script>');
      const { status, headers } = await v1(gateway, 'GET', `/v1/images/${id}`);
      expect([status, headers]).toMatchObject([
        200,
        {
          'Content-Type': 'application/octet-stream',
          'Content-Disposition': 'attachment',
          'X-Content-Type-Options': 'nosniff',
        },
      ]);
    });

    test('has eighteen keys, in JSON as Python writes it (C6.1, C0.6)', async () => {
      const answer = await v1(gateway, 'POST', '/v1/images', meta({ name: 'Größe' }));
      const { id, created_at: time } = answer.json().image;
      expect(answer.status).toBe(201);
      expect(answer.headers.Location).toBe(`${gateway.url}/v1/images/${id}`);
      expect(time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}$/);
      expect(answer.text).toBe(
        `{"image": {"id": "${id}", "name": "Gr\\u00f6\\u00dfe", "status": "queued", "disk_format": null, ` +
          '"container_format": null, "size": 0, "virtual_size": null, "checksum": null, "min_disk": 0, ' +
          '"min_ram": 0, "owner": null, "is_public": false, "protected": false, "deleted": false, ' +
          `"created_at": "${time}", "updated_at": "${time}", "deleted_at": null, "properties": {}}}`,
      );
    });

    test('with data is active, and gives it back with its metadata in headers (C10.3, C6.7)', async () => {
      const image = await v1Image(
        gateway,
        { name: 'Größe', 'property-Kernel-Id': 'k', 'property-none': '' },
        'hello',
      );
      expect(image).toMatchObject({ status: 'active', size: 5, properties: { kernel_id: 'k', none: null } });
      const { status, headers, text } = await v1(gateway, 'GET', `/v1/images/${image.id}`, {
        range: 'bytes=0-1',
      });
      expect([status, text]).toEqual([200, 'hello']);
      expect(headers).toMatchObject({
        'Content-Type': 'application/octet-stream',
        'Content-Length': '5',
        Etag: '5d41402abc4b2a76b9719d911017c592',
        'X-Image-Meta-Name': 'Größe',
        'X-Image-Meta-Is_public': 'False',
        'X-Image-Meta-Min_ram': '0',
        'X-Image-Meta-Property-Kernel_id': 'k',
      });
      expect(headers).not.toHaveProperty('X-Image-Meta-Owner');
      expect(headers).not.toHaveProperty('X-Image-Meta-Property-None');
    });

    test('is described by HEAD even if its data is missing, which only GET reports (C10.1, C10.5)', async () => {
      const { id } = await v1Image(gateway, {}, 'lost');
      await rm(join(gateway.folder, 'images', id));
      expect(await head(id)).toMatchObject({ 'X-Image-Meta-Status': 'active', 'X-Image-Meta-Size': '4' });
      expect((await v1(gateway, 'GET', `/v1/images/${id}`)).status).toBe(404);
    });

    test('of size 0 without data is active at once (C9.4)', async () => {
      const { id } = await v1Image(gateway, { size: '0' });
      const answer = await v1(gateway, 'GET', `/v1/images/${id}`);
      expect([answer.status, answer.headers['Content-Length']]).toEqual([200, '0']);
    });

    test('folds names, joins repeated headers, completes ami formats (C1.3, C1.4, C8.5)', async () => {
      const request = await rawRequest(gateway.url, 'POST', '/v1/images', {
        X_IMAGE_META_NAME: 'a',
        'x-image-meta-Name': 'b',
        'x-image-meta-disk-format': 'ami',
      });
      expect((await request.answer()).json<V1Json>().image).toMatchObject({
        name: 'a,b',
        container_format: 'ami',
      });
    });

    test('takes an id once, also when its image is deleted (C9.5, C13.8)', async () => {
      const { id } = await v1Image(gateway, { id: randomUUID().toUpperCase() });
      await v1(gateway, 'DELETE', `/v1/images/${id}`);
      const answer = await v1(gateway, 'POST', '/v1/images', meta({ id }));
      expect([answer.status, answer.text]).toEqual([
        409,
        `409 Conflict\n\nAn image with identifier ${id} already exists\n\n   `,
      ]);
    });

    test.each([
      ['no formats', {}, OCTETS, 400, 'Disk format is not specified.', 'queued'],
      ['another type', FORMATS, { 'content-type': 'text/plain' }, 400, 'Content-Type must be', 'killed'],
      ['another size', { ...FORMATS, ...meta({ size: '4' }) }, OCTETS, 400, 'Supplied size (4)', 'killed'],
      [
        'a checksum in capitals',
        { ...FORMATS, ...meta({ checksum: '5D41402ABC4B2A76B9719D911017C592' }) },
        OCTETS,
        400,
        'Supplied checksum (5D41402ABC4B2A76B9719D911017C592)',
        'killed',
      ],
      [
        'a read-only store',
        { ...FORMATS, ...meta({ store: 'http' }) },
        OCTETS,
        410,
        'store is disabled.',
        'killed',
      ],
    ])('with %s leaves it behind (C9.7 to C9.9)', async (_what, fields, type, status, text, left) => {
      const id = randomUUID();
      const headers = { ...fields, ...type, ...meta({ id }) } as Record<string, string>;
      const answer = await v1(gateway, 'POST', '/v1/images', headers, 'hello');
      expect([answer.status, answer.text]).toEqual([status, expect.stringContaining(text)]);
      expect((await head(id))['X-Image-Meta-Status']).toBe(left);
    });

    test('over the cap gets 400 if its size is declared, else 413 (C32.23)', async () => {
      const headers = { ...OCTETS, ...FORMATS };
      const told = await v1(gateway, 'POST', '/v1/images', headers, 'x'.repeat(1001));
      const streamed = await v1(
        gateway,
        'POST',
        '/v1/images',
        { ...headers, 'transfer-encoding': 'chunked' },
        'x'.repeat(1001),
      );
      expect([told.status, streamed.status]).toEqual([400, 413]);
    });

    test('whose data arrives half is killed, and the sender gets an error (C9.9)', async () => {
      const id = randomUUID();
      const headers = { ...OCTETS, ...FORMATS, ...meta({ id }), 'content-length': '10', connection: 'close' };
      const request = await rawRequest(gateway.url, 'POST', '/v1/images', headers);
      await request.send('hello');
      request.leave();
      await expect.poll(async () => (await head(id))['X-Image-Meta-Status']).toBe('killed');
    });
  });

  describe('changed with PUT (contract C12)', () => {
    const put = (id: string, headers: Record<string, string>, body?: string) =>
      v1(gateway, 'PUT', `/v1/images/${id}`, headers, body);

    test('loses the properties that are not repeated, unless told otherwise (C12.7)', async () => {
      const { id } = await v1Image(gateway, { 'property-a': '1' });
      expect((await put(id, meta({ 'property-b': '2' }))).json().image.properties).toEqual({ b: '2' });
      const keeping = { 'x-glance-registry-purge-props': 'false' };
      const kept = await put(id, { ...meta({ 'property-c': '3' }), ...keeping });
      expect(kept.json().image.properties).toEqual({ b: '2', c: '3' });
      expect((await put(id, {})).json().image.properties).toEqual({});
    });

    test('gets its data once (C12.6)', async () => {
      const { id } = await v1Image(gateway, {
        'property-a': '1',
        disk_format: 'raw',
        container_format: 'bare',
      });
      const first = await put(id, OCTETS, 'hello');
      expect(first.json().image).toMatchObject({ status: 'active', size: 5, properties: { a: '1' } });
      const second = await put(id, OCTETS, 'again');
      expect([second.status, second.text]).toEqual([
        409,
        expect.stringContaining('Cannot upload to an unqueued image'),
      ]);
    });

    test('keeps its id and status (C12.5), and is cleared by an empty value (C12.12)', async () => {
      const { id } = await v1Image(gateway, { name: 'n' });
      expect((await put(id, meta({ status: 'active' }))).text).toContain(
        "Forbidden to modify 'status' of image.",
      );
      expect((await put(id, meta({ id: randomUUID() }))).text).toContain(
        "Forbidden to modify 'id' of image.",
      );
      expect((await put(id, meta({ name: '' }))).json().image.name).toBeNull();
    });
  });

  test('that is deleted exists for administrators only (C13, C10.7)', async () => {
    const { id } = await v1Image(gateway, { protected: 'True' }, 'hello');
    const remove = () => v1(gateway, 'DELETE', `/v1/images/${id}`);
    expect((await remove()).text).toBe('403 Forbidden\n\nImage is protected\n\n   ');
    await v1(gateway, 'PUT', `/v1/images/${id}`, meta({ protected: 'False' }));
    const done = await remove();
    expect([done.status, done.text, done.headers['Content-Type']]).toEqual([
      200,
      '',
      'text/html; charset=UTF-8',
    ]);
    expect(await head(id)).toMatchObject({
      'X-Image-Meta-Deleted': 'True',
      'X-Image-Meta-Status': 'deleted',
    });
    expect((await remove()).text).toBe(`404 Not Found\n\nImage ${id} not found.\n\n   `);
  });

  test('is the same image to GraphQL, whichever face made it', async () => {
    const mine = await createActiveImage(gateway, 'hello', { name: 'from GraphQL' });
    expect((await head(mine))['X-Image-Meta-Name']).toBe('from GraphQL');
    const { id } = await v1Image(gateway, { name: 'from version 1', deleted: 'False' }, 'hello');
    const { image } = await run(
      gateway,
      gql('query ($id: ID!) { image(id: $id) { name status size isPublic } }'),
      { id },
    );
    expect(image).toEqual({ name: 'from version 1', status: 'active', size: 5, isPublic: false });
  });
});

onEachDatabase('the callers of version 1', (start) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await start({ AUTH: 'trusted', ALLOW_ANONYMOUS_ACCESS: 'false' });
  });

  test('without identity are refused, and told no request id (C20.2, C1.10)', async () => {
    const answer = await v1(gateway, 'GET', '/v1/images');
    expect([answer.status, answer.headers['X-Openstack-Request-Id']]).toEqual([401, undefined]);
  });

  test('own the images that they create, whatever owner they name (C9.3)', async () => {
    expect((await v1Image(gateway, { owner: 'other' }, undefined, as('t1'))).owner).toBe('t1');
    expect((await v1Image(gateway, { owner: 'other' }, undefined, as('ops', 'admin'))).owner).toBe('other');
  });

  test('change only their own images (C12.10, C29.1)', async () => {
    const admin = as('ops', 'admin');
    const open = await v1Image(gateway, { is_public: 'True' }, undefined, admin);
    const ownerless = await v1Image(gateway, { owner: '' }, undefined, admin);
    const foreign = await v1Image(gateway, {}, undefined, as('t1'));
    const put = (id: string) =>
      v1(gateway, 'PUT', `/v1/images/${id}`, { ...as('t2'), ...meta({ name: 'x' }) });
    expect((await put(open.id)).text).toContain('Forbidden to update image: 403 Forbidden');
    expect((await put(ownerless.id)).text).toContain('Failed to find image to update: Image not found');
    expect((await put(foreign.id)).text).toContain(`Image with identifier ${foreign.id} not found`);
  });

  test('do not touch size and checksum of data that is there (C12.4)', async () => {
    const { id } = await v1Image(gateway, {}, 'hello', as('t1'));
    const put = (who: Record<string, string>) =>
      v1(gateway, 'PUT', `/v1/images/${id}`, { ...who, ...meta({ size: '4' }) });
    expect((await put(as('t1'))).text).toContain("Forbidden to modify 'size' of active image.");
    expect((await put(as('ops', 'admin'))).json().image.size).toBe(4);
    expect((await v1(gateway, 'GET', `/v1/images/${id}`, as('t1'))).text).toBe('hello');
  });
});
