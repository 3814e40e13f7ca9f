import { randomUUID } from 'node:crypto';
import { afterEach, beforeAll, expect, test } from 'vitest';
import WebSocket from 'ws';
import { as, createImage } from '../support/client.js';
import { onMysql, onSqlite, type TestGateway } from '../support/gateway.js';
import { changesFor } from '../support/live.js';
import { eventually } from '../support/poll.js';
import { sql } from '../support/sql.js';
import { statementsDuring } from '../support/statements.js';

const owner = as('owner');
const open: { end(): void }[] = [];
afterEach(() => open.splice(0).forEach((each) => each.end()));

const FEED = /FROM \(SELECT i\.id/;

onMysql('the stream of changes', (start) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await start({ AUTH: 'trusted' });
  });

  test('asks the database nothing while nobody listens', async () => {
    const subscription = await changesFor(gateway, owner);
    subscription.end();
    const id = await createImage(gateway, {}, owner);
    // The subscription has ended for the gateway once a change reads nothing any more.
    const statements = await eventually(
      () =>
        statementsDuring(async () => {
          const before = Date.now();
          await eventually(() => Date.now() - before > 2500);
        }),
      (seen) => seen.length === 0,
    );
    expect([id, statements]).toEqual([id, []]);
  });

  test('is read once for all subscribers, and each hears of a change', async () => {
    const filters = Array.from({ length: 20 }, (_, n) => ({ minDisk: { lt: n + 10 } }));
    const all = await Promise.all(
      Array.from({ length: 100 }, (_, n) => changesFor(gateway, as(`t${n}`), { filter: filters[n % 20] })),
    );
    open.push(...all);
    const hasBegun = ({ msg }: Record<string, unknown>) => msg === 'a subscription has begun';
    await eventually(() => gateway.log.filter(hasBegun).length >= all.length);
    const statements = await statementsDuring(async () => {
      const id = await createImage(
        gateway,
        { visibility: 'PUBLIC', owner: 'owner' },
        as('operators', 'admin'),
      );
      await eventually(() => all.every(({ changes }) => changes.some((each) => each.id === id)));
    });
    // Five filters are asked in one statement.
    expect(statements.filter((each) => each.includes('AS passed0'))).toHaveLength(20 / 5);
    expect(statements.filter((each) => FEED.test(each)).length).toBeLessThan(5);
  });
});

onSqlite('a subscriber that reads too slowly', (start, place) => {
  test('is cut off with a code', async () => {
    const gateway = await start({ AUTH: 'trusted' });
    const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', {
      headers: owner,
    });
    const closed = new Promise<number>((resolve) => socket.on('close', resolve));
    await new Promise((resolve) => socket.on('open', resolve));
    socket.send('{"type":"connection_init"}');
    await new Promise((resolve) => socket.once('message', resolve));
    const query = 'subscription { imageChanged { imageId image { name properties { value } } } }';
    socket.send(JSON.stringify({ type: 'subscribe', id: '1', payload: { query } }));
    await eventually(() => gateway.log.some(({ msg }) => msg === 'a subscription has begun'));
    socket.pause();
    await addImages(2000);
    await eventually(() => gateway.log.some(({ code }) => code === 1013 || code === 1006), Boolean, 28);
    socket.resume();
    expect(await closed).toBe(1013);
  });

  /** Adds images of the owner with a large property each, past the gateway. */
  async function addImages(count: number): Promise<void> {
    const ids = Array.from({ length: count }, () => randomUUID());
    const now = "strftime('%Y-%m-%d %H:%M:%f000', 'now')";
    const value = 'x'.repeat(20_000);
    await sql(
      place,
      `INSERT INTO images (id, status, created_at, updated_at, deleted, min_disk, min_ram, owner) VALUES ${ids
        .map((id) => `('${id}', 'queued', ${now}, ${now}, 0, 0, 0, 'owner')`)
        .join(', ')}`,
    );
    await sql(
      place,
      'INSERT INTO image_properties (image_id, name, value, created_at, deleted) ' +
        `SELECT id, 'large', '${value}', created_at, 0 FROM images WHERE owner = 'owner'`,
    );
  }
});
