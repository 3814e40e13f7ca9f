import { expect, test } from 'vitest';
import { ERRORS, type ErrorCode } from '../../../src/image/errors.js';
import { onSqlite, type TestGateway } from '../../support/gateway.js';
import { freePort } from '../../support/mysql-server.js';
import { v1, type V1Answer } from '../../support/v1-client.js';
import type { GraphqlAnswer } from '../../support/client.js';

/** The wording of a route's refusals, and whether the route answers callers without an identity. */
interface Row {
  form: 'graphql' | 'json' | 'v1';
  /** Methods that anybody may use. */
  open?: readonly string[] | 'all';
  /** Routes that answer a load balancer that knows only an address. */
  isHealth?: true;
  /** Routes that serve only the gateway's own page, and routes that lead every other request back to it. */
  forOwnPage?: 'refuses' | 'leads back';
}

/** Every path of the port of the API. A route that this list lacks fails the test. */
const API: Record<string, Row> = {
  '/healthcheck': { form: 'json', open: 'all', isHealth: true },
  '/ready': { form: 'json', open: 'all', isHealth: true },
  '/graphiql': { form: 'json', open: 'all' },
  '/graphiql/': { form: 'json', open: 'all' },
  '/graphiql/*': { form: 'json', open: 'all' },
  '/graphiql/:asset': { form: 'json', open: 'all' },
  '/console': { form: 'json', open: 'all' },
  '/console/*': { form: 'json', open: 'all' },
  '/console/config.json': { form: 'json', open: 'all' },
  '/console/licences.txt': { form: 'json', open: 'all' },
  '/console/assets/:asset': { form: 'json', open: 'all' },
  '/console/session': { form: 'json', open: 'all', forOwnPage: 'refuses' },
  '/console/session/projects': { form: 'json', open: 'all', forOwnPage: 'refuses' },
  '/console/session/refresh': { form: 'json', open: 'all', forOwnPage: 'refuses' },
  '/console/login': { form: 'json', open: 'all', forOwnPage: 'leads back' },
  '/console/callback': { form: 'json', open: 'all', forOwnPage: 'leads back' },
  '/graphql': { form: 'graphql' },
  '/data/:id': { form: 'json' },
  '/data/:id/uploads': { form: 'json', open: ['OPTIONS'] },
  '/data/:id/uploads/:uploadId': { form: 'json', open: ['OPTIONS'] },
  '*': { form: 'json', open: ['OPTIONS'] },
  // Paths without a version are answered with the list of versions.
  '/*': { form: 'v1', open: 'all' },
  '/v1': { form: 'v1' },
  '/v1/': { form: 'v1' },
  '/v1/images': { form: 'v1' },
  '/v1/images/detail': { form: 'v1' },
  '/v1/images/:id': { form: 'v1' },
  '/v1/images/:id/members': { form: 'v1' },
  '/v1/images/:id/members/:member': { form: 'v1' },
  '/v1/shared-images/:member': { form: 'v1' },
};

/** Every path of the registry's port. */
const REGISTRY: Record<string, Row> = {
  '/healthcheck': { form: 'json', open: 'all', isHealth: true },
  '/ready': { form: 'json', open: 'all', isHealth: true },
  '/*': { form: 'v1' },
  '/': { form: 'v1' },
  '/images': { form: 'v1' },
  '/images/detail': { form: 'v1' },
  '/rpc': { form: 'v1' },
  '/images/:id': { form: 'v1' },
  '/images/:id/members': { form: 'v1' },
  '/images/:id/members/:member': { form: 'v1' },
  '/shared-images/:member': { form: 'v1' },
};

/** Routes that exist only under some options. */
const OPTIONAL = /^\*$|^\/(graphiql|console)/;

const UNREACHABLE = 'http://127.0.0.1:9';

const FOREIGN_HOST = 'evil.example.org:9292';
const FOREIGN_ORIGIN = { origin: 'https://evil.example.org' };

onSqlite('every route of the gateway', (start) => {
  const CORS = { CORS_ORIGINS: 'https://console.example.org' };
  test.each<[AUTH: string, also: string, options: Record<string, string>]>([
    ['none', '', {}],
    ['none', ' with CORS_ORIGINS', CORS],
    ['trusted', ' with CORS_ORIGINS', CORS],
    ['trusted', ' with LEGACY_PATHS', { LEGACY_PATHS: 'true' }],
    ['keystone', '', { KEYSTONE_AUTH_URL: UNREACHABLE, KEYSTONE_USERNAME: 'g', KEYSTONE_PASSWORD: 'p' }],
    ['oidc', '', { OIDC_ISSUER: UNREACHABLE, OIDC_AUDIENCE: 'g' }],
    [
      ...(['oidc', ' with a console'] as const),
      { OIDC_ISSUER: UNREACHABLE, OIDC_AUDIENCE: 'g', OIDC_CLIENT_ID: 'console', ...CORS },
    ],
  ])(
    'under AUTH=%s%s refuses foreign hosts, foreign pages and unknown callers as its row says',
    async (AUTH, _, options) => {
      const registryPort = await freePort();
      const gateway = await start({ AUTH, ...options, REGISTRY_PORT: String(registryPort) });
      await walk(AUTH, gateway, gateway.routes.api, API);
      const registry = { url: `http://127.0.0.1:${registryPort}` };
      await walk(AUTH, registry, gateway.routes.registry, REGISTRY);
      await gateway.close();
    },
  );
});

