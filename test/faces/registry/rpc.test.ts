import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { as } from '../../support/client.js';
import { onEachDatabase, onSqlite } from '../../support/gateway.js';
import { freePort } from '../../support/mysql-server.js';
import { PYTHON, pythonCalls, type PythonCall } from '../../support/python-calls.js';
import { hasPrograms } from '../../support/real-clients.js';
import {
  type RegistryJson,
  type RegistryRecord,
  startRegistry,
  type TestRegistry,
} from '../../support/registry-client.js';
import { v1 } from '../../support/v1-client.js';

const PROGRAM = fileURLToPath(new URL('glance-api-15.py', import.meta.url));
const hasPython = hasPrograms('what glance-api 15 asks of its registry', [PYTHON]);
const FOUND = 'glance.common.exception';

describe.skipIf(!hasPython)('for a glance-api with data_api = glance.db.registry.api', () => {
  onEachDatabase('the registry (contract C24.7)', (start) => {
    let url: string;
    beforeAll(async () => {
      const port = String(await freePort());
      await start({ REGISTRY_PORT: port });
      url = `http://127.0.0.1:${port}`;
    });
    const call = (...calls: PythonCall[]) => pythonCalls(PROGRAM, url, calls);
    const make = async (image: object) => {
      const answer = await v1<RegistryJson>({ url }, 'POST', '/images', {}, JSON.stringify({ image }));
      return answer.json().image;
    };
    const place = (name: string) => ({ url: `file:///images/${name}`, metadata: {}, status: 'active' });

    test('lets it delete an image with data', async () => {
      const { id } = await make({ status: 'active', size: 5, location_data: [place('a')] });
      const [gone] = await call(['delete_image', id]);
      expect(gone).toMatchObject({ id, status: 'deleted', deleted: true, location_data: [] });
    });

    test('flags one location and leaves the others', async () => {
      const { id, location_data: data } = await make({ location_data: [place('b'), place('c')] });
      const [done, image, again] = await call(
        ['location_delete', id, data[0].id, 'pending_delete'],
        ['get', id],
        ['location_delete', id, data[0].id, 'deleted'],
      );
      expect([done, again]).toEqual([null, null]);
      expect((image as RegistryRecord).location_data.map(({ url }) => url)).toEqual(['file:///images/c']);
    });

    test('adds a location', async () => {
      const { id } = await make({});
      const [done, image] = await call(['location_add', id, place('d')], ['get', id]);
      expect(done).toBeNull();
      expect(image).toMatchObject({ location: 'file:///images/d', location_data: [place('d')] });
    });

    test('counts the bytes of an owner, each location, without one image', async () => {
      const owner = randomUUID();
      const of = (size: number, status: string, ...names: string[]) =>
        make({ owner, size, status, location_data: names.map(place) });
      const twice = await of(1000, 'active', 'e', 'f');
      await of(50, 'deactivated', 'g');
      await of(7, 'killed', 'h');
      await of(3, 'queued');
      const pending = await of(200, 'active', 'i');
      const [, ...bytes] = await call(
        ['location_delete', pending.id, pending.location_data[0].id, 'pending_delete'],
        ['storage_usage', owner],
        ['storage_usage', owner, twice.id],
        ['storage_usage', 'nobody'],
        ['storage_usage', null],
      );
      expect(bytes.slice(0, 3)).toEqual([2250, 250, 0]);
      expect(bytes[3]).toEqual(expect.any(Number));
    });

    test('names the fault as an exception that the glance-api raises', async () => {
      const { id } = await make({});
      const none = randomUUID();
      const answers = await call(
        ['location_delete', id, 987654321, 'deleted'],
        ['location_delete', none, 1, 'deleted'],
        ['location_delete', id, 1, 'active'],
        ['location_delete', id, '1', 'deleted'],
        ['location_add', id, {}],
        ['storage_usage', 5],
      );
      expect((answers as string[]).map((each) => each.split(':')[0])).toEqual([
        ...[`${FOUND}.NotFound`, `${FOUND}.ImageNotFound`, `${FOUND}.Invalid`],
        ...[`${FOUND}.Invalid`, `${FOUND}.Invalid`, `${FOUND}.Invalid`],
      ]);
      expect(answers[0]).toContain(`No location found with ID 987654321 from image ${id}`);
    });

    test('refuses bodies that are not commands', async () => {
      const refused: [body: string, answer: string][] = [
        ['{}', '400 Bad Request\n\nRequest must be a list of commands'],
        ['', '400 Bad Request\n\nRequest must be a list of commands'],
        ['not JSON', '400 Bad Request\n\nMalformed JSON in request body.'],
        ['[5]', '400 Bad Request\n\nBad Command: 5'],
        ['[{"command": ""}]', '400 Bad Request\n\nWrong command structure: '],
        [
          '[{"command": "user_get_storage_usage", "kwargs": [1]}]',
          '400 Bad Request\n\nWrong command structure: ',
        ],
        ['[{"command": "image_destroy", "kwargs": {"image_id": "x"}}]', '404 Not Found\n\nCommand not found'],
        ['[{"command": "constructor"}]', '404 Not Found\n\nCommand not found'],
        [
          JSON.stringify(Array(101).fill({ command: 'user_get_storage_usage' })),
          '400 Bad Request\n\nRequest must be a list of at most 100 commands',
        ],
      ];
      const answers = await call(...refused.map(([body]): PythonCall => ['raw', body]));
      for (const [at, [, answer]] of refused.entries()) expect(answers[at]).toContain(answer);
    });

    test('answers each of several commands with a result, and an empty list with an empty list', async () => {
      const { id } = await make({});
      const usage = { command: 'user_get_storage_usage', kwargs: { owner_id: 'nobody', image_id: null } };
      const wrong = { command: 'image_location_delete', kwargs: { image_id: id } };
      const body = JSON.stringify([usage, wrong, usage]);
      expect(await call(['raw', body], ['raw', '[]'])).toEqual([
        [0, { _error: { cls: `${FOUND}.Invalid`, val: expect.stringContaining('location_id') } }, 0],
        [],
      ]);
    });
  });
});

