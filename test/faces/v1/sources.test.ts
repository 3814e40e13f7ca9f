import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { onEachDatabase, type TestGateway } from '../../support/gateway.js';
import { meta, v1, v1Image } from '../../support/v1-client.js';
import { file, web, type Web } from '../../support/web.js';

onEachDatabase('data elsewhere whose source version 1 names after creation (contract C15)', (start) => {
  let gateway: TestGateway;
  let source: Web;
  beforeAll(async () => {
    source = await web({
      '/fifteen': file('the source data'),
      '/no-length': (request, response) => {
        response.writeHead(200).flushHeaders();
        response.end(request.method === 'HEAD' ? undefined : 'the source data');
      },
    });
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

  test('has the declared size where the source sends none; without one the request is refused and stores nothing', async () => {
    const from = { location: `${source.url}/no-length`, disk_format: 'raw', container_format: 'bare' };
    const id = randomUUID();
    const refused = await v1(gateway, 'POST', '/v1/images', meta({ id, ...from }));
    expect([refused.status, refused.text]).toEqual([400, expect.stringContaining('Declare the size')]);
    expect((await v1(gateway, 'HEAD', `/v1/images/${id}`)).status).toBe(404);
    const queued = await v1Image(gateway);
    expect((await put(queued.id, from)).status).toBe(400);
    expect((await head(queued.id)).status).toBe('queued');
    const declared = await v1(gateway, 'POST', '/v1/images', meta({ id, size: '15', ...from }));
    expect(declared.status).toBe(201);
    expect(await head(id)).toEqual({ size: '15', status: 'active' });
    expect((await v1(gateway, 'GET', `/v1/images/${id}`)).text).toBe('the source data');
  });

  test('the log tells why an address is refused, and the caller does not learn it', async () => {
    const location = source.url.replace('//', '//user:hunter2@');
    const { status, text } = await v1(gateway, 'POST', '/v1/images', meta({ location }));
    expect([status, text]).toEqual([400, expect.not.stringContaining('password')]);
    const [line] = gateway.log.filter(({ msg }) => msg === 'an address of a source is refused');
    expect(JSON.stringify(line)).toContain('it has a user or a password');
    expect(JSON.stringify(gateway.log)).not.toContain('hunter2');
  });
});
