import { afterAll, beforeAll, expect, test } from 'vitest';
import { onEachDatabase, type TestGateway } from '../../support/gateway.js';
import { meta, v1, v1Image } from '../../support/v1-client.js';
import { file, web, type Web } from '../../support/web.js';

onEachDatabase('data elsewhere whose source version 1 names after creation (contract C15)', (start) => {
  let gateway: TestGateway;
  let source: Web;
  beforeAll(async () => {
    source = await web({ '/fifteen': file('the source data') });
    gateway = await start({ HTTP_SOURCE_HOSTS: '127.0.0.1', HTTP_SOURCE_PRIVATE: '127.0.0.1' });
  });
  afterAll(() => source.close());

  const put = (id: string, fields: Record<string, string>) =>
    v1(gateway, 'PUT', `/v1/images/${id}`, meta({ location: `${source.url}/fifteen`, ...fields }));
  const head = async (id: string) => {
    const { headers } = await v1(gateway, 'HEAD', `/v1/images/${id}`);
    return { size: headers['X-Image-Meta-Size'], status: headers['X-Image-Meta-Status'] };
  };

  test('has the size that the source reports, also where the formats are missing', async () => {
    const { id } = await v1Image(gateway);
    const refused = await put(id, {});
    expect([refused.status, refused.text]).toEqual([
      400,
      expect.stringContaining('Disk format is not specified.'),
    ]);
    expect(await head(id)).toEqual({ size: '15', status: 'queued' });
    expect((await put(id, { disk_format: 'raw', container_format: 'bare' })).status).toBe(200);
    expect(await head(id)).toEqual({ size: '15', status: 'active' });
  });

  test('has the size in the request, which must be the size of the source', async () => {
    const { id } = await v1Image(gateway, { disk_format: 'raw', container_format: 'bare', size: '7' });
    expect((await put(id, { size: '9' })).status).toBe(409);
    expect(await head(id)).toEqual({ size: '9', status: 'queued' });
    expect((await put(id, {})).status).toBe(200);
    expect(await head(id)).toEqual({ size: '15', status: 'active' });
  });
});
