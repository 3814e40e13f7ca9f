import fastify from 'fastify';
import { expect, test, vi } from 'vitest';
import { graphiqlRoutes } from '../../../src/graphql/graphiql/graphiql-routes.js';
import { onSqlite } from '../../support/gateway.js';

onSqlite('GraphiQL', (start) => {
  const answerTo = async (path: string, options: Record<string, string> = {}) => {
    const gateway = await start(options);
    const response = await fetch(`${gateway.url}${path}`, { redirect: 'manual' });
    const text = await response.text();
    await gateway.close();
    return { response, text };
  };

  test('is one page, with files that browsers may keep for ever', async () => {
    const page = await answerTo('/graphiql');
    expect(page.response.headers.get('cache-control')).toBe('no-cache');
    expect(page.response.headers.get('content-security-policy')).toContain("default-src 'none'");
    const [, script] = /src="(graphiql\/[^"]+\.js)"/.exec(page.text)!;
    const { response } = await answerTo(`/${script}`);
    expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
  });

  test('is not served under the name of its file, which would be kept for ever too', async () => {
    const { response, text } = await answerTo('/graphiql/index.html');
    expect([response.status, JSON.parse(text).code]).toEqual([404, 'NOT_FOUND']);
  });

  test.each([
    ['true', 'links to the console'],
    ['false', 'links to no console that is not served'],
  ])('with CONSOLE=%s %s', async (isOn) => {
    const { text } = await answerTo('/graphiql', { CONSOLE: isOn });
    expect(text).toContain(`<meta name="console" content="${isOn}" />`);
  });

  test('leads from its address with a slash to the one without', async () => {
    const { response } = await answerTo('/graphiql/');
    expect([response.status, response.headers.get('location')]).toEqual([308, '../graphiql']);
  });
});

test('GraphiQL is left out, with a warning, where it is not built', async () => {
  const server = fastify();
  const warn = vi.spyOn(server.log, 'warn');
  await server.register(graphiqlRoutes, { console: true, assets: new URL('file:///nowhere/') });
  expect((await server.inject('/graphiql')).statusCode).toBe(404);
  expect(warn).toHaveBeenCalledWith('there is no /graphiql, since GraphiQL is not built; run: npm run build');
  await server.close();
});