onSqlite('commands of a registry with identities (contract C24.7)', (start) => {
  let registry: TestRegistry;
  beforeAll(async () => {
    registry = await startRegistry(start, { AUTH: 'trusted' });
  });
  const run = async (command: string, kwargs: object, who: Record<string, string>) => {
    const answer = await registry.ask('POST', '/rpc', [{ command, kwargs }], who);
    if (answer.status !== 200) return answer.status;
    const [outcome] = JSON.parse(answer.text) as ({ _error?: { cls: string } } | null)[];
    return outcome?._error?.cls ?? outcome;
  };

  test('run only for callers who may change the image', async () => {
    const owner = as('t1');
    const { id, location_data: data } = await registry.make({ location: 'x', is_public: true }, owner);
    const removal = { image_id: id, location_id: data[0].id, status: 'deleted' };
    const addition = { image_id: id, location: { url: 'y', metadata: {}, status: 'active' } };
    for (const [command, kwargs] of [
      ['image_location_delete', removal],
      ['image_location_add', addition],
    ] as const) {
      expect(await run(command, kwargs, as('t2'))).toBe(`${FOUND}.Forbidden`);
      expect(await run(command, kwargs, {})).toBe(401);
      expect(await run(command, kwargs, owner)).toBeNull();
    }
    expect(await run('user_get_storage_usage', { owner_id: 't1' }, as('t2'))).toBe(`${FOUND}.Forbidden`);
    expect(await run('user_get_storage_usage', { owner_id: 't1' }, owner)).toBe(0);
    expect(await run('user_get_storage_usage', { owner_id: 't1' }, as('ops', 'admin'))).toBe(0);
  });
});
