import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inPieces } from '../support/body.js';
import {
  as,
  createActiveImage,
  createImage,
  errorOf,
  graphql,
  putData,
  run,
  statusAndCode,
} from '../support/client.js';
import { onEachDatabase, type TestGateway } from '../support/gateway.js';
import { gql } from '../support/gql.js';
import { graphqlWithFile, UPLOAD } from '../support/multipart.js';
import { eventually } from '../support/poll.js';
import { rawRequest, type RawRequest } from '../support/raw-request.js';
import { meta, v1, v1Image } from '../support/v1-client.js';
import { file, web, type Web } from '../support/web.js';

const FORMATS = { diskFormat: 'raw', containerFormat: 'bare' };
const QUOTA = gql(
  '{ viewer { quota { storage { used limit } images { used limit } uploads { used limit } propertiesPerImage membersPerImage tagsPerImage } } }',
);

let tenants = 0;
const newTenant = () => as(`tenant-${(tenants += 1)}`);

onEachDatabase('the quotas of one owner (C16)', (start) => {
  let gateway: TestGateway;
  /** Another gateway on the same database. */
  let other: TestGateway;
  let source: Web;
  /** Lets what the source holds back go. */
  let letGo: () => void = () => undefined;
  beforeAll(async () => {
    source = await web({
      '/600': file('x'.repeat(600)),
      '/held': (request, response) => {
        response.writeHead(200, { 'content-length': 600 }).flushHeaders();
        if (request.method === 'HEAD') response.end();
        else letGo = () => response.end('x'.repeat(600));
      },
    });
    const options = {
      HTTP_SOURCE_HOSTS: '127.0.0.1',
      HTTP_SOURCE_PRIVATE: '127.0.0.1',
      AUTH: 'trusted',
      USER_STORAGE_QUOTA: '1000B',
      IMAGE_COUNT_QUOTA: '5',
      UPLOAD_COUNT_QUOTA: '3',
      IMAGE_PROPERTY_QUOTA: '7',
      IMAGE_MEMBER_QUOTA: '8',
      IMAGE_TAG_QUOTA: '9',
    };
    gateway = await start(options);
    other = await start(options);
  });
  afterAll(() => source.close());
  type Headers = Record<string, string>;
  const use = async (headers: Headers) => (await run(gateway, QUOTA, {}, headers)).viewer.quota;
  const queued = (headers: Headers) => createImage(gateway, FORMATS, headers);
  const several = (count: number, headers: Headers) =>
    Promise.all(Array.from({ length: count }, () => queued(headers)));
  const begin = async (
    where: TestGateway,
    id: string,
    headers: Headers,
    length?: number,
  ): Promise<RawRequest> => {
    const framing: Record<string, string | number> =
      length === undefined ? { 'transfer-encoding': 'chunked' } : { 'content-length': length };
    const upload = await rawRequest(where.url, 'PUT', `/data/${id}`, { ...headers, ...framing });
    await eventually(
      async () =>
        (await run(gateway, gql('query ($id: ID!) { image(id: $id) { status } }'), { id }, headers)).image!
          .status,
      (status) => status === 'saving',
    );
    return upload;
  };

  test('are shown with their use', async () => {
    const headers = newTenant();
    expect(await use(headers)).toEqual({
      storage: { used: 0, limit: 1000 },
      images: { used: 0, limit: 5 },
      uploads: { used: 0, limit: 3 },
      propertiesPerImage: 7,
      membersPerImage: 8,
      tagsPerImage: 9,
    });
    await createActiveImage(gateway, 'x'.repeat(300), {}, headers);
    const upload = await begin(gateway, await queued(headers), headers, 200);
    expect(await use(headers)).toMatchObject({
      storage: { used: 500, limit: 1000 },
      images: { used: 2, limit: 5 },
      uploads: { used: 1, limit: 3 },
    });
    await upload.send('x'.repeat(200));
    expect((await upload.answer()).status).toBe(200);
    expect(await use(headers)).toMatchObject({
      storage: { used: 500 },
      images: { used: 2 },
      uploads: { used: 0 },
    });
  });

  test('do not limit anything when none are set', async () => {
    const free = await start({
      AUTH: 'trusted',
      IMAGE_PROPERTY_QUOTA: '-1',
      IMAGE_MEMBER_QUOTA: '-1',
      IMAGE_TAG_QUOTA: '-1',
    });
    const headers = newTenant();
    await createActiveImage(free, 'x', {}, headers);
    expect((await run(free, QUOTA, {}, headers)).viewer.quota).toEqual({
      storage: { used: 1, limit: null },
      images: { used: 1, limit: null },
      uploads: { used: 0, limit: null },
      propertiesPerImage: null,
      membersPerImage: null,
      tagsPerImage: null,
    });
  });

  describe('of bytes', () => {
    test('limit uploads that declare their size, also at once on several gateways', async () => {
      const headers = newTenant();
      const ids = await several(5, headers);
      const answers = await Promise.all(
        ids.map((id, index) => putData(index % 2 ? gateway : other, id, 'x'.repeat(400), headers)),
      );
      const codes = await Promise.all(
        answers.map(async (answer) => (answer.ok ? answer.status : (await statusAndCode(answer))[1])),
      );
      expect(codes.filter((code) => code === 200)).toHaveLength(2);
      // The third place is for an upload under way; who finds none is refused for that.
      for (const code of codes)
        expect([200, 'STORAGE_QUOTA_EXCEEDED', 'UPLOAD_QUOTA_EXCEEDED']).toContain(code);
      expect((await use(headers)).storage.used).toBe(800);
    });

    test('limit uploads that declare no size: the last one finds no room, and its image is killed', async () => {
      const headers = newTenant();
      const [one, two] = await several(2, headers);
      const uploads = [await begin(gateway, one, headers), await begin(other, two, headers)];
      const answers = [];
      for (const upload of uploads) {
        await upload.sendChunk(Buffer.alloc(600));
        await upload.sendLastChunk();
        answers.push(await upload.answer());
      }
      expect(answers.map(({ status }) => status)).toEqual([200, 413]);
      expect(answers[1].json()).toMatchObject({ code: 'STORAGE_QUOTA_EXCEEDED' });
      expect(await use(headers)).toMatchObject({ storage: { used: 600 }, uploads: { used: 0 } });
      const { image } = await run(
        gateway,
        gql('query ($two: ID!) { image(id: $two) { status statusReason } }'),
        { two },
        headers,
      );
      expect(image).toEqual({ status: 'killed', statusReason: expect.stringContaining('400 bytes remain') });
    });

    test('reserve the declared size of an upload until it ends', async () => {
      const headers = newTenant();
      const [one, two, three] = await several(3, headers);
      const upload = await begin(gateway, one, headers, 700);
      const refused = await putData(other, two, 'x'.repeat(400), headers);
      expect(await statusAndCode(refused)).toEqual([413, 'STORAGE_QUOTA_EXCEEDED']);
      const tooLong = await putData(other, two, inPieces('x'.repeat(300), 'x'), headers);
      expect(await statusAndCode(tooLong)).toEqual([413, 'STORAGE_QUOTA_EXCEEDED']);
      upload.leave();
      await eventually(async () => (await use(headers)).storage.used === 0);
      expect((await putData(other, three, 'x'.repeat(1000), headers)).status).toBe(200);
    });

    test('count an image that is deleted while its data arrives until the upload has ended', async () => {
      const headers = newTenant();
      const [one, two] = await several(2, headers);
      const upload = await begin(gateway, one, headers, 700);
      await run(gateway, gql('mutation ($one: ID!) { deleteImage(id: $one) { id } }'), { one }, headers);
      expect((await putData(gateway, two, 'x'.repeat(400), headers)).status).toBe(413);
      await upload.send('x'.repeat(700));
      expect((await upload.answer()).status).toBe(412);
      expect((await putData(gateway, two, 'x'.repeat(400), headers)).status).toBe(200);
    });

    test('are the same for a file sent through GraphQL', async () => {
      const headers = newTenant();
      const id = await queued(headers);
      const { errors } = await graphqlWithFile(gateway, UPLOAD, { id }, new Blob(['x'.repeat(1001)]), {
        headers,
      });
      expect(errors?.[0].extensions.code).toBe('STORAGE_QUOTA_EXCEEDED');
    });

    test('count data that stays elsewhere on the web, and bind who names it (C15, C16)', async () => {
      const headers = newTenant();
      const located = meta({ disk_format: 'raw', container_format: 'bare', location: `${source.url}/600` });
      const create = () => v1(gateway, 'POST', '/v1/images', { ...headers, ...located });
      const answers = await Promise.all([create(), create()]);
      expect(answers.map(({ status }) => status).sort()).toEqual([201, 413]);
      expect(answers.find(({ status }) => status === 413)!.text).toContain(
        'The size of the data 600 will exceed the limit. 400 bytes remaining.',
      );
      expect((await use(headers)).storage.used).toBe(600);
      expect((await putData(gateway, await queued(headers), 'x'.repeat(500), headers)).status).toBe(413);
    });

    test.each(['version 1 (C15.4)', 'GraphQL'])(
      'keep room for an import by %s while it comes',
      async (face) => {
        const headers = newTenant();
        const url = `${source.url}/held`;
        if (face === 'GraphQL') {
          const query = gql('mutation ($id: ID!, $url: String!) { importImage(id: $id, url: $url) { id } }');
          await run(gateway, query, { id: await queued(headers), url }, headers);
        } else await v1Image(gateway, {}, undefined, { ...headers, 'x-glance-api-copy-from': url });
        await eventually(async () => (await use(headers)).storage.used === 600);
        const refused = await putData(other, await queued(headers), 'x'.repeat(500), headers);
        expect(await statusAndCode(refused)).toEqual([413, 'STORAGE_QUOTA_EXCEEDED']);
        expect((await use(headers)).uploads.used).toBe(1);
        letGo();
        await eventually(async () => (await use(headers)).uploads.used === 0);
        expect((await use(headers)).storage.used).toBe(600);
      },
    );

    test('do not count what others own', async () => {
      const headers = newTenant();
      await createActiveImage(gateway, 'x'.repeat(1000), {}, newTenant());
      await createActiveImage(gateway, 'x'.repeat(1000), {}, headers);
      expect((await use(headers)).storage.used).toBe(1000);
    });
  });

  describe('of images', () => {
    test('limit images that are created at once on any gateway; a deleted image makes room', async () => {
      const headers = newTenant();
      const query = gql('mutation { createImage(input: {}) { id } }');
      const made = await Promise.allSettled(
        Array.from({ length: 9 }, (_, index) => run(index % 2 ? gateway : other, query, {}, headers)),
      );
      const ids = made.flatMap((each) => (each.status === 'fulfilled' ? [each.value.createImage.id] : []));
      expect(ids).toHaveLength(5);
      expect(await errorOf(gateway, query, {}, headers)).toMatchObject({ code: 'IMAGE_QUOTA_EXCEEDED' });
      expect((await use(headers)).images).toEqual({ used: 5, limit: 5 });
      await run(gateway, gql('mutation ($id: ID!) { deleteImage(id: $id) { id } }'), { id: ids[0] }, headers);
      expect((await run(gateway, query, {}, headers)).createImage.id).toBeTruthy();
    });

    test('count for the owner that an administrator names', async () => {
      const headers = newTenant();
      await several(5, headers);
      const query = gql('mutation ($owner: String) { createImage(input: { owner: $owner }) { id } }');
      const owner = headers['x-tenant-id'];
      expect((await errorOf(gateway, query, { owner }, as('operators', 'admin'))).code).toBe(
        'IMAGE_QUOTA_EXCEEDED',
      );
    });
  });

  describe('of an owner bind who is given an image', () => {
    const admin = as('operators', 'admin');
    const move = gql(
      'mutation ($id: ID!, $owner: String) { updateImage(id: $id, input: { owner: $owner }) { owner } }',
    );
    const give = async (id: string, { 'x-tenant-id': owner }: Headers, where = gateway) => {
      const { data, errors } = await graphql(where, move, { id, owner }, admin);
      return errors?.[0].extensions.code ?? data!.updateImage.owner;
    };

    test('that is one too many', async () => {
      const [from, to] = [newTenant(), newTenant()];
      const ids = await several(3, from);
      await several(4, to);
      const given = await Promise.all(ids.map((id, index) => give(id, to, index % 2 ? other : gateway)));
      expect(given.sort()).toEqual(['IMAGE_QUOTA_EXCEEDED', 'IMAGE_QUOTA_EXCEEDED', to['x-tenant-id']]);
      expect([(await use(from)).images.used, (await use(to)).images.used]).toEqual([2, 5]);
      const byV1 = await v1(gateway, 'PUT', `/v1/images/${(await several(1, from))[0]}`, {
        ...admin,
        ...meta({ owner: to['x-tenant-id'] }),
      });
      expect(byV1.status).toBe(413);
    });

    test('with more bytes than fit, those that are still to come included', async () => {
      const [from, to] = [newTenant(), newTenant()];
      await createActiveImage(gateway, 'x'.repeat(500), {}, to);
      const large = await createActiveImage(gateway, 'x'.repeat(501), {}, from);
      const arriving = await queued(from);
      const upload = await begin(gateway, arriving, from, 400);
      expect([await give(large, to), await give(arriving, to)]).toEqual([
        'STORAGE_QUOTA_EXCEEDED',
        to['x-tenant-id'],
      ]);
      expect(await use(to)).toMatchObject({
        storage: { used: 900 },
        images: { used: 2 },
        uploads: { used: 1 },
      });
      await upload.send('x'.repeat(400));
      expect((await upload.answer()).status).toBe(200);
      expect((await use(to)).storage.used).toBe(900);
      expect((await use(from)).storage.used).toBe(501);
    });

    test('and not who has it already', async () => {
      const headers = newTenant();
      const [id] = await several(5, headers);
      expect(await give(id, headers)).toBe(headers['x-tenant-id']);
    });
  });

  test('of uploads bind those under way at once, on all gateways together', async () => {
    const headers = newTenant();
    const [one, two, three, four] = await several(4, headers);
    const uploads = [
      await begin(gateway, one, headers, 10),
      await begin(other, two, headers, 10),
      await begin(gateway, three, headers, 10),
    ];
    const refused = await putData(other, four, 'x', headers);
    expect(await statusAndCode(refused)).toEqual([413, 'UPLOAD_QUOTA_EXCEEDED']);
    await uploads[0].send('0123456789');
    expect((await uploads[0].answer()).status).toBe(200);
    expect((await putData(other, four, 'x', headers)).status).toBe(200);
    for (const upload of uploads.slice(1)) upload.leave();
    await eventually(async () => (await use(headers)).uploads.used === 0);
  });
});
