import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { inTurns } from '../../../src/http/turns.js';
import { eventually } from '../../support/poll.js';

const AT_WORK = 16;

describe('requests are answered in turns', () => {
  /** The requests that have begun, in their order. */
  let begun: ServerResponse[];
  /** The addresses of the requests that have come, and of those among them that began at once. */
  let came: string[];
  let beganAtOnce: Set<string>;
  let log: string[];
  let server: ReturnType<typeof createServer>;
  let url: string;

  beforeEach(async () => {
    [begun, came, log, beganAtOnce] = [[], [], [], new Set()];
    const lines = pino({}, { write: (line: string) => void log.push(line) });
    const answer = inTurns((_request, response) => void begun.push(response), lines);
    server = createServer((request, response) => {
      const before = begun.length;
      answer(request, response);
      came.push(request.url!);
      if (request.url!.startsWith('/left')) request.socket.destroy();
      if (begun.length > before) beganAtOnce.add(request.url!);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(async () => {
    for (const response of begun) response.end();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  test('in the order in which they come', async () => {
    const asked = [];
    for (let number = 0; number < 40; number += 1) {
      asked.push(fetch(`${url}/${number}`).then((response) => response.text()));
      await eventually(() => came.length > number);
    }
    for (let number = 0; number < 40; number += 1) {
      await eventually(() => begun.length > number);
      begun[number].end(begun[number].req.url);
    }
    expect(await Promise.all(asked)).toEqual(asked.map((_, number) => `/${number}`));
  });

  test('a request that takes long makes room for the next', async () => {
    for (let number = 0; number < 3 * AT_WORK; number += 1) void ask(`/${number}`);
    await eventually(() => begun.length === 3 * AT_WORK);
  });

  test.each(['/healthcheck', '/ready', '/ready?verbose'])('%s waits for none', async (path) => {
    for (let number = 0; number < 2 * AT_WORK; number += 1) void ask(`/${number}`);
    await eventually(() => came.length === 2 * AT_WORK);
    void ask(path);
    await eventually(() => came.includes(path));
    expect(beganAtOnce).toContain(path);
    expect(beganAtOnce.size).toBeLessThan(came.length);
  });

  test('a request whose client has left is not begun, and the log tells so', async () => {
    for (let number = 0; number < AT_WORK; number += 1) void ask(`/${number}`);
    await eventually(() => begun.length === AT_WORK);
    void ask('/left?token=secret');
    await eventually(() => log.some((line) => /"path":"\/left".*a client left before its turn/.test(line)));
    expect(begun.map(({ req }) => req.url)).not.toContain('/left?token=secret');
  });

  function ask(path: string): Promise<unknown> {
    return fetch(`${url}${path}`).catch(() => undefined);
  }
});
