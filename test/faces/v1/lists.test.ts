import { randomUUID } from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';
import { as } from '../../support/client.js';
import { onEachDatabase, type TestGateway } from '../../support/gateway.js';
import { meta, v1, v1Image } from '../../support/v1-client.js';

onEachDatabase('lists of version 1 (contract C11)', (start) => {
  let gateway: TestGateway;
  const admin = as('ops', 'admin');
  const ids: Record<string, string> = {};
  beforeAll(async () => {
    gateway = await start({ AUTH: 'trusted', API_LIMIT_MAX: '3', LIMIT_PARAM_DEFAULT: '3' });
    const make = async (name: string, fields: Record<string, string>, body?: string, who = admin) => {
      ids[name] = (await v1Image(gateway, { name, ...fields }, body, who)).id;
    };
    await make('ubuntu:14.04', { is_public: 'True', min_ram: '256', 'property-os': 'linux' }, 'xxxxx');
    await make('own', { 'property-os': 'linux' }, undefined, as('t1'));
    await make('foreign', { protected: 'True' }, undefined, as('t2'));
    await make('gone', {}, undefined, as('t1'));
    await v1(gateway, 'DELETE', `/v1/images/${ids.gone}`, as('t1'));
    ids.killed = randomUUID();
    const broken = meta({ id: ids.killed, name: 'killed', disk_format: 'raw', container_format: 'bare' });
    await v1(gateway, 'POST', '/v1/images', { ...as('t1'), ...broken }, 'x');
  });
  const names = async (query: string, who = as('t1')) =>
    (await v1(gateway, 'GET', `/v1/images?${query}`, who)).json().images.map(({ name }) => name);

  test('hold public images and the caller’s images, the newest first (C11.5, C19.3)', async () => {
    expect(await names('')).toEqual(['own', 'ubuntu:14.04']);
    expect(await names('is_public=none')).toEqual(['own', 'ubuntu:14.04']);
  });

  test('show an administrator no more than others by default (C11.5)', async () => {
    expect(await names('', admin)).toEqual(['ubuntu:14.04']);
    expect(await names('is_public=False', admin)).toEqual(['foreign', 'own']);
    expect(await names('is_public=NONE', admin)).toEqual(['foreign', 'own', 'ubuntu:14.04']);
  });

  test('show deleted and killed images with changes-since (C11.6)', async () => {
    expect(await names('status=killed')).toEqual([]);
    const since = 'changes-since=2001-01-01T00:00:00Z&sort_key=name&sort_dir=asc';
    expect(await names(`${since}&limit=3`)).toEqual(['gone', 'killed', 'own']);
    expect(await names('changes-since=2999-01-01')).toEqual([]);
  });

  test.each([
    ['name=ubuntu:14.04', ['ubuntu:14.04']],
    ['name=in:own,nothing', ['own']],
    ['name=Own', []],
    ['name=own&name=ubuntu:14.04', ['ubuntu:14.04']],
    ['min_ram=256', ['ubuntu:14.04']],
    ['min_disk=x', []],
    ['size_min=1&size_max=5', ['ubuntu:14.04']],
    ['protected=1', []],
    ['property-os=linux', ['own', 'ubuntu:14.04']],
    ['property-os=linux&property-arch=arm', []],
    ['deleted=True&foo=bar', ['own', 'ubuntu:14.04']],
    ['sort_key=size&sort_dir=asc', ['own', 'ubuntu:14.04']],
    ['limit=0', []],
    ['limit=99', ['own', 'ubuntu:14.04']],
  ])('are filtered by %s (C11.4)', async (query, expected) => {
    expect(await names(query)).toEqual(expected);
  });

  test('go on after a deleted image in a list of changes (C11.9)', async () => {
    const since = 'changes-since=2001-01-01&sort_key=name&sort_dir=asc&limit=1';
    const marker = async (id: string, query = since, who = as('t1')) =>
      v1(gateway, 'GET', `/v1/images?${query}&marker=${id}`, who);
    expect(await names(since)).toEqual(['gone']);
    expect((await marker(ids.gone)).json().images.map(({ name }) => name)).toEqual(['killed']);
    expect((await marker(ids.gone, 'limit=1')).status).toBe(400);
    expect((await marker(ids.gone, since, as('t2'))).status).toBe(400);
    expect((await marker(ids.foreign)).status).toBe(400);
  });

  test.each([
    ...['20010101', '2001-01', '2001-0101', '2001-01-01T10', '20010101T100000Z', '2001-01-01T10:00:00,5'],
    ...['2001-01-01T10:00:00%2b01', '2001-01-01T1000-0130', '2001', '2001-1-1', '0001-01-01'],
  ])('take changes-since=%s (C11.4)', async (time) => {
    expect(await names(`changes-since=${time}&sort_key=name&sort_dir=asc&limit=1`)).toEqual(['gone']);
  });

  test.each(['200101', '2001-01-01T', '2001-02-29', '2001-01-01T24', '2001-01-01T10:00:00z', '%202001'])(
    'refuse changes-since=%s (C11.4)',
    async (time) => {
      const answer = await v1(gateway, 'GET', `/v1/images?changes-since=${time}`, as('t1'));
      expect([answer.status, answer.text]).toEqual([
        400,
        expect.stringContaining('Unrecognized changes-since value'),
      ]);
    },
  );

  test('go on behind a marker, which need not pass the filter (C11.9)', async () => {
    expect(await names(`marker=${ids.own}&status=active`)).toEqual(['ubuntu:14.04']);
    const refused = async (marker: string) =>
      (await v1(gateway, 'GET', `/v1/images?marker=${marker}`, as('t1'))).text;
    expect(await refused('x')).toContain('Invalid marker format');
    expect(await refused('')).toContain('Invalid marker. Image could not be found.');
    expect(await refused(ids.foreign)).toContain('Invalid marker. Image could not be found.');
  });

  test.each([
    ['size_min=x', 'Bad value passed to filter size_min got x'],
    ['is_public=yes', 'Bad value passed to filter is_public got yes'],
    ['protected=none', 'protected must be True, or False'],
    ['changes-since=x', 'Unrecognized changes-since value'],
    ['limit=-1', 'limit param must be positive'],
    ['sort_key=owner', 'Unsupported sort_key. Acceptable values: name, status, container_format,'],
    ['sort_dir=up', 'Unsupported sort_dir. Acceptable values: asc, desc'],
  ])('refuse %s (C11.3, C11.7, C11.8)', async (query, text) => {
    const answer = await v1(gateway, 'GET', `/v1/images/detail?${query}`, as('t1'));
    expect([answer.status, answer.text]).toEqual([400, expect.stringContaining(text)]);
  });

  test('are brief or detailed (C6.3, C6.1)', async () => {
    const [brief] = (await v1(gateway, 'GET', '/v1/images', as('t1'))).json().images;
    const [whole] = (await v1(gateway, 'GET', '/v1/images/detail', as('t1'))).json().images;
    expect(Object.keys(brief)).toEqual(['id', 'name', 'size', 'disk_format', 'container_format', 'checksum']);
    expect(Object.keys(whole)).toHaveLength(18);
    expect(whole.properties).toEqual({ os: 'linux' });
  });
});
