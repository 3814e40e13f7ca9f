import { afterAll, afterEach, beforeAll, expect, inject, test } from 'vitest';
import { createImage, graphql } from '../support/client.js';
import { called } from '../support/command.js';
import { CREATE, LIST, moves } from '../support/database-load.js';
import { onMysql } from '../support/gateway.js';
import { eventually } from '../support/poll.js';
import { stallingProxy, type StallingProxy } from '../support/stalling-proxy.js';

onMysql('a gateway with two database hosts, on MySQL', (start, place) => {
  let first: StallingProxy;
  let second: StallingProxy;
  let url: string;
  beforeAll(async () => {
    await (await start()).close();
    const port = Number(new URL(inject('mysqlServer')).port);
    [first, second] = [await stallingProxy(port), await stallingProxy(port)];
    const { username, pathname } = new URL(place.options.DATABASE_URL);
    url = `mysql://${username}@127.0.0.1:${first.port},127.0.0.1:${second.port}${pathname}`;
  });
  afterEach(() => {
    first.resume();
    second.resume();
  });
  afterAll(() => Promise.all([first.stop(), second.stop()]));

  const moved = (from: StallingProxy, to: StallingProxy) => `127.0.0.1:${from.port} to 127.0.0.1:${to.port}`;
  const codeOf = async (answer: ReturnType<typeof graphql>) => (await answer).errors?.[0].extensions.code;

  test('moves on when the host in use is away, and back when it is asked to', async () => {
    const gateway = await start({ DATABASE_URL: url });
    first.refuse();
    await createImage(gateway);
    expect(await codeOf(graphql(gateway, LIST))).toBeUndefined();
    first.resume();
    await createImage(gateway);
    expect(moves(gateway)).toEqual([moved(first, second)]);
    gateway.reload();
    await eventually(() => moves(gateway).length === 2);
    expect(moves(gateway)[1]).toBe(moved(second, first));
    await createImage(gateway);
  });

  test('answers 503 while no host can be reached, and then works again by itself', async () => {
    const gateway = await start({ DATABASE_URL: url });
    first.refuse();
    second.refuse();
    const change = () => codeOf(graphql(gateway, CREATE, { name: 'a' }));
    expect([await change(), await change()]).toEqual(['DATABASE_UNAVAILABLE', 'DATABASE_UNAVAILABLE']);
    expect(await codeOf(graphql(gateway, LIST))).toBe('DATABASE_UNAVAILABLE');
    second.resume();
    await eventually(async () => (await change()) === undefined);
    expect(moves(gateway)).toEqual([moved(first, second)]);
  });

  test('leaves a host that is silent', async () => {
    const gateway = await start({ DATABASE_URL: url, QUERY_TIMEOUT: '1' });
    await createImage(gateway);
    first.pause();
    const answers = [graphql(gateway, LIST), graphql(gateway, CREATE, { name: 'a' })].map(codeOf);
    expect(await Promise.all(answers)).toEqual(['DATABASE_UNAVAILABLE', 'DATABASE_UNAVAILABLE']);
    await createImage(gateway);
    expect(moves(gateway)).toEqual([moved(first, second)]);
  });

  test('starts while the first host is away, which check tells', async () => {
    first.refuse();
    await createImage(await start({ DATABASE_URL: url }));
    const { code, stdout } = await called(['check'], { ...place.options, DATABASE_URL: url });
    expect(code).toBe(0);
    expect(stdout).toContain(`127.0.0.1:${first.port}: cannot be reached`);
    expect(stdout).toContain(`127.0.0.1:${second.port}: takes changes`);
    expect(stdout).toContain('The gateway cannot move there when it has to.');
  });

  test('does not start while no host can be reached', async () => {
    first.refuse();
    second.refuse();
    const failure = await start({ DATABASE_URL: url }).catch((error: Error) => error.cause);
    expect(String(failure)).toMatch(new RegExp(`127.0.0.1:${first.port}: .*; 127.0.0.1:${second.port}: `));
    const { code, stdout } = await called(['check'], { ...place.options, DATABASE_URL: url });
    expect([code, stdout]).toEqual([1, expect.stringContaining('The database cannot be used: ')]);
  });
});
