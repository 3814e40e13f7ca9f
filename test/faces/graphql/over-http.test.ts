import { serverAudits } from 'graphql-http';
import { beforeAll, describe, expect, test } from 'vitest';
import { onSqlite, type TestGateway } from '../../support/gateway.js';

onSqlite('GraphQL over HTTP', (start) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await start();
  });

  describe('passes every audit of the specification', () => {
    // A GET needs a header that a foreign web page cannot send.
    const fetchFn = (url: string, init?: RequestInit) =>
      fetch(url, { ...init, headers: { ...(init?.headers as object), 'apollo-require-preflight': '1' } });
    for (const audit of serverAudits({ url: () => `${gateway.url}/graphql`, fetchFn })) {
      test(`${audit.id} ${audit.name}`, async () => {
        const result = await audit.fn();
        expect(result.status, 'reason' in result ? result.reason : '').toBe('ok');
      });
    }
  });
});

onSqlite('a request that is refused before its operation runs', (start) => {
  test.each([
    [
      'application/graphql-response+json, application/json',
      'application/graphql-response+json; charset=utf-8',
    ],
    ['application/json', 'application/json; charset=utf-8'],
    ['*/*', 'application/json; charset=utf-8'],
  ])('for a client that accepts %s has the type %s', async (accept, type) => {
    const gateway = await start({ AUTH: 'trusted' });
    const response = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept },
      body: JSON.stringify({ query: '{ viewer { isAdmin } }' }),
    });
    expect([response.status, response.headers.get('content-type')]).toEqual([401, type]);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
  });
});