async function walk(
  auth: string,
  server: Pick<TestGateway, 'url'>,
  routes: readonly { method: string; path: string }[],
  table: Record<string, Row>,
): Promise<void> {
  const registered = new Set(routes.map(({ path }) => path));
  expect([...registered].filter((path) => !Object.hasOwn(table, path))).toEqual([]);
  expect(Object.keys(table).filter((path) => !registered.has(path) && !OPTIONAL.test(path))).toEqual([]);
  const calls = routes.flatMap(({ method, path }) =>
    (method === 'any' ? ['GET', 'POST'] : [method]).map((each) => ({ method: each, path })),
  );
  const found = await Promise.all(calls.map((call) => differences(auth, server, call, table[call.path])));
  expect(found.flat()).toEqual([]);
}

/** Returns one line for each wrong answer. */
async function differences(
  auth: string,
  server: Pick<TestGateway, 'url'>,
  { method, path }: { method: string; path: string },
  row: Row,
): Promise<string[]> {
  const address = path
    .replace(/:\w+/g, 'aaaaaaaa-0000-4000-8000-00000000000a')
    .replace(/^\/?(.*)\*/, '/$1nowhere');
  const ask = (headers: Record<string, string>) =>
    v1(server, method, address, { accept: 'application/json', ...headers });
  const isOpen = row.open === 'all' || (row.open?.includes(method) ?? false);
  const isWriting = !['GET', 'HEAD', 'OPTIONS'].includes(method);

  const plain = await ask({});
  const byName = await ask({ host: FOREIGN_HOST });
  const byAddress = await ask({ host: '203.0.113.7:9292' });
  const byPage = await ask(FOREIGN_ORIGIN);
  const byPageOfThatName = await ask({ host: FOREIGN_HOST, origin: `http://${FOREIGN_HOST}` });
  const byLink = await ask({ 'sec-fetch-site': 'cross-site' });

  const isAsked = auth !== 'none' && !isOpen;
  const own = row.forOwnPage === 'refuses' ? 'OWN_PAGE_ONLY' : row.forOwnPage && 303;
  const refused = own ?? (isAsked ? 401 : plain.status);
  const wrongHost = auth === 'none' ? 'HOST_NOT_ALLOWED' : refused;
  const wrongPage = isWriting ? 'FOREIGN_ORIGIN' : refused;
  const expected: [string, V1Answer<unknown>, string | number][] = [
    ['plain', plain, refused],
    ['foreign host', byName, wrongHost],
    ['another address', byAddress, row.isHealth || (method === 'OPTIONS' && isOpen) ? refused : wrongHost],
    ['foreign origin', byPage, wrongPage],
    [
      'foreign page under a name of its own',
      byPageOfThatName,
      own === 'OWN_PAGE_ONLY' ? 'LOGIN_NEEDS_TLS' : wrongHost,
    ],
    ['foreign page without an origin', byLink, wrongPage],
  ];
  const lines = expected
    .filter(([, answer, wanted]) => !isAnswer(answer, wanted, row.form, method))
    .map(([what, { status, text }, wanted]) => `${what}: ${status} ${text}, not ${wanted}`);
  if (!isAsked && !own && [401, 403, 500].includes(plain.status))
    lines.push(`plain: ${plain.status} ${plain.text}`);
  return lines.map((line) => `${method} ${path}, ${line}`);
}

/** The body of a refusal: the fields that one face or another writes. */
interface Refusal extends GraphqlAnswer {
  code?: string;
  message?: string;
}

function isAnswer(
  answer: V1Answer<unknown>,
  wanted: string | number,
  form: Row['form'],
  method: string,
): boolean {
  if (typeof wanted === 'number') return answer.status === wanted;
  if (answer.status !== 403) return false;
  if (method === 'HEAD') return answer.text === '';
  const body = answer.json() as Refusal;
  if (form === 'graphql') return body.errors?.[0].extensions.code === wanted;
  if (form === 'json') return body.code === wanted;
  return body.code === '403 Forbidden' && !!body.message?.includes(ERRORS[wanted as ErrorCode].message);
}
