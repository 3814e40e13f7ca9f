import { beforeAll, expect, test } from 'vitest';
import { as } from '../../support/client.js';
import { onEachDatabase, type TestGateway } from '../../support/gateway.js';
import { v1, v1Image } from '../../support/v1-client.js';

onEachDatabase('members of version 1 (contract C18)', (start) => {
  let gateway: TestGateway;
  let id: string;
  beforeAll(async () => {
    gateway = await start({ AUTH: 'trusted', IMAGE_MEMBER_QUOTA: '2' });
    ({ id } = await v1Image(gateway, {}, undefined, as('owner')));
  });
  const call = (method: string, path: string, body?: unknown, who = 'owner') =>
    v1(gateway, method, path, as(who), body === undefined ? undefined : JSON.stringify(body));
  const put = (member: string, body?: unknown, who?: string) =>
    call('PUT', `/v1/images/${id}/members/${member}`, body, who);
  const replace = (body: unknown, who?: string) => call('PUT', `/v1/images/${id}/members`, body, who);
  const members = async (who?: string) =>
    (await call('GET', `/v1/images/${id}/members`, undefined, who)).json().members;

  test('are added, changed and removed (C18.2, C18.4)', async () => {
    const added = await put('a');
    expect([added.status, added.text, added.headers['Content-Length']]).toEqual([204, '', '0']);
    await put('a', { member: { can_share: 'false' } });
    expect(await members()).toEqual([{ member_id: 'a', can_share: true }]);
    expect((await call('DELETE', `/v1/images/${id}/members/a`)).status).toBe(204);
    const again = await call('DELETE', `/v1/images/${id}/members/a`);
    expect([again.status, again.text]).toEqual([
      404,
      expect.stringContaining('Membership could not be found.'),
    ]);
  });

  test('that were removed stay removed, unless can_share is given (C18.3)', async () => {
    expect((await put('a')).status).toBe(204);
    expect(await members()).toEqual([]);
    await put('a', { member: { can_share: false } });
    expect(await members()).toEqual([{ member_id: 'a', can_share: false }]);
  });

  test('are replaced all together (C18.5)', async () => {
    expect(
      (await replace({ memberships: [{ member_id: 'b', can_share: true }, { member_id: 'a' }] })).status,
    ).toBe(204);
    expect(await members()).toHaveLength(2);
    await replace({ member_id: 'b' });
    expect(await members()).toEqual([{ member_id: 'b', can_share: true }]);
  });

  test('that were named twice do not keep their image from being deleted', async () => {
    const twice = await v1Image(gateway, {}, undefined, as('owner'));
    const path = `/v1/images/${twice.id}`;
    await call('PUT', `${path}/members`, { memberships: [{ member_id: 'a' }, { member_id: 'a' }] });
    expect((await call('GET', `${path}/members`)).json().members).toHaveLength(2);
    expect((await call('DELETE', path)).status).toBe(200);
  });

  test.each([
    ['not JSON', 'Malformed JSON in request body.'],
    ['1', 'Unexpected body type. Expected list/dict.'],
    ['{}', "Invalid membership association: 'member_id'"],
    ['[]', "Invalid membership association: 'memberships'"],
    ['{"memberships": null}', 'Invalid membership association'],
  ])('are not replaced by %s (C18.5, C29.12)', async (body, text) => {
    const answer = await v1(gateway, 'PUT', `/v1/images/${id}/members`, as('owner'), body);
    expect([answer.status, answer.text]).toEqual([400, expect.stringContaining(text)]);
  });

  test.each([
    ['{"member": "x"}', 204],
    ['{"member": []}', 204],
    ['{"member": ["x"]}', 204],
    ['{"member": null}', 400],
    ['{"member": 5}', 400],
    ['{"member": true}', 400],
    ['{"member": "can_share"}', 400],
    ['{"member": ["can_share"]}', 400],
    ['["member"]', 400],
  ])('are added by the body %s with %i (C18.2)', async (body, status) => {
    await replace({ memberships: [] });
    expect((await v1(gateway, 'PUT', `/v1/images/${id}/members/new`, as('owner'), body)).status).toBe(status);
  });

  test.each([
    ['/m', '{"member": null}'],
    ['', '{}'],
    ['', '{"memberships": null}'],
    ['', '[]'],
    ['', undefined],
  ])(
    'malformed as %s %s, get the error for the missing right if the caller may not change them (C18)',
    async (member, body) => {
      const answer = async (image: string, who: Record<string, string>) => {
        const { status, text } = await v1(gateway, 'PUT', `/v1/images/${image}/members${member}`, who, body);
        return [status, text];
      };
      const unknown = '17ad3a1c-0000-4000-8000-000000000000';
      const open = await v1Image(gateway, { is_public: 'True' }, undefined, as('ops', 'admin'));
      const nobody = { 'x-identity-status': 'Confirmed', 'x-user-id': 'nobody' };
      expect(await answer(unknown, as('owner'))).toEqual([
        404,
        expect.stringContaining(`Image with identifier ${unknown} not found`),
      ]);
      expect(await answer(open.id, as('owner'))).toEqual([
        404,
        expect.stringContaining('No permission to share that image'),
      ]);
      expect(await answer(unknown, nobody)).toEqual([401, expect.stringContaining('No authenticated user')]);
      expect(await answer(unknown, {})).toEqual([401, expect.anything()]);
      expect((await answer(id, as('owner')))[0]).toBe(400);
    },
  );

  test('see their own entry only, and share on if they may (C18.1, C18.6)', async () => {
    await replace({ memberships: [{ member_id: 'b', can_share: false }] });
    expect((await put('c', undefined, 'b')).text).toBe(
      '404 Not Found\n\n403 Forbidden  Access was denied to this resource.   No permission to share that image  \n\n   ',
    );
    await put('b', { member: { can_share: true } });
    expect((await put('c', { member: { can_share: false } }, 'b')).status).toBe(204);
    expect(await members('b')).toEqual([{ member_id: 'b', can_share: true }]);
    expect((await call('GET', '/v1/shared-images/b', undefined, 'b')).json()).toEqual({
      shared_images: [{ image_id: id, can_share: true }],
    });
    expect((await call('GET', '/v1/shared-images/b', undefined, 'c')).json()).toEqual({ shared_images: [] });
  });

  test('have a quota, which counts who is a member already (C16.3)', async () => {
    await replace({ memberships: [{ member_id: 'b' }, { member_id: 'c' }] });
    expect((await put('b')).text).toContain('Attempted: 3, Maximum: 2');
  });
});
