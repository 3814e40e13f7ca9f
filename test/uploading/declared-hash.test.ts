import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createImage, errorOf, putData, run, statusAndCode } from '../support/client.js';
import { onEachDatabase, onSqlite, type TestGateway } from '../support/gateway.js';
import { gql } from '../support/gql.js';
import { stateOf } from '../support/image-state.js';
import { graphqlWithFile, UPLOAD } from '../support/multipart.js';
import { eventually } from '../support/poll.js';
import { beginUpload, sendPart } from '../support/tus.js';
import { v1 } from '../support/v1-client.js';
import { file, web, type Web } from '../support/web.js';

const DATA = 'the data of an image';
const FORMATS = { diskFormat: 'raw', containerFormat: 'bare' };
const hashOf = (algorithm: string, data = DATA) => createHash(algorithm).update(data).digest('hex');
const HASH = gql('query ($id: ID!) { image(id: $id) { status statusReason hash { algorithm value } } }');
const reprDigest = (algorithm: string, data: string) =>
  `${algorithm.replace('sha', 'sha-')}=:${createHash(algorithm).update(data).digest('base64')}:`;

onEachDatabase('a digest that is declared with a new image', (start, place) => {
  let gateway: TestGateway;
  let source: Web;
  beforeAll(async () => {
    source = await web({ '/data': file(Buffer.from(DATA)) });
    gateway = await start({ HTTP_SOURCE_HOSTS: '127.0.0.1', HTTP_SOURCE_PRIVATE: '127.0.0.1' });
  });
  afterAll(() => source.close());
  const queued = (algorithm: string, data = DATA) =>
    createImage(gateway, { ...FORMATS, hash: { algorithm, value: hashOf(algorithm, data) } });
  const image = async (id: string) => (await run(gateway, HASH, { id })).image!;

  test.each(['sha256', 'sha384', 'sha512'])('is shown while the image is queued: %s', async (algorithm) => {
    const value = hashOf(algorithm);
    const id = await createImage(gateway, { ...FORMATS, hash: { algorithm, value: value.toUpperCase() } });
    expect((await image(id)).hash).toEqual({ algorithm, value });
    expect((await putData(gateway, id, DATA)).status).toBe(200);
  });

  /** Each road of data to an image. */
  const ROADS: Record<string, (id: string) => Promise<unknown>> = {
    'a PUT': (id) => putData(gateway, id, DATA),
    'a form of GraphQL': (id) => graphqlWithFile(gateway, UPLOAD, { id }, new Blob([DATA])),
    'a resumable upload': async (id) => {
      const begun = await beginUpload(gateway, id, { 'upload-length': String(DATA.length) });
      await sendPart(begun.headers.get('location')!, 0, DATA);
    },
    'an import': (id) =>
      run(gateway, gql('mutation ($id: ID!, $url: String!) { importImage(id: $id, url: $url) { id } }'), {
        id,
        url: `${source.url}/data`,
      }),
    'a PUT of version 1': (id) =>
      v1(gateway, 'PUT', `/v1/images/${id}`, { 'content-type': 'application/octet-stream' }, DATA),
    'a copy of version 1': (id) =>
      v1(gateway, 'PUT', `/v1/images/${id}`, { 'x-glance-api-copy-from': `${source.url}/data` }),
  };

  describe.skipIf(place.engine !== 'sqlite').each(Object.entries(ROADS))(
    'is compared with the data of %s',
    (_, send) => {
      test('and lets data through that has it', async () => {
        const id = await queued('sha384');
        await send(id);
        await eventually(async () => (await image(id)).status === 'active');
        expect((await image(id)).hash).toEqual({ algorithm: 'sha512', value: hashOf('sha512') });
      });

      test('and kills the image for data that has another', async () => {
        const id = await queued('sha256', 'other data');
        await send(id);
        await eventually(async () => (await image(id)).status === 'killed');
        expect((await image(id)).statusReason).toBe(
          `The declared SHA256 is ${hashOf('sha256', 'other data')}, the data has ${hashOf('sha256')}.`,
        );
      });
    },
  );

  test('is compared with data that stays on the web when it is downloaded', async () => {
    for (const [data, isWhole] of [
      [DATA, true],
      ['other data', false],
    ] as const) {
      const id = await queued('sha256', data);
      const headers = { 'x-image-meta-location': `${source.url}/data` };
      expect((await v1(gateway, 'PUT', `/v1/images/${id}`, headers)).status).toBe(200);
      expect((await image(id)).status).toBe('active');
      const download = fetch(`${gateway.url}/data/${id}`).then((response) => response.text());
      if (isWhole) expect(await download).toBe(DATA);
      else await expect(download).rejects.toThrow();
    }
  });

  test('is compared beside the one that the sender declares', async () => {
    const right = reprDigest('sha512', DATA);
    const id = await queued('sha256', 'other data');
    const response = await putData(gateway, id, DATA, { 'repr-digest': right });
    expect(await statusAndCode(response)).toEqual([400, 'CHECKSUM_MISMATCH']);
    const other = await queued('sha256');
    const wrong = await putData(gateway, other, DATA, { 'repr-digest': reprDigest('sha256', 'other data') });
    expect(await statusAndCode(wrong)).toEqual([400, 'CHECKSUM_MISMATCH']);
  });

  const CREATE = gql('mutation ($input: CreateImageInput!) { createImage(input: $input) { id } }');
  test.each<[object, string]>([
    [{ algorithm: 'md5', value: hashOf('md5') }, 'input.hash.algorithm'],
    [{ algorithm: 'SHA256', value: hashOf('sha256') }, 'input.hash.algorithm'],
    [{ algorithm: 'sha256', value: hashOf('sha512') }, 'input.hash.value'],
    [{ algorithm: 'sha256', value: '' }, 'input.hash.value'],
    [{ algorithm: 'sha256', value: 'g'.repeat(64) }, 'input.hash.value'],
    [{ algorithm: 'constructor', value: hashOf('sha256') }, 'input.hash.algorithm'],
  ])('must be one of the known ones, with its digits: %j', async (hash, field) => {
    expect(await errorOf(gateway, CREATE, { input: { hash } })).toMatchObject({
      code: 'BAD_USER_INPUT',
      field,
    });
  });
});

