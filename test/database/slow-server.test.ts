import { afterAll, afterEach, beforeAll, expect, inject, test } from 'vitest';
import { createImage, graphql } from '../support/client.js';
import { CREATE } from '../support/database-load.js';
import { onMysql } from '../support/gateway.js';
import { stallingProxy, type StallingProxy } from '../support/stalling-proxy.js';

const QUERY_TIMEOUT = 1;

onMysql('a gateway whose database server is slow, on MySQL', (start, place) => {
  let proxy: StallingProxy;
  let url: string;
  beforeAll(async () => {
    await (await start()).close();
    proxy = await stallingProxy(Number(new URL(inject('mysqlServer')).port));
    const slow = new URL(place.options.DATABASE_URL);
    slow.port = String(proxy.port);
    url = slow.href;
  });
  afterEach(() => proxy.resume());
  afterAll(() => proxy.stop());

  const seconds = async (work: () => Promise<void>) => {
    const begun = performance.now();
    await work();
    return (performance.now() - begun) / 1000;
  };

  test('refuses a change in time, although the server answers each of its statements', async () => {
    const gateway = await start({ DATABASE_URL: url, QUERY_TIMEOUT: String(QUERY_TIMEOUT) });
    await createImage(gateway);
    proxy.delay(700);
    const took = await seconds(async () => {
      const { errors } = await graphql(gateway, CREATE, { name: 'a' });
      expect(errors?.[0].extensions).toMatchObject({ code: 'QUERY_TIMEOUT', retryAfter: expect.any(Number) });
    });
    expect(took).toBeLessThan(QUERY_TIMEOUT + 5);
    proxy.resume();
    await createImage(gateway);
  });

  test('says on /ready within seconds that its server is silent', async () => {
    const gateway = await start({ DATABASE_URL: url });
    await createImage(gateway);
    proxy.pause();
    const took = await seconds(async () => expect((await fetch(`${gateway.url}/ready`)).status).toBe(503));
    expect(took).toBeLessThan(8);
    proxy.refuse();
  });
});
