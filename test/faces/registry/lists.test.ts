import { beforeAll, expect, test } from 'vitest';
import { as } from '../../support/client.js';
import { onEachDatabase } from '../../support/gateway.js';
import { type RegistryRecord, startRegistry, type TestRegistry } from '../../support/registry-client.js';

onEachDatabase('lists of the registry (contract C23.5)', (start) => {
  let registry: TestRegistry;
  const admin = as('ops', 'admin');
  const ask = (path: string, headers = admin) => registry.ask('GET', path, undefined, headers);
  const names = async (query: string, headers = admin) =>
    (await ask(`/images?sort_key=name&sort_dir=asc&${query}`, headers)).json().images.map(({ name }) => name);
  let gone: RegistryRecord;
  beforeAll(async () => {
    registry = await startRegistry(start, { AUTH: 'trusted' });
    await registry.make({ name: 'a', is_public: true, properties: { os: 'x' }, min_ram: 1 }, admin);
    await registry.make({ name: 'b', owner: 't1', size: 5, protected: true }, admin);
    await registry.make({ name: 'c', owner: 't1', status: 'killed' }, admin);
    gone = await registry.make({ name: 'd', owner: 't1', location: 'x', status: 'pending_delete' }, admin);
    await registry.ask('DELETE', `/images/${gone.id}`, undefined, admin);
  });

  test('go on after a deleted image of the caller in a list of changes (C11.9)', async () => {
    const since = 'changes-since=20010101T00%2b01';
    expect(await names(`${since}&marker=${gone.id}`, as('t1'))).toEqual([]);
    expect(await names(`${since}&marker=${gone.id}&sort_dir=desc`, as('t1'))).toEqual(['c', 'b', 'a']);
    expect((await ask(`/images?marker=${gone.id}`, as('t1'))).status).toBe(400);
    expect((await ask(`/images?${since}&marker=${gone.id}`, as('t2'))).status).toBe(400);
  });

  test.each([
    ['', ['a']],
    ['is_public=False', ['b']],
    ['is_public=None', ['a', 'b']],
    ['is_public=None&deleted=True', ['d']],
    ['is_public=None&changes-since=2001-01-01', ['a', 'b', 'c', 'd']],
    ['is_public=None&changes-since=2001-01-01&deleted=no', ['a', 'b']],
    ['is_public=None&protected=1', ['b']],
    ['is_public=None&size_min=5&size_max=5', ['b']],
    ['property-os=x&min_ram=1&unknown=1', ['a']],
    ['is_public=None&limit=1', ['a']],
  ])('an administrator finds by ?%s %j', async (query, found) => {
    expect(await names(query)).toEqual(found);
  });

  test('others find their own and what is public, whatever they say of deleted and is_public', async () => {
    expect(await names('deleted=True&is_public=None', as('t1'))).toEqual(['a', 'b']);
    expect(await names('is_public=bogus', as('t2'))).toEqual(['a']);
  });

  test('show where data waits to be removed to who asks for deleted images', async () => {
    const { images } = (await ask('/images/detail?deleted=1&is_public=none&status=pending_delete')).json();
    expect(images).toMatchObject([
      { name: 'd', location: null, location_data: [{ url: 'x', status: 'pending_delete' }] },
    ]);
  });

  test('have six keys, or twenty in detail (C23.4)', async () => {
    const keys = async (path: string) => Object.keys((await ask(path)).json().images[0]).length;
    expect([await keys('/'), await keys('/images'), await keys('/images/detail')]).toEqual([6, 6, 20]);
  });

  test.each([
    ['limit=x', 'limit param must be an integer'],
    ['limit=-1', 'limit param must be positive'],
    ['marker=x', 'Invalid marker format'],
    ['marker=', 'Invalid marker. Image could not be found.'],
    ['sort_dir=up', 'Unsupported sort_dir. Acceptable values: asc, desc'],
    ['protected=maybe', 'protected must be True, or False'],
    ['is_public=maybe', 'is_public must be None, True, or False'],
    ['changes-since=soon', 'Unrecognized changes-since value'],
    ['size_min=x', 'Bad value passed to filter size_min got x'],
  ])('?%s is refused in plain text (C23.5, C24.1)', async (query, text) => {
    const answer = await ask(`/images?${query}`);
    expect([answer.status, answer.headers['Content-Type'], answer.text]).toEqual([
      400,
      'text/plain; charset=UTF-8',
      expect.stringContaining(text),
    ]);
  });
});
