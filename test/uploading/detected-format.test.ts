import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';
import { createImage, putData, run } from '../support/client.js';
import { onEachDatabase, type TestGateway } from '../support/gateway.js';
import { gql } from '../support/gql.js';
import { be64, qcow2 } from '../support/hand-made-images.js';
import { stateOf, storedFiles } from '../support/image-state.js';
import { v1, v1Image } from '../support/v1-client.js';

const FOUND = gql('query ($id: ID!) { image(id: $id) { status detectedFormat virtualSize } }');
const BARE = { containerFormat: 'bare' };

onEachDatabase('the format of uploaded data', (start, place) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await start();
  });
  const uploaded = async (diskFormat: string, data: BodyInit) => {
    const id = await createImage(gateway, { ...BARE, diskFormat });
    await putData(gateway, id, data);
    return (await run(gateway, FOUND, { id })).image!;
  };

  test('is shown with the virtual size that its header tells', async () => {
    expect(await uploaded('qcow2', qcow2({ 24: be64(2 ** 30) }))).toEqual({
      status: 'active',
      detectedFormat: 'qcow2',
      virtualSize: 2 ** 30,
    });
  });

  test('is raw for data of no other format, whose virtual size is its size', async () => {
    expect(await uploaded('raw', 'data')).toMatchObject({ detectedFormat: 'raw', virtualSize: 4 });
  });

  test('gives no virtual size in the place of a declared one, nor for an empty or an optical image', async () => {
    const { id } = await v1Image(gateway, {
      disk_format: 'raw',
      container_format: 'bare',
      virtual_size: '10',
    });
    await putData(gateway, id, 'data');
    const declared = (await run(gateway, FOUND, { id })).image;
    const empty = await uploaded('raw', '');
    const optical = await uploaded('iso', 'data');
    expect([declared, empty, optical]).toMatchObject([
      { virtualSize: 10, detectedFormat: 'raw' },
      { virtualSize: null, detectedFormat: null },
      { virtualSize: null, detectedFormat: 'raw' },
    ]);
  });

  test('other than declared is logged, and the upload succeeds', async () => {
    gateway.log.length = 0;
    expect(await uploaded('qcow2', gzipSync('data'))).toMatchObject({
      status: 'active',
      detectedFormat: 'gzip',
      virtualSize: null,
    });
    expect(gateway.log).toContainEqual(
      expect.objectContaining({
        msg: 'the data of an image is not what it should be',
        imageId: expect.any(String),
        err: expect.objectContaining({ code: 'IMAGE_FORMAT_MISMATCH' }),
      }),
    );
  });

  test('leaves the virtual size of version 1 as the client declared it', async () => {
    const { id, ...image } = await v1Image(gateway, {}, 'data');
    expect(image).toMatchObject({ virtual_size: null });
    expect((await run(gateway, FOUND, { id })).image).toMatchObject({
      detectedFormat: 'raw',
      virtualSize: null,
    });
  });

  describe('under IMAGE_FORMAT_CHECK=strict', () => {
    let strict: TestGateway;
    beforeAll(async () => {
      strict = await start({ IMAGE_FORMAT_CHECK: 'strict' });
    });

    test.each<[why: string, format: string, data: BodyInit, code: string, reason: string]>([
      ['a backing file', 'qcow2', qcow2({ 8: be64(4096) }), 'IMAGE_FORMAT_UNSAFE', 'it names a backing file'],
      [
        'an external data file',
        'qcow2',
        qcow2({ 72: be64(4) }),
        'IMAGE_FORMAT_UNSAFE',
        'an external data file',
      ],
      [
        'another format',
        'raw',
        qcow2(),
        'IMAGE_FORMAT_MISMATCH',
        'diskFormat: is raw, and the data is qcow2.',
      ],
      ['no header', 'qcow2', randomBytes(100_000), 'IMAGE_FORMAT_MISMATCH', 'is qcow2, and the data is raw.'],
    ])(
      'data with %s is refused, and the image is killed with the reason',
      async (_, diskFormat, data, code, reason) => {
        const before = await storedFiles(place.options.DATA_DIR);
        const id = await createImage(strict, { ...BARE, diskFormat });
        const answer = await putData(strict, id, data);
        expect([answer.status, await answer.json()]).toEqual([
          415,
          expect.objectContaining({ code, message: expect.stringContaining(reason) }),
        ]);
        expect(await stateOf(strict, id)).toMatchObject({
          status: 'killed',
          statusReason: expect.stringContaining(reason),
        });
        expect(await storedFiles(place.options.DATA_DIR)).toEqual(before);
      },
    );

    test('version 1 refuses it too', async () => {
      const formats = { 'x-image-meta-disk_format': 'raw', 'x-image-meta-container_format': 'bare' };
      const headers = { 'content-type': 'application/octet-stream', ...formats };
      const { status, text } = await v1(strict, 'POST', '/v1/images', headers, qcow2());
      expect([status, text]).toEqual([415, expect.stringContaining('the data is qcow2')]);
    });

    test('data is refused before all of it has come', async () => {
      const id = await createImage(strict, { ...BARE, diskFormat: 'raw' });
      let pulled = 0;
      const endless = new ReadableStream({
        pull(controller) {
          pulled += 1;
          controller.enqueue(pulled === 1 ? qcow2() : Buffer.alloc(1024 * 1024));
          if (pulled === 500) controller.close();
        },
      });
      expect((await putData(strict, id, endless)).status).toBe(415);
      expect(pulled).toBeLessThan(400);
    });
  });

  test('outside IMAGE_FORMAT_ALLOW is refused', async () => {
    const choosy = await start({ IMAGE_FORMAT_CHECK: 'strict', IMAGE_FORMAT_ALLOW: 'qcow2,raw' });
    const id = await createImage(choosy, { containerFormat: 'ari', diskFormat: 'ari' });
    expect(await (await putData(choosy, id, gzipSync('data'))).json()).toMatchObject({
      code: 'IMAGE_FORMAT_REFUSED',
    });
    const other = await createImage(choosy, { ...BARE, diskFormat: 'qcow2' });
    expect((await putData(choosy, other, qcow2())).status).toBe(200);
  });

  test('is not inspected under IMAGE_FORMAT_CHECK=off', async () => {
    const blind = await start({ IMAGE_FORMAT_CHECK: 'off' });
    const id = await createImage(blind, { ...BARE, diskFormat: 'qcow2' });
    await putData(blind, id, qcow2());
    expect((await run(blind, FOUND, { id })).image).toMatchObject({
      detectedFormat: null,
      virtualSize: null,
    });
  });
});
