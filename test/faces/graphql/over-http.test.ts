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
