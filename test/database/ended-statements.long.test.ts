import { createConnection, type RowDataPacket } from 'mysql2/promise';
import { afterAll, expect, test } from 'vitest';
import { as, graphql } from '../support/client.js';
import { onMysql } from '../support/gateway.js';
import { gql } from '../support/gql.js';
import { eventually } from '../support/poll.js';
import { endAll, spawnGateway } from '../support/process.js';

/** Reads the table of properties, which the test locks. */
const SCAN = gql(
  '{ images(filter: { properties: [{ name: "p", value: { contains: "x" } }] }) { edges { cursor } } }',
);

onMysql('a long statement of a gateway that ends, on MySQL', (start, place) => {
  afterAll(endAll);

  // After SIGKILL nobody is left to end the statement: its own limit does, here that of QUERY_TIMEOUT.
  test.each(['SIGTERM', 'SIGKILL'] as const)('ends on the server too, after %s', async (signal) => {
    await (await start()).close();
    const QUERY_TIMEOUT = signal === 'SIGKILL' ? '3' : '30';
    // Running answers have the time of DRAIN_TIMEOUT, and five seconds at least.
    const gateway = await spawnGateway({
      ...{ ...place.options, AUTH: 'trusted', QUERY_TIMEOUT },
      DRAIN_TIMEOUT: '0',
    });
    const admin = await createConnection(place.options.DATABASE_URL);
    const scans = async () => {
      const [threads] = await admin.query<RowDataPacket[]>('SHOW FULL PROCESSLIST');
      return threads.filter(({ Info: text }) => String(text).includes('FROM image_properties p')).length;
    };
    await admin.query('LOCK TABLES image_properties WRITE');
    const asked = graphql(gateway, SCAN, {}, as('a')).catch(() => undefined);
    await eventually(async () => (await scans()) === 1);
    const begun = performance.now();
    gateway.kill(signal);
    await eventually(async () => (await scans()) === 0, Boolean, 30);
    // Long before the limit of ten seconds, where a gateway is left to end it.
    if (signal === 'SIGTERM') expect(performance.now() - begun).toBeLessThan(9000);
    await gateway.ended;
    await asked;
    await admin.end();
  });
});
