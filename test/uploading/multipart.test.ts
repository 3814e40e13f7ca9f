import { createHash, randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { print } from 'graphql';
import { beforeAll, expect, test } from 'vitest';
import { as, createImage, run } from '../support/client.js';
import { onEachDatabase, onSqlite, type TestGateway } from '../support/gateway.js';
import { gql } from '../support/gql.js';
import { graphqlWithFile, UPLOAD } from '../support/multipart.js';
import { eventually } from '../support/poll.js';
import { rawRequest } from '../support/raw-request.js';
import { ownTemporaryFolder } from '../support/temporary-folder.js';

const spool = ownTemporaryFolder();
const formats = { diskFormat: 'raw', containerFormat: 'bare' };
const CREATE = gql(
  'mutation ($input: CreateImageInput!, $data: Upload) { createImage(input: $input, data: $data) { status size } }',
);

onEachDatabase('a file sent through GraphQL', (start) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await start();
  });

  test('becomes the data of a queued image', async () => {
    const bytes = randomBytes(3_000_000);
    const id = await createImage(gateway, formats);
    const { data } = await graphqlWithFile(gateway, UPLOAD, { id }, new Blob([bytes]));
    const checksum = createHash('md5').update(bytes).digest('hex');
    expect(data?.uploadImage).toEqual({ id, status: 'active', size: 3_000_000, checksum });
    const back = await fetch(`${gateway.url}/data/${id}`);
    expect(bytes.equals(Buffer.from(await back.arrayBuffer()))).toBe(true);
  });

  test('can come together with the image', async () => {
    const { data } = await graphqlWithFile(gateway, CREATE, { input: formats }, new Blob(['hello']));
    expect(data?.createImage).toEqual({ status: 'active', size: 5 });
  });

  test('without formats is refused before the image is registered', async () => {
    const input = { name: 'never registered', diskFormat: 'raw' };
    const { errors } = await graphqlWithFile(gateway, CREATE, { input }, new Blob(['hello']));
    expect(errors?.[0].extensions).toMatchObject({
      code: 'FORMATS_REQUIRED',
      field: 'input.containerFormat',
    });
    const query = gql('{ images(filter: { name: { eq: "never registered" } }) { edges { node { id } } } }');
    expect((await run(gateway, query)).images.edges).toEqual([]);
  });

  test('that is not what was declared leaves a killed image, which the error names', async () => {
    const input = { ...formats, checksum: '0'.repeat(32) };
    const { errors } = await graphqlWithFile(gateway, CREATE, { input }, new Blob(['hello']));
    const { code, imageId } = errors![0].extensions;
    expect(code).toBe('CHECKSUM_MISMATCH');
    const { image } = await run(gateway, gql('query ($id: ID!) { image(id: $id) { status statusReason } }'), {
      id: String(imageId),
    });
    expect(image).toEqual({
      status: 'killed',
      statusReason: `The declared MD5 is ${'0'.repeat(32)}, the data has 5d41402abc4b2a76b9719d911017c592.`,
    });
  });
});

