import { connect } from 'node:net';
import { parse } from 'graphql';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import WebSocket from 'ws';
import { as, createImage, errorOf, sendText } from '../support/client.js';
import { onSqlite, type TestGateway } from '../support/gateway.js';
import { gql } from '../support/gql.js';
import { CHANGES, changesFor, subscribeTo, type Transport } from '../support/live.js';
import { AUDIENCE, startOidcProvider, type OidcProvider } from '../support/oidc-provider.js';
import { eventually } from '../support/poll.js';

const owner = as('owner');
const TRANSPORTS = ['websocket', 'sse'] as const;
const open: { end(): void }[] = [];
afterEach(() => open.splice(0).forEach((each) => each.end()));

/** Subscribes, and returns the extensions of the first error. */
async function refusal(
  ...asked: Parameters<typeof subscribeTo<unknown, never>>
): Promise<Record<string, unknown>> {
  const subscription = subscribeTo(...asked);
  open.push(subscription);
  await eventually(() => subscription.errors.length > 0);
  return subscription.errors[0].extensions;
}

onSqlite('a subscription', (start) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await start({ AUTH: 'trusted', CALLER_SUBSCRIPTION_LIMIT: '3', QUERY_DEPTH_LIMIT: '4' });
  });

  describe.each(TRANSPORTS)('over %s', (transport) => {
    const refused = (text: string, variables = {}) =>
      refusal(gateway, parse(text, { noLocation: true }), {
        variables,
        headers: owner,
        transport,
      });

    test('that does not fit the schema is refused', async () => {
      expect((await refused('subscription { imageChanged { nothing } }')).code).toBe(
        'GRAPHQL_VALIDATION_FAILED',
      );
    });

    test('that is nested too deeply is refused', async () => {
      expect(
        await refused(
          'subscription { imageChanged { image { permissions { canUpdate } members { image { id } } } } }',
        ),
      ).toMatchObject({ code: expect.stringMatching(/QUERY_TOO_DEEP|GRAPHQL_VALIDATION_FAILED/) as string });
    });

    test('with variables of another type is refused', async () => {
      const wrong = await refused('subscription ($a: String) { imageChanged(after: $a) { kind } }', {
        a: [1, 2],
      });
      expect(wrong.code).toBe('BAD_USER_INPUT');
    });

    test('with a filter that is too much is refused with its field', async () => {
      const ids = Array.from({ length: 1001 }, (_, n) => String(n));
      const wrong = await refused(
        'subscription ($i: [ID!]) { imageChanged(filter: { id: { in: $i } }) { kind } }',
        {
          i: ids,
        },
      );
      expect(wrong).toMatchObject({ code: 'BAD_USER_INPUT', field: 'filter.id.in' });
    });

    test('may not be a query', async () => {
      expect((await refused('{ viewer { user } }')).code).toBe('SUBSCRIPTION_TRANSPORT');
    });

    test('beyond the limit of a caller is refused, until another one ends', async () => {
      const busy = as(`busy-${transport}`);
      const three = [];
      for (let n = 0; n < 3; n += 1) three.push(await changesFor(gateway, busy, {}, transport));
      open.push(...three);
      const asked = { headers: busy, transport };
      const fourth = subscribeTo(gateway, CHANGES, asked);
      await eventually(() => fourth.errors.length > 0 || fourth.closeCode !== undefined);
      const refusedWith = transport === 'sse' ? fourth.errors[0].message : fourth.closeCode;
      expect(refusedWith).toEqual(transport === 'sse' ? expect.stringContaining('429') : 1013);
      three[0].end();
      await eventually(async () => {
        const again = subscribeTo(gateway, CHANGES, asked);
        open.push(again);
        const id = await createImage(gateway, {}, busy);
        await eventually(
          () =>
            again.errors.length > 0 ||
            again.closeCode !== undefined ||
            again.results.some(({ imageChanged }) => imageChanged.id === id),
        );
        return again.errors.length === 0 && again.closeCode === undefined;
      });
    });
  });

  describe('over one WebSocket', () => {
    const speak = async (...messages: object[]) => {
      const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', {
        headers: as('speaker'),
      });
      const heard: { type: string; id?: string; payload?: { extensions: { code: string } }[] }[] = [];
      socket.on('message', (data) => heard.push(JSON.parse(String(data)) as (typeof heard)[number]));
      const closed = new Promise<number>((resolve) => socket.on('close', resolve));
      await new Promise((resolve) => socket.on('open', resolve));
      open.push({ end: () => socket.terminate() });
      for (const message of messages) {
        socket.send(JSON.stringify(message));
        if (message === init) await eventually(() => heard.some(({ type }) => type === 'connection_ack'));
      }
      return { socket, heard, closed };
    };
    const init = { type: 'connection_init' };
    const subscribe = (id: string) => ({
      type: 'subscribe',
      id,
      payload: { query: 'subscription { imageChanged { kind } }' },
    });

    test('beyond the limit of the caller gets an error, and the others go on', async () => {
      const { heard } = await speak(init, ...['1', '2', '3', '4'].map(subscribe));
      const error = await eventually(() => heard.find(({ type }) => type === 'error'));
      expect(error!.payload![0].extensions.code).toBe('TOO_MANY_SUBSCRIPTIONS');
      await createImage(gateway, {}, as('speaker'));
      await eventually(() => heard.filter(({ type }) => type === 'next').length >= 3);
    });

    test('with an id that is in use ends the connection', async () => {
      const { closed } = await speak(init, subscribe('same'), subscribe('same'));
      expect(await closed).toBe(4409);
    });

    test('can be ended and begun again under its id', async () => {
      const { socket, heard } = await speak(init, subscribe('again'));
      await createImage(gateway, {}, as('speaker'));
      await eventually(() => heard.some(({ type }) => type === 'next'));
      socket.send('{"type":"complete","id":"again"}');
      socket.send('{"type":"ping","payload":{"large":"x"}}');
      await eventually(() => heard.some(({ type }) => type === 'pong'));
      expect(heard.find(({ type }) => type === 'pong')).toEqual({ type: 'pong' });
      socket.send(JSON.stringify(subscribe('again')));
      const before = heard.length;
      await createImage(gateway, {}, as('speaker'));
      await eventually(() => heard.slice(before).some(({ type }) => type === 'next'));
    });

    test.each([
      ['that is no JSON', 'nonsense', 4400],
      ['before the caller is known', JSON.stringify(subscribe('1')), 4401],
      ['of an unknown type', '{"type":"nothing"}', 4400],
    ])('a message %s ends the connection', async (_, message, code) => {
      const { socket, closed } = await speak();
      socket.send(message);
      expect(await closed).toBe(code);
    });
  });

  test('as a GET with variables that are no JSON is refused', async () => {
    const query = new URLSearchParams({ query: 'subscription { imageChanged { kind } }', variables: '{' });
    const response = await fetch(`${gateway.url}/graphql?${query}`, {
      headers: { ...owner, accept: 'text/event-stream' },
    });
    expect(await response.text()).toContain('"code":"BAD_USER_INPUT"');
  });

  test('as a plain request is refused with a hint', async () => {
    expect((await errorOf(gateway, CHANGES, {}, owner)).code).toBe('SUBSCRIPTION_TRANSPORT');
    const { errors } = await sendText(gateway, 'subscription { imageChanged { imageId } }', {}, owner);
    expect(errors![0].message).toContain('text/event-stream');
  });

  test('over server-sent events has its errors in the stream, which EventSource can read', async () => {
    const response = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { ...owner, accept: 'text/event-stream', 'content-type': 'application/json' },
      body: JSON.stringify({ query: 'subscription {' }),
    });
    const text = await response.text();
    expect(text).toMatch(
      /^:\n\nevent: next\ndata: {"errors":\[{.*"code":"GRAPHQL_PARSE_FAILED".*\n\nevent: complete\n/,
    );
  });

  test('can be a GET, as browsers send for EventSource', async () => {
    const query = new URLSearchParams({
      query: 'subscription ($f: ImageFilterInput) { imageChanged(filter: $f) { imageId } }',
      variables: JSON.stringify({ f: { name: { eq: 'by get' } } }),
    });
    const stop = new AbortController();
    const response = await fetch(`${gateway.url}/graphql?${query}`, {
      headers: { ...owner, accept: 'text/event-stream' },
      signal: stop.signal,
    });
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    const id = await createImage(gateway, { name: 'by get' }, owner);
    const decoder = new TextDecoder();
    let text = '';
    for await (const chunk of response.body!) {
      text += decoder.decode(chunk as Uint8Array, { stream: true });
      if (text.includes(id)) break;
    }
    expect(text).toContain(`event: next\ndata: {"data":{"imageChanged":{"imageId":"${id}"}}}\n\n`);
    stop.abort();
  });

  test('of a caller without an identity is refused', async () => {
    const over = (transport: Transport) => refusal(gateway, CHANGES, { transport });
    expect((await over('sse')).code).toBe('NetworkError');
    const subscription = subscribeTo(gateway, CHANGES);
    await eventually(() => subscription.closeCode !== undefined);
    expect(subscription.closeCode).toBe(4401);
  });

  test('takes no identity from the parameters of the connection but a token', async () => {
    const subscription = subscribeTo(gateway, CHANGES, { parameters: as('operators', 'admin') });
    await eventually(() => subscription.closeCode !== undefined);
    expect(subscription.closeCode).toBe(4401);
  });

  test.each(['http://evil.example', 'null'])('from a page at %s is refused', async (origin) => {
    const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', {
      headers: { ...owner, origin },
    });
    const status = await new Promise((resolve) => {
      socket.on('unexpected-response', (_request, response) => resolve(response.statusCode));
      socket.on('open', () => resolve('open'));
    });
    expect(status).toBe(403);
    const response = await fetch(`${gateway.url}/graphql?query=subscription{imageChanged{imageId}}`, {
      headers: { ...owner, origin, accept: 'text/event-stream' },
    });
    expect(response.status).toBe(403);
  });

  test('ends with a code that makes clients connect again when the gateway stops', async () => {
    const stopping = await start({ AUTH: 'trusted' });
    const socket = await changesFor(stopping, owner);
    const events = await changesFor(stopping, owner, {}, 'sse');
    await stopping.close();
    await eventually(() => socket.closeCode !== undefined && events.errors.length > 0);
    expect(socket.closeCode).toBe(1012);
    expect([events.isComplete, events.errors[0].extensions.code]).toEqual([false, 'NetworkError']);
  });

  test('leaves other requests for an upgrade as they are', async () => {
    const answer = await rawAnswer(
      gateway,
      'POST /graphql HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, HTTP2-Settings, close\r\nUpgrade: h2c\r\n' +
        'HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\nX-Identity-Status: Confirmed\r\nX-Tenant-Id: owner\r\n' +
        'Content-Type: application/json\r\nContent-Length: 35\r\n\r\n{"query":"{ viewer { tenant } }"}  ',
    );
    expect(answer).toContain('HTTP/1.1 200 OK');
    expect(answer).toContain('{"viewer":{"tenant":"owner"}}');
  });
});

