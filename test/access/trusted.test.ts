import { print } from 'graphql';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  as,
  createActiveImage,
  createImage,
  errorOf,
  type GraphqlAnswer,
  putData,
  run,
  statusAndCode,
} from '../support/client.js';
import { onSqlite, type TestGateway } from '../support/gateway.js';
import { gql, type ResultOf } from '../support/gql.js';
import { graphqlRequest, httpRequest } from './http-request.js';

const VIEWER = gql('{ viewer { user tenant roles isAdmin readOnly } }');
const CREATE = gql('mutation { createImage(input: {}) { owner } }');
const CONFIRMED: [string, string] = ['x-identity-status', 'Confirmed'];

onSqlite('under AUTH=trusted', (start) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await start({ AUTH: 'trusted' });
  });

  describe('a request is unauthenticated', () => {
    test.each<[string, [string, string][]]>([
      ['without identity headers', []],
      ['without a status', [['x-tenant-id', 't']]],
      ['with status Invalid', [['x-identity-status', 'Invalid']]],
      ['with status confirmed in lower case', [['x-identity-status', 'confirmed']]],
      ['with a status twice', [CONFIRMED, CONFIRMED]],
      ['with a tenant twice', [CONFIRMED, ['x-tenant-id', 't'], ['X-Tenant-Id', 't']]],
      ['with a tenant in dashes and in underscores', [CONFIRMED, ['x-tenant-id', 't'], ['x_tenant_id', 'u']]],
      ['with roles twice', [CONFIRMED, ['x-roles', 'member'], ['x-roles', 'admin']]],
      ['with a user twice', [CONFIRMED, ['x-user-id', 'u'], ['x-user-id', 'u']]],
    ])('%s (C20.2)', async (_, headers) => {
      const { status, json } = await graphqlRequest(gateway, VIEWER, headers);
      expect(status).toBe(401);
      expect(json).toEqual({
        errors: [{ message: expect.stringMatching(/\w/), extensions: { code: 'UNAUTHENTICATED' } }],
      });
    });

    test('on the data face too', async () => {
      const { status, json } = await httpRequest(`${gateway.url}/data/x`, 'GET', []);
      expect(status).toBe(401);
      expect(json).toMatchObject({ code: 'UNAUTHENTICATED' });
    });

    test('when its headers do not come from a trusted proxy', async () => {
      const elsewhere = await start({ AUTH: 'trusted', TRUSTED_PROXIES: '10.0.0.0/8, 2001:db8::/32' });
      const { status, json } = await graphqlRequest(elsewhere, VIEWER, [CONFIRMED, ['x-roles', 'admin']]);
      expect(status).toBe(401);
      expect(json.errors![0].extensions.code).toBe('UNAUTHENTICATED');
    });

    test('when its headers do not come from a trusted proxy, with anonymous access as well', async () => {
      const elsewhere = await start({
        AUTH: 'trusted',
        TRUSTED_PROXIES: '10.0.0.0/8',
        ALLOW_ANONYMOUS_ACCESS: 'true',
      });
      expect((await graphqlRequest(elsewhere, VIEWER, [CONFIRMED, ['x-roles', 'admin']])).status).toBe(401);
      expect((await graphqlRequest(elsewhere, VIEWER, [['X_Roles', 'admin']])).status).toBe(401);
      expect((await graphqlRequest(elsewhere, VIEWER)).json.data!.viewer.readOnly).toBe(true);
    });
  });

  test('a trusted proxy may be named by address', async () => {
    const own = await start({ AUTH: 'trusted', TRUSTED_PROXIES: '127.0.0.1' });
    expect((await graphqlRequest(own, VIEWER, [CONFIRMED])).status).toBe(200);
  });

  test('the caller has the identity in the headers (C20.3)', async () => {
    expect(await run(gateway, VIEWER, {}, as('t1', ' Member ,, Reader', 'u1'))).toEqual({
      viewer: { user: 'u1', tenant: 't1', roles: ['member', 'reader'], isAdmin: false, readOnly: false },
    });
  });

  test.each([
    ['member, ADMIN \t', ['member', 'admin'], true],
    ['\u00a0admin', ['\u00a0admin'], false],
    ['admin\u2003,\u3000admin', ['admin\u2003', '\u3000admin'], false],
    ['ADM\u0130N', ['adm\u0130n'], false],
    ['\u212aeeper', ['\u212aeeper'], false],
  ])(
    'the roles %j are compared letter by letter, without the blanks around commas',
    async (roles, named, isAdmin) => {
      const sent = Buffer.from(roles).toString('latin1');
      const { json } = await httpRequest<GraphqlAnswer<ResultOf<typeof VIEWER>>>(
        `${gateway.url}/graphql?query=${encodeURIComponent(print(VIEWER))}`,
        'GET',
        [CONFIRMED, ['x-roles', sent], ['apollo-require-preflight', 'yes']],
      );
      expect(json.data!.viewer).toMatchObject({ roles: named, isAdmin });
    },
  );

  test('the tenant may come as a project, and a tenant header has precedence (C20.3)', async () => {
    const project = { 'x-identity-status': 'Confirmed', 'x-project-id': 'p1' };
    expect((await run(gateway, VIEWER, {}, project)).viewer).toMatchObject({
      tenant: 'p1',
      user: null,
      roles: [],
    });
    const both = { ...project, 'x-tenant-id': 't1' };
    expect((await run(gateway, VIEWER, {}, both)).viewer.tenant).toBe('t1');
  });

  test('empty headers count as missing', async () => {
    const empty = { 'x-identity-status': 'Confirmed', 'x-tenant-id': '', 'x-user-id': '', 'x-roles': '' };
    expect((await run(gateway, VIEWER, {}, empty)).viewer).toEqual({
      user: null,
      tenant: null,
      roles: [],
      isAdmin: false,
      readOnly: false,
    });
  });

  test('the role admin makes an administrator, in any letter case (C20.4)', async () => {
    expect((await run(gateway, VIEWER, {}, as('t', 'member, Admin'))).viewer.isAdmin).toBe(true);
    expect((await run(gateway, VIEWER, {}, as('t', 'administrator'))).viewer.isAdmin).toBe(false);
  });

  test('another role makes an administrator by ADMIN_ROLE (C20.4)', async () => {
    const own = await start({ AUTH: 'trusted', ADMIN_ROLE: 'Cloud-Admin' });
    expect((await run(own, VIEWER, {}, as('t', 'cloud-admin'))).viewer.isAdmin).toBe(true);
    expect((await run(own, VIEWER, {}, as('t', 'admin'))).viewer.isAdmin).toBe(false);
  });

  test('images belong to users with OWNER_IS_TENANT=false (C20.3)', async () => {
    const own = await start({ AUTH: 'trusted', OWNER_IS_TENANT: 'false' });
    expect((await run(own, CREATE, {}, as('t1', 'member', 'u1'))).createImage.owner).toBe('u1');
    const id = await createImage(own, {}, as('t1', 'member', 'u1'));
    const query = gql('query ($id: ID!) { image(id: $id) { id } }');
    expect((await run(own, query, { id }, as('t2', 'member', 'u1'))).image).toEqual({ id });
    expect((await run(own, query, { id }, as('t1', 'member', 'u2'))).image).toBeNull();
  });

  describe('with ALLOW_ANONYMOUS_ACCESS (C20.2, C20.5)', () => {
    let open: TestGateway;
    let publicId: string;
    let ownId: string;
    beforeAll(async () => {
      open = await start({ AUTH: 'trusted', ALLOW_ANONYMOUS_ACCESS: 'true' });
      publicId = await createActiveImage(open, 'hello', { visibility: 'PUBLIC' }, as('t', 'admin'));
      ownId = await createImage(open, {}, as('t'));
    });

    test('every caller is anonymous and may only read', async () => {
      expect((await run(open, VIEWER)).viewer).toEqual({
        user: null,
        tenant: null,
        roles: [],
        isAdmin: false,
        readOnly: true,
      });
    });

    test('every caller reads public images and their data', async () => {
      const query = gql(
        'query ($publicId: ID!, $ownId: ID!) { one: image(id: $publicId) { id } own: image(id: $ownId) { id } }',
      );
      expect(await run(open, query, { publicId, ownId })).toEqual({ one: { id: publicId }, own: null });
      expect(await (await fetch(`${open.url}/data/${publicId}`)).text()).toBe('hello');
      expect((await fetch(`${open.url}/data/${ownId}`)).status).toBe(404);
    });

    test('a caller without an identity changes nothing', async () => {
      const mutations = [
        CREATE,
        gql('mutation ($id: ID!) { updateImage(id: $id, input: { name: "x" }) { id } }'),
        gql('mutation ($id: ID!) { deleteImage(id: $id) { id } }'),
        gql('mutation { deleteImage(id: "unknown") { id } }'),
      ];
      for (const mutation of mutations)
        expect((await errorOf(open, mutation, { id: publicId })).code).toBe('READ_ONLY');
      const answer = await putData(open, ownId, 'x');
      expect(await statusAndCode(answer)).toEqual([403, 'READ_ONLY']);
    });

    test('a caller with an identity has the identity in the headers', async () => {
      expect((await run(open, CREATE, {}, as('t'))).createImage.owner).toBe('t');
    });

    test('an unconfirmed identity is ignored', async () => {
      const headers = { ...as('t', 'admin'), 'x-identity-status': 'Invalid' };
      expect((await run(open, VIEWER, {}, headers)).viewer).toMatchObject({
        tenant: null,
        isAdmin: false,
      });
    });
  });
});
