import { createHmac } from 'node:crypto';
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT, type JWTPayload } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config/read-config.js';
import { createActiveImage, createImage, run } from '../support/client.js';
import { onSqlite, type TestGateway } from '../support/gateway.js';
import { gql } from '../support/gql.js';
import { answers, breaksOff, hangs, interpose, type Interposed } from '../support/interposed.js';
import { AUDIENCE, startOidcProvider, type OidcProvider } from '../support/oidc-provider.js';
import { graphqlRequest, httpRequest } from './http-request.js';

const VIEWER = gql('{ viewer { user tenant roles isAdmin readOnly } }');
const now = () => Math.floor(Date.now() / 1000);
const bearer = (token: string): [string, string][] => [['authorization', `Bearer ${token}`]];
const base64 = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('under AUTH=oidc', () => {
  let provider: OidcProvider;
  let between: Interposed;
  let options: Record<string, string>;
  /** The claims of a token of this provider, with some of them replaced. */
  const claims = (others: JWTPayload = {}): JWTPayload => ({
    iss: provider.issuer,
    aud: AUDIENCE,
    sub: 'somebody',
    tenant: 't1',
    exp: now() + 600,
    ...others,
  });

  beforeAll(async () => {
    provider = await startOidcProvider();
    between = await interpose(provider.issuer);
    options = { AUTH: 'oidc', OIDC_ISSUER: provider.issuer, OIDC_AUDIENCE: `${AUDIENCE}, another` };
  });
  afterAll(async () => {
    await between.stop();
    await provider.stop();
  });
  beforeEach(() => between.reset());

  onSqlite('a caller', (start) => {
    let gateway: TestGateway;
    beforeAll(async () => {
      gateway = await start({ ...options, MAX_HEADER_LINE: '0' });
    });
    const statusOf = async (token: string) => {
      const { status, headers, json } = await graphqlRequest(gateway, VIEWER, bearer(token));
      return { status, challenge: headers['www-authenticate'], code: json.errors?.[0].extensions.code };
    };
    const NOBODY = { status: 401, challenge: 'Bearer error="invalid_token"', code: 'UNAUTHENTICATED' };

    test('has the identity in the claims of the token', async () => {
      const token = await provider.token({ tenant: 'demo', roles: ['Member', 'reader'] });
      expect((await run(gateway, VIEWER, {}, { authorization: `Bearer ${token}` })).viewer).toEqual({
        user: 'console',
        tenant: 'demo',
        roles: ['member', 'reader'],
        isAdmin: false,
        readOnly: false,
      });
    });

    test('may send the token in X-Auth-Token, as clients of OpenStack do', async () => {
      const headers = { 'x-auth-token': await provider.token({ tenant: 'demo', roles: ['admin'] }) };
      expect((await run(gateway, VIEWER, {}, headers)).viewer.isAdmin).toBe(true);
      const id = await createActiveImage(gateway, 'hello', {}, headers);
      expect(await (await fetch(`${gateway.url}/data/${id}`, { headers })).text()).toBe('hello');
    });

    test('sees the images of its tenant only', async () => {
      const headers = async (tenant: string) => ({
        authorization: `Bearer ${await provider.token({ tenant })}`,
      });
      const id = await createImage(gateway, {}, await headers('t1'));
      const query = gql('query ($id: ID!) { image(id: $id) { owner } }');
      expect((await run(gateway, query, { id }, await headers('t1'))).image).toEqual({ owner: 't1' });
      expect((await run(gateway, query, { id }, await headers('t2'))).image).toBeNull();
    });

    test('may have a token for several audiences, or from a clock that is a few seconds off', async () => {
      for (const others of [{ aud: ['x', 'another'] }, { exp: now() - 10 }, { nbf: now() + 10 }])
        expect((await statusOf(await provider.signed(claims(others)))).status).toBe(200);
    });

    test.each<[string, () => JWTPayload]>([
      ['of another issuer', () => ({ iss: 'https://evil.example.org' })],
      ['of no issuer', () => ({ iss: undefined })],
      ['for another audience', () => ({ aud: 'https://mail.example.org' })],
      ['for no audience', () => ({ aud: undefined })],
      ['that has ended', () => ({ exp: now() - 3600 })],
      ['that has ended just before the tolerance', () => ({ exp: now() - 40 })],
      ['that never ends', () => ({ exp: undefined })],
      ['that is not good yet', () => ({ nbf: now() + 3600 })],
      ['of no user', () => ({ sub: undefined })],
      ['of an empty user', () => ({ sub: '' })],
      ['of a tenant too long to own an image', () => ({ tenant: 't'.repeat(256) })],
    ])('with a token %s is refused', async (_, others) => {
      expect(await statusOf(await provider.signed(claims(others())))).toEqual(NOBODY);
    });

    test.each<[string, () => Promise<string> | string]>([
      ['no JWT', () => 'token'],
      ['cut short', async () => (await provider.signed(claims())).slice(0, -3)],
      ['without a signature', async () => (await provider.signed(claims())).replace(/[^.]+$/, '')],
      ['with alg none', () => new UnsecuredJWT(claims()).encode()],
      ['with alg None', () => `${base64({ alg: 'None' })}.${base64(claims())}.`],
      [
        'with claims changed after it was signed',
        async () => {
          const [header, , signature] = (await provider.signed(claims())).split('.');
          return `${header}.${base64(claims({ roles: ['admin'] }))}.${signature}`;
        },
      ],
      [
        'signed with HS256 and the public key as its secret',
        () => {
          const text = `${base64({ alg: 'HS256', kid: 'key-1' })}.${base64(claims())}`;
          return `${text}.${createHmac('sha256', provider.publicKeyPem()).update(text).digest('base64url')}`;
        },
      ],
      [
        'signed by somebody else under the name of the key',
        async () => {
          const { privateKey } = await generateKeyPair('RS256');
          return new SignJWT(claims()).setProtectedHeader({ alg: 'RS256', kid: 'key-1' }).sign(privateKey);
        },
      ],
      [
        'that brings its own key along',
        async () => {
          const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
          const header = { alg: 'RS256', jwk: await exportJWK(publicKey), jku: 'http://127.0.0.1:1/jwks' };
          return new SignJWT(claims()).setProtectedHeader(header).sign(privateKey);
        },
      ],
      [
        'with an algorithm that is not allowed',
        () => provider.signed(claims(), { alg: 'PS256' }).catch(() => 'x.y.z'),
      ],
      [
        'with critical headers',
        async () => `${base64({ alg: 'RS256', crit: ['x'], x: 1 })}.${base64(claims())}.AA`,
      ],
      ['of 20,000 characters', () => `${'a'.repeat(20_000)}.b.c`],
    ])('with a token %s is refused', async (_, token) => {
      expect(await statusOf(await token())).toEqual(NOBODY);
    });

    test.each<[string, JWTPayload, string | undefined, number]>([
      ['of the type JWT', {}, 'JWT', 200],
      ['of the type jwt', {}, 'jwt', 200],
      ['of the type at+jwt', {}, 'at+jwt', 200],
      ['of the type application/at+jwt', {}, 'application/at+jwt', 200],
      ['for a logout', {}, 'logout+jwt', 401],
      ['for a logout, of an older provider', { events: { 'http://schemas.openid.net/x': {} } }, 'JWT', 401],
      ['of an event', {}, 'secevent+jwt', 401],
      ['that proves the possession of a key', {}, 'dpop+jwt', 401],
      ['of a request', {}, 'oauth-authz-req+jwt', 401],
      ['of an empty type', {}, '', 401],
      ['of a type that begins as one', {}, 'JWT+x', 401],
      ['bound to a certificate', { cnf: { 'x5t#S256': 'A' } }, undefined, 401],
      ['bound to a key (DPoP)', { cnf: { jkt: 'A' } }, 'at+jwt', 401],
      ['bound to nothing that is said', { cnf: null }, undefined, 401],
      ['of a login', { nonce: 'n' }, undefined, 401],
      ['of a login, with the digest of a token', { at_hash: 'h' }, 'JWT', 401],
      ['of a login at Keycloak', { typ: 'ID', nonce: 'n' }, 'JWT', 401],
      ['that renews others at Keycloak', { typ: 'Refresh' }, 'JWT', 401],
      ['for calls to Keycloak’s clients', { typ: 'Bearer', nonce: 'n' }, 'JWT', 200],
      ['of the future', { iat: now() + 3600 }, undefined, 401],
      ['of a clock that is a little off', { iat: now() + 10 }, undefined, 200],
      ['with a time that is a text', { exp: '9999999999' as never }, undefined, 401],
      ['with an audience within a list', { aud: [[AUDIENCE]] as never }, undefined, 401],
      ['of a user that is a list', { sub: ['somebody'] as never }, undefined, 401],
    ])('with a token %s: %s, type %s', async (_, others, typ, status) => {
      const token = await provider.signed(claims(others), typ === undefined ? {} : { typ });
      expect((await statusOf(token)).status).toBe(status);
    });

    test.each([
      [['\u00a0admin'], ['\u00a0admin'], false],
      [['ADMIN '], ['admin '], false],
      [['ADM\u0130N'], ['adm\u0130n'], false],
      [['\u212aeeper'], ['\u212aeeper'], false],
      [[['admin'], { admin: true }, 'reader,admin'], ['reader,admin'], false],
      ['reader\u00a0admin', ['reader\u00a0admin'], false],
      ['reader ADMIN', ['reader', 'admin'], true],
      [['Admin'], ['admin'], true],
    ])('with the roles %j has exactly these', async (roles, named, isAdmin) => {
      const token = await provider.signed(claims({ roles }));
      const { viewer } = await run(gateway, VIEWER, {}, { authorization: `Bearer ${token}` });
      expect(viewer).toMatchObject({ roles: named, isAdmin });
    });

    test('without a token is refused, on the data face too; identity headers are ignored', async () => {
      const headers: [string, string][] = [
        ['x-identity-status', 'Confirmed'],
        ['x-roles', 'admin'],
      ];
      expect((await graphqlRequest(gateway, VIEWER, headers)).status).toBe(401);
      const data = await httpRequest(`${gateway.url}/data/x`, 'GET', headers);
      // Without a token there is nothing to say of it (RFC 6750, section 3.1).
      expect([data.status, data.headers['www-authenticate']]).toEqual([401, 'Bearer']);
    });

    test('leaves no part of the token in the log', async () => {
      const token = await provider.signed(claims({ aud: 'other' }));
      await statusOf(token);
      expect(JSON.stringify(gateway.log)).not.toContain(token.split('.')[1]);
    });
  });

  onSqlite('claims', (start) => {
    test('are taken from where the options say', async () => {
      const gateway = await start({
        ...options,
        OIDC_USER_CLAIM: 'preferred_username',
        OIDC_TENANT_CLAIM: 'https://example.org/project',
        OIDC_ROLES_CLAIM: 'realm_access.roles',
        ADMIN_ROLE: 'image-admin',
      });
      const token = await provider.token({
        preferred_username: 'ann',
        'https://example.org/project': 'p',
        realm_access: { roles: ['Image-Admin', 5] },
      });
      expect((await run(gateway, VIEWER, {}, { authorization: `Bearer ${token}` })).viewer).toEqual({
        user: 'ann',
        tenant: 'p',
        roles: ['image-admin'],
        isAdmin: true,
        readOnly: false,
      });
    });

    test('may hold the roles as a text; what is missing is none', async () => {
      const gateway = await start({
        ...options,
        OIDC_ROLES_CLAIM: 'scope',
        OIDC_TENANT_CLAIM: 'constructor.name',
      });
      const token = await provider.signed(claims({ scope: 'reader member' }));
      const { viewer } = await run(gateway, VIEWER, {}, { authorization: `Bearer ${token}` });
      expect(viewer).toMatchObject({ tenant: null, roles: ['reader', 'member'] });
    });
  });

  onSqlite('the keys of the provider', (start) => {
    test('are fetched once, and again when a token uses a new key', async () => {
      const gateway = await start({
        ...options,
        OIDC_JWKS_URI: `${between.url}/jwks`,
        OIDC_JWKS_COOLDOWN: '0',
      });
      const status = async (token: string) => (await graphqlRequest(gateway, VIEWER, bearer(token))).status;
      const old = await provider.token({});
      expect(await Promise.all([status(old), status(old), status(old)])).toEqual([200, 200, 200]);
      expect(between.requests).toEqual(['GET /jwks']);
      await provider.rotate();
      expect(await status(await provider.token({}))).toBe(200);
      expect(between.requests).toEqual(['GET /jwks', 'GET /jwks']);
      expect(await status(old)).toBe(401);
    });

    test('are not fetched again for each token with an invented key', async () => {
      const gateway = await start({ ...options, OIDC_JWKS_URI: `${between.url}/jwks` });
      for (let n = 0; n < 5; n++) {
        const token = await provider.signed(claims(), { kid: `made-up-${n}` });
        expect((await graphqlRequest(gateway, VIEWER, bearer(token))).status).toBe(401);
      }
      expect(between.requests).toEqual(['GET /jwks']);
    });

    test.each([
      ['break off', breaksOff],
      ['never come', hangs],
      ['come with 500', answers(500, '{}')],
      ['are no JSON', answers(200, '<html>')],
      ['are no keys', answers(200, '{"keys": 5}')],
      ['are to be had elsewhere', answers(302, '', { location: 'http://127.0.0.1:1/' })],
    ])('authenticate no caller while they %s, and every caller after that', async (_, conduct) => {
      const places: Record<string, string>[] = [
        { OIDC_JWKS_URI: `${between.url}/jwks` },
        { OIDC_ISSUER: between.url },
      ];
      for (const place of places) {
        const gateway = await start({ ...options, OIDC_HTTP_TIMEOUT: '1', ...place });
        const token = await provider.signed(claims());
        between.conduct = conduct;
        const { status, headers, json } = await graphqlRequest(gateway, VIEWER, bearer(token));
        expect([status, json.errors![0].extensions.code]).toEqual([503, 'IDENTITY_UNAVAILABLE']);
        expect(Number(headers['retry-after'])).toBeGreaterThan(0);
        between.conduct = 'pass';
        if ('OIDC_JWKS_URI' in place)
          expect((await graphqlRequest(gateway, VIEWER, bearer(token))).status).toBe(200);
      }
    });

    test('are not taken from the discovery document of another issuer', async () => {
      const gateway = await start({ ...options, OIDC_ISSUER: between.url });
      const token = await provider.signed(claims({ iss: between.url }));
      expect((await graphqlRequest(gateway, VIEWER, bearer(token))).status).toBe(503);
    });
  });
});

describe('AUTH=oidc refuses to start', () => {
  test.each([
    [{}, 'OIDC_ISSUER'],
    [{ OIDC_ISSUER: 'https://idp.example.org' }, 'OIDC_AUDIENCE'],
    [{ OIDC_ISSUER: 'https://i', OIDC_AUDIENCE: 'a', OIDC_ALGORITHMS: 'HS256' }, 'OIDC_ALGORITHMS=HS256'],
    [{ OIDC_ISSUER: 'https://i', OIDC_AUDIENCE: 'a', OIDC_ALGORITHMS: 'none' }, 'OIDC_ALGORITHMS=none'],
  ])('with %j: %s', (options, name) => {
    expect(() => readConfig({ AUTH: 'oidc', ...options })).toThrow(name);
  });
});
