import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { createImage, run } from '../support/client.js';
import { onMysql } from '../support/gateway.js';
import { gql } from '../support/gql.js';
import { eventually } from '../support/poll.js';
import { stallingProxy, type StallingProxy } from '../support/stalling-proxy.js';

const DELETE = gql(
  'mutation ($ids: [ID!]!) { deleteImages(ids: $ids) { id: imageId image { tags } error { code } } }',
);

onMysql('a change of several images while the database server is silent, on MySQL', (start, place) => {
  let proxy: StallingProxy;
  beforeAll(async () => {
    await (await start()).close();
    proxy = await stallingProxy(Number(new URL(inject('mysqlServer')).port));
  });
  afterAll(() => proxy.stop());

  test('waits for the first image only, says the same of the others, and can be repeated', async () => {
    const url = new URL(place.options.DATABASE_URL);
    url.port = String(proxy.port);
    const gateway = await start({ DATABASE_URL: url.href, QUERY_TIMEOUT: '1' });
    const ids: string[] = [];
    for (let n = 0; n < 20; n += 1) ids.push(await createImage(gateway));
    proxy.pause();
    const begun = performance.now();
    const { deleteImages } = await run(gateway, DELETE, { ids });
    // Twenty waits of the shortest time would take longer.
    expect(performance.now() - begun).toBeLessThan(20_000);
    const codes = new Set(deleteImages.map(({ error }) => error?.code));
    expect(codes.size).toBe(1);
    expect([...codes][0]).toMatch(/^(DATABASE_UNAVAILABLE|QUERY_TIMEOUT)$/);
    expect(deleteImages.map(({ id }) => id)).toEqual(ids);
    proxy.resume();
    // Connections from before may still be silent.
    await eventually(
      async () => (await run(gateway, DELETE, { ids })).deleteImages.map(({ error }) => error?.code),
      (codes) => codes.every((code) => code === 'IMAGE_NOT_FOUND'),
      60,
    );
  });
});