onSqlite('a digest with the last part of a resumable upload', (start) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await start();
  });
  async function begun(metadata?: string) {
    const id = await createImage(gateway, FORMATS);
    const headers = {
      'upload-length': String(DATA.length),
      ...(metadata && { 'upload-metadata': metadata }),
    };
    return { id, url: (await beginUpload(gateway, id, headers)).headers.get('location')! };
  }
  const half = DATA.length / 2;

  test.each(['sha256', 'sha384', 'sha512'])('lets data through that has it: %s', async (algorithm) => {
    const { id, url } = await begun();
    expect((await sendPart(url, 0, DATA.slice(0, half))).status).toBe(204);
    const last = await sendPart(url, half, DATA.slice(half), { 'repr-digest': reprDigest(algorithm, DATA) });
    expect(last.status).toBe(204);
    expect((await stateOf(gateway, id)).status).toBe('active');
  });

  test('kills the image for data that was changed on its way', async () => {
    const { id, url } = await begun();
    expect((await sendPart(url, 0, DATA.slice(0, half))).status).toBe(204);
    const changed = `${DATA.slice(half, -1)}!`;
    const last = await sendPart(url, half, changed, { 'repr-digest': reprDigest('sha256', DATA) });
    expect(await statusAndCode(last)).toEqual([400, 'CHECKSUM_MISMATCH']);
    expect(await stateOf(gateway, id)).toMatchObject({
      status: 'killed',
      statusReason: expect.stringContaining(hashOf('sha256')),
    });
  });

  test('counts beside the one that was declared at the start', async () => {
    const metadata = `sha512 ${Buffer.from(hashOf('sha512', 'other data')).toString('base64')}`;
    const { id, url } = await begun(metadata);
    const last = await sendPart(url, 0, DATA, { 'repr-digest': reprDigest('sha256', DATA) });
    expect(await statusAndCode(last)).toEqual([400, 'CHECKSUM_MISMATCH']);
    expect((await stateOf(gateway, id)).status).toBe('killed');
  });

  test('counts also when the sender does not repeat it after the part was cut off', async () => {
    const { id, url } = await begun();
    await sendPart(url, 0, DATA.slice(0, half), { 'repr-digest': reprDigest('sha256', 'other data') });
    expect(await statusAndCode(await sendPart(url, half, DATA.slice(half)))).toEqual([
      400,
      'CHECKSUM_MISMATCH',
    ]);
    expect((await stateOf(gateway, id)).status).toBe('killed');
  });

  test('is refused before the part when it is malformed, and the part can be sent again', async () => {
    const { id, url } = await begun();
    for (const digest of ['sha-256=abc', `sha-256=:${'A'.repeat(12)}:`]) {
      const refused = await sendPart(url, 0, DATA, { 'repr-digest': digest });
      expect(await refused.json()).toMatchObject({ code: 'BAD_USER_INPUT', field: 'Repr-Digest' });
    }
    // An algorithm that nobody here knows declares nothing.
    const unknown = await sendPart(url, 0, DATA, { 'repr-digest': 'unixsum=:AAA=:' });
    expect(unknown.status).toBe(204);
    expect((await stateOf(gateway, id)).status).toBe('active');
  });
});
