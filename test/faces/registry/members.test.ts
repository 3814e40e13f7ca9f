import { randomUUID } from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';
import { as } from '../../support/client.js';
import { onEachDatabase } from '../../support/gateway.js';
import { startRegistry, type TestRegistry } from '../../support/registry-client.js';

onEachDatabase('members in the registry (contract C23.12)', (start) => {
  let registry: TestRegistry;
  let id: string;
  beforeAll(async () => {
    registry = await startRegistry(start, { AUTH: 'trusted', IMAGE_MEMBER_QUOTA: '1' });
    ({ id } = await registry.make({}, as('owner')));
  });
  const ask = (method: string, path: string, body?: unknown, who = as('owner')) =>
    registry.ask(method, `/images/${id}/members${path}`, body, who);
  const members = async (who?: Record<string, string>) =>
    (await ask('GET', '', undefined, who)).json().members;

  test('are added without a quota, replaced and removed', async () => {
    const added = await ask('PUT', '/a', { member: { can_share: 'false' } });
    expect([added.status, added.headers['Content-Type']]).toEqual([204, undefined]);
    await ask('PUT', '/b');
    expect(await members()).toEqual([
      { member_id: 'a', can_share: true },
      { member_id: 'b', can_share: false },
    ]);
    expect((await ask('PUT', '', { memberships: [{ member_id: 'b' }] })).status).toBe(204);
    expect(await members()).toEqual([{ member_id: 'b', can_share: false }]);
    expect((await ask('DELETE', '/b')).status).toBe(204);
    const again = await ask('DELETE', '/b');
    expect([again.status, again.text]).toEqual([
      404,
      '404 Not Found\n\nMembership could not be found.\n\n   ',
    ]);
  });

  test('and what is shared with them (C23.13)', async () => {
    await ask('PUT', '/m', { member: { can_share: true } });
    const shared = await registry.ask('GET', '/shared-images/m', undefined, as('m'));
    expect(shared.json()).toEqual({ shared_images: [{ image_id: id, can_share: true }] });
    expect(await members(as('m'))).toEqual([{ member_id: 'm', can_share: true }]);
  });

  test.each([
    ['/x', '{"member": {}}', "'can_share'"],
    ['', '{"a": 1}', "'memberships'"],
    ['', '{"memberships": [{}]}', "'member_id'"],
    ['', '{"memberships": null}', ''],
  ])('members%s do not become %s', async (path, body, text) => {
    const answer = await ask('PUT', path, body);
    expect([answer.status, answer.text]).toEqual([
      400,
      expect.stringContaining(`Invalid membership association: ${text}`),
    ]);
  });

  test.each([
    ['/m', '{"member": {}}'],
    ['', '{"memberships": [{}]}'],
    ['', '[]'],
  ])(
    'malformed as %s %s, get the error for the missing right if the caller may not change them',
    async (path, body) => {
      const { id: open } = await registry.make({ is_public: true }, as('owner'));
      const status = async (image: string, who: Record<string, string>) =>
        (await registry.ask('PUT', `/images/${image}/members${path}`, body, who)).status;
      const nobody = { 'x-identity-status': 'Confirmed', 'x-user-id': 'nobody' };
      expect(await status(randomUUID(), as('owner'))).toBe(404);
      expect(await status(id, as('other'))).toBe(404);
      expect(await status(open, as('other'))).toBe(403);
      expect(await status(id, nobody)).toBe(401);
      expect(await status(id, {})).toBe(401);
      expect(await status(id, as('owner'))).toBe(400);
    },
  );

  test('are not changed by who may not share', async () => {
    const { id: open } = await registry.make({ is_public: true }, as('owner'));
    const answer = await registry.ask('PUT', `/images/${open}/members/x`, undefined, as('other'));
    expect([answer.status, answer.text]).toEqual([
      403,
      '403 Forbidden\n\nAccess was denied to this resource.\n\n No permission to share that image  ',
    ]);
  });

  test('of an image that is not there, and of one that is not seen', async () => {
    const none = randomUUID();
    const missing = await registry.ask('GET', `/images/${none}/members`, undefined, as('owner'));
    expect([missing.status, missing.text]).toEqual([404, expect.stringContaining(`Image ${none} not found`)]);
    const unseen = await ask('GET', '', undefined, as('other'));
    expect(unseen.text).toBe('404 Not Found\n\nThe resource could not be found.\n\n   ');
  });
});
