import { randomUUID } from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';
import { as, createImage, putData, run } from '../../support/client.js';
import { onEachDatabase } from '../../support/gateway.js';
import { gql } from '../../support/gql.js';
import { startRegistry, type TestRegistry } from '../../support/registry-client.js';
import { v1 } from '../../support/v1-client.js';

const BAD =
  'The server could not comply with the request since it is either malformed or otherwise incorrect.';

onEachDatabase('records of the registry (contract C23)', (start) => {
  let registry: TestRegistry;
  const admin = as('ops', 'admin');
  const ask: TestRegistry['ask'] = (method, path, body, headers = admin) =>
    registry.ask(method, path, body, headers);
  const put = async (id: string, image: object, more: object = {}, headers: Record<string, string> = admin) =>
    ask('PUT', `/images/${id}`, { image, ...more }, headers);
  beforeAll(async () => {
    registry = await startRegistry(start, { AUTH: 'trusted' });
  });

  test('are made active unless a status is said, and shown with 20 keys (C23.3, C23.4, C23.7)', async () => {
    const answer = await ask('POST', '/images', { image: { name: 'one', store: 'file', copy_from: 'x' } });
    expect([answer.status, answer.headers['Content-Type'], answer.headers.Location]).toEqual([
      200,
      'application/json',
      undefined,
    ]);
    const { image } = answer.json();
    expect(Object.keys(image)).toHaveLength(20);
    expect(image).toMatchObject({ name: 'one', status: 'active', size: null, min_ram: 0, location: null });
    expect((await ask('GET', `/images/${image.id}`)).json()).toEqual({ image });
  });

  test('keep values as they come: no format, name or size is judged (C23.7)', async () => {
    const said = {
      disk_format: 'bogus',
      size: '17',
      min_ram: null,
      min_disk: -1,
      is_public: 1,
      protected: '',
    };
    expect(await registry.make({ ...said, properties: { a: 1, b: null } }, admin)).toMatchObject({
      ...{ disk_format: 'bogus', size: 17, min_ram: 0, min_disk: -1, is_public: true, protected: false },
      properties: { a: '1', b: null },
    });
  });

  test('give locations back byte for byte, with their ids (C23.4, C24.5)', async () => {
    const secret = 'RW5jcnlwdGVkL19-+w==';
    const entry = { url: secret, metadata: { a: [1, 'b'] }, status: 'active' };
    const made = await registry.make({ location: secret, location_data: [entry] }, admin);
    expect(made).toMatchObject({ location: secret, location_data: [{ ...entry, id: expect.any(Number) }] });

    const kept = { ...made.location_data[0], url: 'file:///other' };
    const changed = (await put(made.id, { location_data: [kept, { ...entry, url: 'two' }] })).json().image;
    expect(changed.location_data.map(({ id, url }) => [id === kept.id, url])).toEqual([
      [true, 'file:///other'],
      [false, 'two'],
    ]);
    expect((await put(made.id, { locations: [] })).json().image.location_data).toHaveLength(2);
    expect((await put(made.id, { location: 'three' })).json().image.location_data).toHaveLength(1);
  });

  test('do not show a location that is deleted, or to be deleted (C23.4)', async () => {
    const entry = (url: string, status: string) => ({ url, status, metadata: {} });
    const said = ['deleted', 'active', 'pending_delete'].map((status) => entry(`x-${status}`, status));
    const made = await registry.make({ location_data: said }, admin);
    expect(made.location_data.map(({ url }) => url)).toEqual(['x-active']);
    expect((await ask('GET', `/images/${made.id}`)).json().image).toEqual(made);

    const [active] = made.location_data;
    const more = { location_data: [{ ...active, status: 'pending_delete' }, entry('y', 'active')] };
    const changed = (await put(made.id, more)).json().image;
    expect([changed.location, changed.location_data.map(({ url }) => url)]).toEqual(['y', ['y']]);
  });

  test.each([
    { min_ram: '', min_disk: '' },
    { min_ram: [], min_disk: {} },
    { min_ram: false, min_disk: null },
  ])('have 0 for a falsy value of Python in %j (C23.7)', async (said) => {
    const made = await registry.make({ ...said, protected: '', deleted: '' }, admin);
    expect(made).toMatchObject({ min_ram: 0, min_disk: 0, protected: false, deleted: false });
    expect((await put(made.id, said)).json().image).toMatchObject({ min_ram: 0, min_disk: 0 });
  });

  test.each([
    ['20260301', '2026-03-01T00:00:00.000000'],
    ['2026-03', '2026-03-01T00:00:00.000000'],
    ['2026-0301T1015', '2026-03-01T10:15:00.000000'],
    ['2026-03-01 10:15:30,25+05', '2026-03-01T10:15:30.250000'],
  ])('keep a time spelled %s without its zone (C8.6)', async (created_at, shown) => {
    expect((await registry.make({ created_at }, admin)).created_at).toBe(shown);
  });

  test('whose bodies are malformed get the error for the missing right if the caller may not change them (C23.10, C23.14)', async () => {
    const made = await registry.make({ is_public: true, owner: 't1' }, admin);
    const bad = (id: string) => ask('PUT', `/images/${id}`, '{"image": {"size": "x"}}', as('t2'));
    expect((await bad(randomUUID())).text).toBe('Image not found');
    expect((await bad(made.id)).status).toBe(403);
  });

  test('tell the locations of a deactivated image to administrators alone (C23.4)', async () => {
    const made = await registry.make({ location: 'x', status: 'deactivated', owner: 't1' }, admin);
    expect((await ask('GET', `/images/${made.id}`)).json().image.location).toBe('x');
    expect((await ask('GET', `/images/${made.id}`, undefined, as('t1'))).json().image).toMatchObject({
      location: null,
      location_data: [],
    });
  });

  test.each([
    [{ id: 'no-uuid' }, '400 Bad Request\n\nInvalid image id format\n\n   '],
    [
      { status: '' },
      `400 Bad Request\n\n${BAD}\n\n Failed to add image metadata. Got error: Image status is required.  `,
    ],
    [
      { status: 'ACTIVE' },
      `400 Bad Request\n\n${BAD}\n\n Failed to add image metadata. Got error: Invalid image status 'ACTIVE' for image.  `,
    ],
    [
      { min_ram: 2147483648 },
      `400 Bad Request\n\n${BAD}\n\n Failed to add image metadata. Got error: ` +
        `'min_ram' value out of range, must not exceed 2147483647.  `,
    ],
    [
      { name: '\u{1f600}' },
      `400 Bad Request\n\n${BAD}\n\n Failed to add image metadata. Got error: Name can't contain 4 byte unicode characters.  `,
    ],
  ])('are refused for %j (C23.8)', async (image, text) => {
    const answer = await ask('POST', '/images', { image });
    expect([answer.status, answer.text]).toEqual([400, text]);
  });

  test.each([
    ['not JSON', 'Malformed JSON in request body.'],
    ['null', 'Unexpected body type. Expected list/dict.'],
    ['{}', "an object 'image'"],
    ['{"image": []}', "an object 'image'"],
    ['{"image": {"properties": []}}', "'properties' must be an object"],
    ['{"image": {"properties": {"a": {}}}}', "'a'"],
    ['{"image": {"size": "x"}}', "Cannot convert image size 'x' to an integer."],
    ['{"image": {"size": 1e300}}', 'value out of range'],
    ['{"image": {"min_disk": -1e10}}', 'value out of range'],
    ['{"image": {"created_at": "soon"}}', 'Invalid time format for created_at.'],
    ['{"image": {"visibility": "public", "is_public": true}}', "'visibility'"],
    ['{"image": {"location_data": [{}]}}', "'url'"],
    ['{"image": {"location": "\\ud83d\\ude00"}}', '4 byte unicode'],
    [`{"image": {"name": "${'n'.repeat(256)}"}}`, 'must have at most 255 characters'],
  ])('are not made of %s (C29.8)', async (body, text) => {
    const answer = await ask('POST', '/images', body);
    expect([answer.status, answer.text]).toEqual([400, expect.stringContaining(text)]);
  });

  test('take thousands of properties and locations, and refuse more (C29.8)', async () => {
    const many = (count: number) => ({
      properties: Object.fromEntries(Array.from({ length: count }, (_, nth) => [`p${nth}`, 'v'])),
      locations: Array.from({ length: count }, (_, nth) => `file:///${nth}`),
    });
    const { id } = await registry.make(many(4000), admin);
    const changed = (
      await put(id, many(4000), {}, { ...admin, 'x-glance-registry-purge-props': 'true' })
    ).json();
    expect(Object.keys(changed.image.properties)).toHaveLength(4000);
    expect(changed.image.location_data).toHaveLength(4000);
    expect((await put(id, many(4001))).text).toContain('properties must not be more than 4000.');
  });

  test('keep their id for ever (C23.8, C13.8)', async () => {
    const { id } = await registry.make({}, admin);
    await ask('DELETE', `/images/${id}`);
    const answer = await ask('POST', '/images', { image: { id } });
    expect([answer.status, answer.text]).toEqual([
      409,
      `409 Conflict\n\nThere was a conflict when trying to complete your request.\n\n Image with identifier ${id} already exists!  `,
    ]);
  });

  test('change from one status alone when asked so, else not at all (C23.9, C24.2)', async () => {
    const { id } = await registry.make({ status: 'queued' }, admin);
    expect((await put(id, { status: 'saving' }, { from_state: null })).json().image.status).toBe('saving');
    const lost = await put(id, { status: 'killed', name: 'x' }, { from_state: 'queued' });
    expect([lost.status, lost.text]).toEqual([409, 'Image operation conflicts']);
    const done = await put(id, { status: 'active', location: 'x' }, { from_state: 'saving' });
    expect(done.json().image).toMatchObject({ status: 'active', name: null, location: 'x' });
  });

  test('of two uploads one wins (C14.2)', async () => {
    const { id } = await registry.make({ status: 'queued' }, admin);
    const both = ['one', 'two'].map((name) => put(id, { status: 'saving', name }, { from_state: 'queued' }));
    expect((await Promise.all(both)).map(({ status }) => status).sort()).toEqual([200, 409]);
  });

  test('lose the properties that are not named on the exact word true alone (C23.9)', async () => {
    const { id } = await registry.make({ properties: { a: '1', b: '2' } }, admin);
    const purge = async (word: string, properties: object) => {
      const headers = { ...admin, 'x-glance-registry-purge-props': word };
      return (await put(id, { properties }, {}, headers)).json().image.properties;
    };
    expect(await purge('True', { c: '3' })).toEqual({ a: '1', b: '2', c: '3' });
    expect(await purge('true', { c: '4' })).toEqual({ c: '4' });
  });

  test('do not take an owner, times or the flag of deletion by PUT (C23.9)', async () => {
    const made = await registry.make({}, as('t1'));
    const said = { owner: 't2', created_at: '2001-01-01T00:00:00', deleted: true, name: 'n' };
    expect((await put(made.id, said, {}, as('t1'))).json().image).toMatchObject({
      ...{ name: 'n', owner: 't1', created_at: made.created_at, deleted: false },
    });
    expect((await put(made.id, { id: randomUUID() })).status).toBe(403);
  });

  test('are not changed by others (C23.6, C23.10, C23.11)', async () => {
    const hidden = await registry.make({}, as('t1'));
    const open = await registry.make({ is_public: true }, as('t1'));
    const by = as('t2');
    const answers = async (id: string) =>
      Promise.all([
        ask('GET', `/images/${id}`, undefined, by),
        put(id, {}, {}, by),
        ask('DELETE', `/images/${id}`, undefined, by),
      ]);
    const none = '404 Not Found\n\nThe resource could not be found.\n\n   ';
    const denied = '403 Forbidden\n\nAccess was denied to this resource.\n\n   ';
    expect((await answers(hidden.id)).map(({ text }) => text)).toEqual([none, 'Image not found', none]);
    expect((await answers(open.id)).slice(1).map(({ text }) => text)).toEqual([denied, denied]);
  });

  test('are flagged deleted in whatever status, again and again by administrators (C23.11)', async () => {
    const made = await registry.make(
      { protected: true, properties: { a: '1' }, location: 'x', owner: 't1', status: 'pending_delete' },
      admin,
    );
    const gone = (await ask('DELETE', `/images/${made.id}`, undefined, as('t1'))).json().image;
    expect(Object.keys(gone)).toHaveLength(19);
    expect(gone).toMatchObject({
      deleted: true,
      status: 'pending_delete',
      properties: {},
      location_data: [],
    });
    expect(gone).not.toHaveProperty('is_public');
    expect((await ask('DELETE', `/images/${made.id}`, undefined, as('t1'))).status).toBe(404);
    expect((await ask('DELETE', `/images/${made.id}`)).status).toBe(200);
    expect((await put(made.id, { status: 'deleted' })).json().image).toMatchObject({ status: 'deleted' });
  });

  test('are the images of version 1 (C24)', async () => {
    const { id } = await registry.make({ name: 'shared', status: 'queued', is_public: true }, admin);
    const seen = await v1(registry.gateway, 'HEAD', `/v1/images/${id}`, as('t9'));
    expect([seen.headers['X-Image-Meta-Name'], seen.headers['X-Image-Meta-Location']]).toEqual([
      'shared',
      undefined,
    ]);
  });

  test.each([
    ['GET', '/v1/images', 404],
    ['GET', '/images/', 404],
    ['HEAD', '/images', 404],
    ['PUT', '/images', 404],
    ['OPTIONS', '/images', 501],
    ['POST', '/images/x/members', 405],
    ['GET', '/images/x/members/y', 405],
    ['PATCH', '/', 200],
    ['GET', '/healthcheck', 200],
  ])('%s %s is a %i (C23.1, C23.2)', async (method, path, status) => {
    const answer = await ask(method, path);
    expect([answer.status, answer.headers.Allow]).toEqual([
      status,
      status === 405 ? 'PUT, DELETE' : undefined,
    ]);
  });

  test.each<[string, string, (deep: string) => string]>([
    ['POST', '/rpc', (deep) => deep],
    ['POST', '/images', (deep) => `{"image": {"size": ${deep}}}`],
    ['POST', '/images', (deep) => `{"image": {"location_data": [{"url": "x", "metadata": {"a": ${deep}}}]}}`],
    ['PUT', '/images/x/members', (deep) => `{"memberships": ${deep}}`],
  ])('%s %s refuses JSON that is nested too deeply', async (method, path, body) => {
    const answer = await ask(method, path, body('['.repeat(20_000) + ']'.repeat(20_000)));
    expect([answer.status, answer.text]).toEqual([400, expect.stringContaining('nested too deeply')]);
  });

  test('a killed image that a peer makes queued again tells the reason of its next failure', async () => {
    const { gateway } = registry;
    const id = await createImage(gateway, { diskFormat: 'raw', containerFormat: 'bare' }, admin);
    const failed = async (headers: Record<string, string>) => {
      const answer = await putData(gateway, id, 'data', { ...admin, ...headers });
      const { image } = await run(
        gateway,
        gql('query ($id: ID!) { image(id: $id) { status statusReason } }'),
        { id },
        admin,
      );
      return [answer.status, image!.status, image!.statusReason];
    };
    const md5 = await failed({ 'content-md5': 'A'.repeat(22) + '==' });
    expect(md5).toEqual([400, 'killed', expect.stringContaining('MD5')]);
    expect((await put(id, { status: 'queued' })).status).toBe(200);
    const sha = await failed({ 'content-digest': `sha-256=:${'A'.repeat(43)}=:` });
    expect(sha).toEqual([400, 'killed', expect.stringMatching(/sha-?256/i)]);
  });

  test('an unknown caller is refused (C20.2)', async () => {
    const answer = await ask('GET', '/images', undefined, {});
    expect([answer.status, answer.headers['X-Openstack-Request-Id']]).toEqual([401, undefined]);
  });
});
