import { expect, test } from 'vitest';
import { createActiveImage, createImage, errorOf, putData, statusAndCode } from '../support/client.js';
import { onEachDatabase } from '../support/gateway.js';
import { gql } from '../support/gql.js';
import { v1, v1Image } from '../support/v1-client.js';

const FORMATS = { diskFormat: 'raw', containerFormat: 'bare' };

onEachDatabase('images without an owner count as images of one owner (C16)', (start) => {
  test('USER_STORAGE_QUOTA limits their bytes', async () => {
    const gateway = await start({ USER_STORAGE_QUOTA: '500' });
    const answer = await putData(gateway, await createImage(gateway, FORMATS), 'x'.repeat(501));
    expect(await statusAndCode(answer)).toEqual([413, 'STORAGE_QUOTA_EXCEEDED']);
    await createActiveImage(gateway, 'x'.repeat(300));
    const headers = { 'content-type': 'application/octet-stream', 'x-image-meta-disk_format': 'raw' };
    const old = { ...headers, 'x-image-meta-container_format': 'bare' };
    expect((await v1(gateway, 'POST', '/v1/images', old, 'x'.repeat(201))).status).toBe(413);
    expect((await v1(gateway, 'POST', '/v1/images', old, 'x'.repeat(200))).status).toBe(201);
  });

  test('IMAGE_COUNT_QUOTA limits their number, with those that version 1 creates as deleted', async () => {
    const gateway = await start();
    // The images of the test before count as well.
    const present = (await v1(gateway, 'GET', '/v1/images/detail')).json().images.length;
    const queued = (await v1(gateway, 'GET', '/v1/images?status=queued')).json().images.length;
    await gateway.close();
    const most = present + queued + 5;
    const limited = await start({ IMAGE_COUNT_QUOTA: String(most) });
    const made: number[] = [];
    for (let count = 0; count < most + 4; count += 1)
      made.push((await v1(limited, 'POST', '/v1/images', { 'x-image-meta-deleted': 'True' })).status);
    expect(new Set(made)).toEqual(new Set([201, made.at(-1)]));
    expect(made.at(-1)).toBeGreaterThanOrEqual(400);
    expect(made.filter((status) => status === 201).length).toBeLessThanOrEqual(most);
    const refused = await errorOf(limited, gql('mutation { createImage(input: {}) { id } }'));
    expect(refused.code).toBe('IMAGE_QUOTA_EXCEEDED');
  });

  test('a deleted image frees its share again', async () => {
    const gateway = await start();
    const { id } = await v1Image(gateway);
    expect((await v1(gateway, 'DELETE', `/v1/images/${id}`)).status).toBe(200);
  });
});
