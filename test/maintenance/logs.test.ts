import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { as, createActiveImage, createImage, graphql, putData } from '../support/client.js';
import { gql } from '../support/gql.js';
import { eventually } from '../support/poll.js';
import { endAll, spawnGateway, type RunningGateway } from '../support/process.js';
import { rawRequest } from '../support/raw-request.js';

const folder = mkdtempSync(join(tmpdir(), 'glance-graphql-test-'));
let gateway: RunningGateway;
beforeAll(async () => {
  gateway = await spawnGateway({ DATA_DIR: folder, AUTH: 'trusted', POLICY: 'open', LOG_LEVEL: 'debug' });
});
afterAll(async () => {
  await endAll();
  rmSync(folder, { recursive: true });
});

const requestLines = () => gateway.log().filter(({ msg }) => msg === 'request');
/** The lines of one request, once they are there. */
const linesOf = (id: string) =>
  eventually(
    () => requestLines().filter(({ reqId }) => reqId === id),
    (lines) => lines.length > 0,
  );

test('every request is one line with its id, method, path, status and time', async () => {
  const id = await createActiveImage(gateway, 'data', {}, as('a'));
  for (const [method, path, status] of [
    ['GET', `/data/${id}`, 200],
    ['HEAD', `/data/${id}`, 200],
    ['GET', '/data/nothing', 404],
    ['GET', '/data/%ff', 404],
    ['GET', '/graphql/elsewhere?token=s3cret', 404],
    ['DELETE', `/data/${id}`, 405],
    ['PUT', `/data/${id}`, 409],
    ['POST', '/graphql', 400],
  ] as const) {
    const body = method === 'PUT' ? 'data' : undefined;
    const response = await fetch(`${gateway.url}${path}`, { method, headers: as('a'), body });
    await response.arrayBuffer();
    const lines = await linesOf(response.headers.get('x-openstack-request-id')!);
    expect(lines).toHaveLength(1);
    expect(lines[0]).not.toHaveProperty('brokenOff');
    expect(lines[0]).toMatchObject({
      level: 'info',
      method,
      path: path.split('?')[0],
      ms: expect.any(Number),
    });
    if (path !== '/graphql') expect(lines[0].status).toBe(status);
  }
});

test('a download that breaks off has its line too', async () => {
  const id = await createActiveImage(gateway, Buffer.alloc(50_000_000), {}, as('a'));
  const headers = { ...as('a'), 'x-openstack-request-id': 'req-breaks-off' };
  const request = await rawRequest(gateway.url, 'GET', `/data/${id}`, headers);
  await eventually(() => request.received().length > 0);
  request.leave();
  expect(await linesOf('req-breaks-off')).toEqual([expect.objectContaining({ brokenOff: true })]);
});

test.each([
  ['req-4f9e', 'req-4f9e'],
  ['4f9e-abc', 'req-4f9e-abc'],
  ['x'.repeat(60), `req-${'x'.repeat(60)}`],
])("takes a client's own request id over: %s", async (sent, taken) => {
  const response = await fetch(`${gateway.url}/ready`, { headers: { 'x-openstack-request-id': sent } });
  expect(response.headers.get('x-openstack-request-id')).toBe(taken);
  expect(await linesOf(taken)).toHaveLength(1);
});

test.each(['with blank', 'semi;colon', '{"a":1}', 'ä', 'x'.repeat(65), '${jndi}', ''])(
  'replaces an odd or long one: %s',
  async (sent) => {
    const headers = { 'x-openstack-request-id': sent };
    const response = await fetch(`${gateway.url}/ready`, { headers });
    const id = response.headers.get('x-openstack-request-id')!;
    expect(id).toMatch(/^req-[0-9a-f]{8}-[0-9a-f-]{27}$/);
    expect(await linesOf(id)).toHaveLength(1);
  },
);

test('no line holds a token, a password or the data, also when things fail', async () => {
  const secrets = {
    ...as('a'),
    authorization: 'Bearer s3cret',
    'x-auth-token': 's3cret',
    cookie: 'session=s3cret',
    'x-service-token': 's3cret',
  };
  const id = await createActiveImage(
    gateway,
    's3cret data',
    { properties: [{ name: 'p', value: 's3cret' }] },
    secrets,
  );
  await fetch(`${gateway.url}/data/${id}?token=s3cret`, { headers: secrets });
  await fetch(`${gateway.url}/data/nothing?token=s3cret`, { headers: secrets });
  await putData(gateway, id, 's3cret', secrets);
  await putData(gateway, await createImage(gateway, {}, secrets), 's3cret', secrets);
  await graphql(gateway, gql('{ s3cret }'), {}, secrets);
  await graphql(gateway, gql('query ($id: ID!) { image(id: $id) { id } }'), { id: 's3cret' }, secrets);
  rmSync(join(folder, 'images', id));
  await fetch(`${gateway.url}/data/${id}`, { headers: secrets });
  const killed = await createImage(gateway, { diskFormat: 'raw', containerFormat: 'bare' }, secrets);
  const wrong = {
    ...secrets,
    'content-md5': 'AAAAAAAAAAAAAAAAAAAAAA==',
    'x-openstack-request-id': 'req-last',
  };
  await putData(gateway, killed, 's3cret', wrong);
  await linesOf('req-last');
  expect(gateway.log().find(({ msg }) => msg === 'an upload failed')).toMatchObject({
    imageId: killed,
    reqId: 'req-last',
  });
  expect(`${gateway.stdout()}${gateway.stderr()}`).not.toContain('s3cret');
});
