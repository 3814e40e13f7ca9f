import { beforeAll, expect, test } from 'vitest';
import { createImage } from '../support/client.js';
import { onSqlite, type TestGateway } from '../support/gateway.js';
import { stateOf } from '../support/image-state.js';
import { eventually } from '../support/poll.js';
import { rawRequest } from '../support/raw-request.js';

const UNKNOWN = '/data/0d5bd1ab-5b4a-4d5e-8e85-5a4f5a2f4b11';
const BIG = Buffer.alloc(20 * 1024 * 1024);

onSqlite('an answer before the body is over', (start) => {
  let gateway: TestGateway;
  let id: string;
  beforeAll(async () => {
    gateway = await start({ IMAGE_SIZE_CAP: '1000000' });
    id = await createImage(gateway, { diskFormat: 'raw', containerFormat: 'bare' });
  });

  test('a sender that asks first (Expect: 100-continue) is told to go on, and its data is taken', async () => {
    const request = await rawRequest(gateway.url, 'PUT', `/data/${id}`, {
      'content-length': 5,
      expect: '100-continue',
    });
    await eventually(
      () => request.received().toString(),
      (text) => text === 'HTTP/1.1 100 Continue\r\n\r\n',
    );
    expect((await stateOf(gateway, id)).status).toBe('saving');
    await request.send('hello');
    expect((await request.answer()).json()).toMatchObject({ status: 'active', size: 5 });
  });

  test.each([
    ['an unknown image', UNKNOWN, 5, 404],
    ['a body over the cap', undefined, 1_000_001, 413],
    ['a form', undefined, 5, 415],
  ])(
    'a sender that asks first is refused for %s without sending its body',
    async (_, path, length, status) => {
      const target =
        path ?? `/data/${await createImage(gateway, { diskFormat: 'raw', containerFormat: 'bare' })}`;
      const request = await rawRequest(gateway.url, 'PUT', target, {
        'content-length': length,
        expect: '100-continue',
        'content-type': status === 415 ? 'multipart/form-data; boundary=x' : 'application/octet-stream',
      });
      expect((await request.answer()).status).toBe(status);
      expect(request.received().toString()).not.toContain('100 Continue');
    },
  );

  test('GraphQL too answers a sender that asks first', async () => {
    const body = JSON.stringify({ query: '{ __typename }' });
    const request = await rawRequest(gateway.url, 'POST', '/graphql', {
      'content-type': 'application/json',
      'content-length': body.length,
      expect: '100-continue',
    });
    await eventually(() => request.received().includes('100 Continue'));
    await request.send(body);
    expect((await request.answer()).json()).toEqual({ data: { __typename: 'Query' } });
  });

  test('a refusal reaches a sender that reads nothing before all of a large body is sent', async () => {
    const request = await rawRequest(
      gateway.url,
      'PUT',
      UNKNOWN,
      { 'content-length': BIG.length },
      { deaf: true },
    );
    await request.send(BIG);
    const answer = await request.answer();
    expect([answer.status, answer.json().code]).toEqual([404, 'IMAGE_NOT_FOUND']);
  });

  test('a failure in the middle of a large body reaches such a sender too', async () => {
    const image = await createImage(gateway, { diskFormat: 'raw', containerFormat: 'bare' });
    const headers = { 'transfer-encoding': 'chunked' };
    const request = await rawRequest(gateway.url, 'PUT', `/data/${image}`, headers, { deaf: true });
    await request.sendChunk(BIG);
    await request.sendLastChunk();
    const answer = await request.answer();
    expect([answer.status, answer.json().code]).toEqual([413, 'IMAGE_TOO_LARGE']);
  });

  test('a connection that was refused a body carries the next request', async () => {
    const request = await rawRequest(gateway.url, 'PUT', UNKNOWN, { 'content-length': 4 });
    await eventually(() => request.received().includes('IMAGE_NOT_FOUND'));
    await request.send('dataGET /healthcheck HTTP/1.1\r\nhost: localhost\r\n\r\n');
    await eventually(() => request.received().toString().endsWith('\r\n\r\nOK'));
    request.leave();
  });
});