describe('under AUTH=oidc', () => {
  let provider: OidcProvider;
  beforeAll(async () => {
    provider = await startOidcProvider();
  });
  afterAll(() => provider.stop());

  onSqlite('a WebSocket', (start) => {
    test.each(['x-auth-token', 'Authorization', 'headers'])('takes its token from %s', async (name) => {
      const gateway = await start({ AUTH: 'oidc', OIDC_ISSUER: provider.issuer, OIDC_AUDIENCE: AUDIENCE });
      const token = await provider.token({ tenant: 'demo', roles: ['member'] });
      const bearer = `Bearer ${token}`;
      const parameters = {
        'x-auth-token': { 'x-auth-token': token },
        Authorization: { Authorization: bearer },
      }[name] ?? { headers: { authorization: bearer } };
      const subscription = subscribeTo(gateway, gql('subscription { imageChanged { imageId } }'), {
        parameters,
      });
      open.push(subscription);
      const id = await createImage(gateway, {}, { authorization: bearer });
      await eventually(() => subscription.results.some(({ imageChanged }) => imageChanged.imageId === id));
    });
  });
});

onSqlite('under AUTH=none, a WebSocket', (start) => {
  test('that names another host is refused', async () => {
    const gateway = await start();
    const answer = await rawAnswer(
      gateway,
      'GET /graphql HTTP/1.1\r\nHost: rebound.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
        'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n' +
        'Sec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n',
    );
    expect(answer).toContain('HTTP/1.1 403 Forbidden');
    expect(answer).toContain('"code":"HOST_NOT_ALLOWED"');
  });
});

function rawAnswer({ url }: TestGateway, request: string): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write(request));
    let text = '';
    socket.on('data', (data) => (text += data.toString()));
    socket.on('end', () => resolve(text));
    socket.on('error', reject);
  });
}