onSqlite('the guards of files sent through GraphQL', (start) => {
  const temporaryFiles = () => readdirSync(spool).filter((name) => name.startsWith('capacitor-'));

  test('name the data road when a file is too large for them', async () => {
    const gateway = await start({ MULTIPART_MAX_SIZE: '100000' });
    const id = await createImage(gateway, formats);
    const exact = await graphqlWithFile(gateway, UPLOAD, { id }, new Blob([randomBytes(100_000)]));
    expect(exact.data?.uploadImage.size).toBe(100_000);
    const other = await createImage(gateway, formats);
    const { errors } = await graphqlWithFile(
      gateway,
      UPLOAD,
      { id: other },
      new Blob([randomBytes(100_001)]),
    );
    expect(errors?.[0].extensions).toMatchObject({
      code: 'MULTIPART_TOO_LARGE',
      imageId: other,
      dataUrl: `${gateway.url}/data/${other}`,
    });
  });

  test('demand a header that a foreign page cannot send', async () => {
    const gateway = await start();
    const headers = { 'apollo-require-preflight': '' };
    const answer = await graphqlWithFile(gateway, UPLOAD, { id: 'x' }, new Blob(['a']), { headers });
    expect([answer.status, answer.errors?.[0].extensions.field]).toEqual([400, 'headers']);
  });

  test('ask who is calling before the first byte is kept', async () => {
    const gateway = await start({ AUTH: 'trusted', ALLOW_ANONYMOUS_ACCESS: 'true' });
    const before = temporaryFiles();
    const anonymous = await graphqlWithFile(gateway, UPLOAD, { id: 'x' }, new Blob([randomBytes(1_000_000)]));
    expect([anonymous.status, anonymous.errors?.[0].extensions.code]).toEqual([403, 'READ_ONLY']);
    expect(temporaryFiles()).toEqual(before);
    const known = await graphqlWithFile(gateway, UPLOAD, { id: 'x' }, new Blob(['a']), { headers: as('t1') });
    expect(known.errors?.[0].extensions.code).toBe('IMAGE_NOT_FOUND');
  });

  test('limit the number that arrives at once', async () => {
    const gateway = await start({ MULTIPART_CONCURRENCY: '0' });
    const answer = await graphqlWithFile(gateway, UPLOAD, { id: 'x' }, new Blob(['a']));
    expect([answer.status, answer.errors?.[0].extensions.code]).toEqual([503, 'TOO_MANY_UPLOADS']);
  });

  test.each([
    ['no JSON', 'x', undefined],
    ['a list', '[]', undefined],
    ['two files', '{"0":["variables.data"],"1":["variables.data"]}', undefined],
    ['a place outside the variables', '{"0":["query"]}', undefined],
    ['a place in the prototype', '{"0":["__proto__.data"]}', undefined],
    [
      'more places than are sensible',
      JSON.stringify({ 0: Array.from({ length: 9 }, (_, n) => `variables.d${n}`) }),
      undefined,
    ],
    ['nothing of the operations', '{"0":["variables.data"]}', 'x'],
    ['a batch of operations', '{"0":["0.variables.data"]}', '[{"query":"{viewer{user}}","variables":{}}]'],
  ])('refuse a map that is or has %s', async (_, map, operations) => {
    const gateway = await start();
    const answer = await graphqlWithFile(gateway, UPLOAD, { id: 'x' }, new Blob(['a']), { map, operations });
    expect(answer.status).toBeLessThan(500);
    expect(answer.errors?.[0].extensions.code).toMatch(
      /^(BAD_USER_INPUT|BAD_REQUEST|GRAPHQL_VALIDATION_FAILED)$/,
    );
  });

  test('leave no temporary file behind', async () => {
    const gateway = await start();
    const before = new Set(temporaryFiles());
    const id = await createImage(gateway, formats);
    await graphqlWithFile(gateway, UPLOAD, { id }, new Blob([randomBytes(1_000_000)]));
    const refused = await graphqlWithFile(gateway, UPLOAD, { id }, new Blob([randomBytes(1_000_000)]));
    expect(refused.errors?.[0].extensions.code).toBe('IMAGE_NOT_QUEUED');
    await eventually(() => temporaryFiles().every((name) => before.has(name)));
    expect(readdirSync(join(gateway.folder, 'images')).filter((name) => name.startsWith('.upload'))).toEqual(
      [],
    );
  });

  test('give the sender as long as it needs, but end a silent one', async () => {
    const gateway = await start({ UPLOAD_IDLE_TIMEOUT: '1' });
    const [slow, silent] = [await createImage(gateway, formats), await createImage(gateway, formats)];
    const begun = async (id: string) => {
      const part = (name: string, text: string) =>
        `--b\r\ncontent-disposition: form-data; ${name}\r\n\r\n${text}`;
      const operations = JSON.stringify({ query: print(UPLOAD), variables: { id, data: null } });
      const request = await rawRequest(gateway.url, 'POST', '/graphql', {
        'content-type': 'multipart/form-data; boundary=b',
        'transfer-encoding': 'chunked',
        'apollo-require-preflight': '1',
      });
      const fields =
        part('name="operations"', `${operations}\r\n`) + part('name="map"', '{"0":["variables.data"]}\r\n');
      await request.sendChunk(Buffer.from(fields + part('name="0"; filename="disk"', 'x')));
      return request;
    };
    const [steady, hanging] = [await begun(slow), await begun(silent)];
    const enough = Date.now() + 2500;
    await eventually(async () => {
      await steady.sendChunk(Buffer.from('x'));
      return Date.now() > enough;
    });
    await steady.sendChunk(Buffer.from('\r\n--b--\r\n'));
    await steady.sendLastChunk();
    expect((await steady.answer()).json()).toMatchObject({ data: { uploadImage: { status: 'active' } } });
    await hanging.answer().catch(() => undefined);
    await eventually(async () => {
      const { image } = await run(gateway, gql('query ($silent: ID!) { image(id: $silent) { status } }'), {
        silent,
      });
      return ['queued', 'killed'].includes(image!.status);
    });
  });
});
