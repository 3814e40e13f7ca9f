import { request } from 'node:http';
import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { as } from '../../support/client.js';
import { onSqlite } from '../../support/gateway.js';
import { freePort } from '../../support/mysql-server.js';
import { startRegistry } from '../../support/registry-client.js';
import { v1, v1Image } from '../../support/v1-client.js';

onSqlite('the server of the registry', (start) => {
  test('shows what version 1 made, and version 1 shows what it was told (C24)', async () => {
    const { gateway, ask } = await startRegistry(start);
    const { id } = await v1Image(gateway, { name: 'of the API' }, 'hello');
    const shown = (await ask('GET', `/images/${id}`)).json().image;
    expect(shown.location_data).toEqual([
      { id: expect.any(Number), url: shown.location, metadata: {}, status: 'active' },
    ]);
    expect(shown.location).toMatch(/^file:\/\//);
    await ask('PUT', `/images/${id}`, { image: { name: 'of the registry' } });
    const head = await v1(gateway, 'HEAD', `/v1/images/${id}`);
    expect(head.headers['X-Image-Meta-Name']).toBe('of the registry');
    await gateway.close();
    await expect(ask('GET', '/images')).rejects.toThrow();
  });

  test('asks no policy and no quota: those are the rules of its peer', async () => {
    const options = { POLICY: 'shipped', IMAGE_PROPERTY_QUOTA: '1' };
    const { gateway, make } = await startRegistry(start, options);
    const made = await make({ is_public: true, properties: { a: '1', b: '2' } });
    expect(made).toMatchObject({ is_public: true, properties: { a: '1', b: '2' } });
    await gateway.close();
  });

  test('answers no name that is not its own without authentication, and no page of another site', async () => {
    const { gateway, ask } = await startRegistry(start);
    const statuses = [
      await ask('GET', '/images', undefined, { host: 'evil.example' }),
      await ask('POST', '/images', { image: {} }, { origin: 'http://evil.example' }),
    ].map(({ status }) => status);
    expect(statuses).toEqual([403, 403]);
    await gateway.close();
  });

  test('listens only on this machine, whatever HOST is, unless REGISTRY_HOST names another address', async () => {
    const open = { HOST: '0.0.0.0', AUTH: 'trusted' };
    const here = await startRegistry(start, open);
    const from = (address: string) => `http://${address}:${here.port}`;
    expect((await fetch(`${from('127.0.0.1')}/healthcheck`)).status).toBe(200);
    await expect(fetch(`${from('127.0.0.2')}/healthcheck`)).rejects.toThrow();
    await here.gateway.close();
    const there = await startRegistry(start, { ...open, REGISTRY_HOST: '127.0.0.2' });
    expect((await fetch(`http://127.0.0.2:${there.port}/healthcheck`)).status).toBe(200);
    await there.gateway.close();
  });

  test('serves only the peers in REGISTRY_PEERS, whatever identity others send', async () => {
    const REGISTRY_PEERS = '127.0.0.2, 10.0.0.0/8';
    const { gateway, port } = await startRegistry(start, { AUTH: 'trusted', REGISTRY_PEERS });
    const asked = { host: '127.0.0.1', port, headers: as('t', 'admin') };
    const statusFrom = (localAddress: string, method: string, path: string) =>
      new Promise<number | undefined>((resolve, reject) => {
        const sent = request({ ...asked, localAddress, method, path });
        sent.on('response', (answer) => resolve(answer.resume().statusCode)).on('error', reject);
        sent.end();
      });
    for (const [method, path] of [
      ['GET', '/images'],
      ['POST', '/images'],
      ['GET', '/ready'],
      ['GET', '/%zz'],
    ]) {
      expect(await statusFrom('127.0.0.1', method, path)).toBe(403);
    }
    expect(await statusFrom('127.0.0.2', 'GET', '/images')).toBe(200);
    await gateway.close();
  });

  test('writes who changed what to the log, and no location', async () => {
    const { gateway, make } = await startRegistry(start);
    const { id } = await make({ location: 'swift://user:secret@host/x' });
    expect(gateway.log).toContainEqual(
      expect.objectContaining({ action: 'create', outcome: 'done', imageId: id }),
    );
    expect(JSON.stringify(gateway.log)).not.toContain('secret');
    await gateway.close();
  });

  test('on a port that is taken lets nothing begin', async () => {
    const port = await freePort();
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(port, '127.0.0.1', resolve));
    await expect(start({ REGISTRY_PORT: String(port) })).rejects.toThrow('EADDRINUSE');
    other.close();
  });
});
