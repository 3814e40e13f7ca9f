import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { createImage } from '../support/client.js';
import { onServer } from '../support/gateway.js';
import { lowPort } from '../support/low-port.js';
import { eventually } from '../support/poll.js';
import { endAll, spawnGateway, type RunningGateway } from '../support/process.js';
import { shipped, SHIPPED_PROXIES, type ShippedProxy } from '../support/shipped-proxies.js';
import { loadOn, readerOn } from './load.js';

const RESTARTS = Number(process.env.ROLL_RESTARTS ?? 20);
const isPossible = inject('mysqlServer') !== '' && SHIPPED_PROXIES.every(({ isThere }) => isThere);

describe.skipIf(!isPossible)('two gateways on one MySQL and one folder, behind nginx and HAProxy', () => {
  const folder = mkdtempSync(join(tmpdir(), 'glance-graphql-test-'));
  const database = `test_${randomUUID().replaceAll('-', '')}`;
  let ports: [number, number];
  let gateways: RunningGateway[];
  let fronts: ShippedProxy[];

  beforeAll(async () => {
    await onServer(`CREATE DATABASE ${database}`);
    ports = [await lowPort(), await lowPort()];
    gateways = await Promise.all(ports.map(startGateway));
    fronts = await Promise.all(SHIPPED_PROXIES.map(({ start }) => start(folder, ports)));
  });
  afterAll(async () => {
    await Promise.all(fronts.map((front) => front.stop()));
    await endAll();
    await onServer(`DROP DATABASE ${database}`);
    rmSync(folder, { recursive: true });
  });

  function startGateway(port: number): Promise<RunningGateway> {
    return spawnGateway({
      DATA_DIR: folder,
      DATABASE_URL: `${inject('mysqlServer')}/${database}`,
      PORT: `${port}`,
      SHUTDOWN_DELAY: shippedValue('SHUTDOWN_DELAY'),
      DRAIN_TIMEOUT: shippedValue('DRAIN_TIMEOUT'),
    });
  }

  test(
    `${RESTARTS} restarts in turn under load fail no request`,
    { timeout: 20_000 * RESTARTS },
    async () => {
      const loads = await Promise.all(fronts.map(loadOn));
      const readers = fronts.flatMap((front) => [readerOn(front, 'websocket'), readerOn(front, 'sse')]);
      const marks: string[] = [];
      for (let count = 0; count < RESTARTS; count += 1) {
        const nth = count % 2;
        // The image is made at any gateway, and seen by readers that are connected, and by those that connect again.
        marks.push(await createImage(fronts[nth]));
        gateways[nth].kill('SIGTERM');
        expect((await gateways[nth].ended).code).toBe(0);
        marks.push(await createImage(fronts[nth]));
        gateways[nth] = await startGateway(ports[nth]);
        await eventually(async () => (await fetch(`${gateways[nth].url}/ready`)).status === 200);
      }
      await Promise.all(loads.map((load) => load.stop()));
      await eventually(() => readers.every(({ ids }) => marks.every((id) => ids.has(id)))).catch(
        () => undefined,
      );
      await Promise.all(readers.map((reader) => reader.stop()));
      expect(loads.flatMap(({ failures }) => failures)).toEqual([]);
      for (const { done } of loads)
        for (const [kind, rounds] of Object.entries(done)) expect([kind, rounds > 5]).toEqual([kind, true]);
      for (const { ids, connections } of readers) {
        expect(connections).toBeGreaterThan(1);
        expect(marks.filter((id) => !ids.has(id))).toEqual([]);
      }
    },
  );
});

/** Returns a value of the example for systemd. */
function shippedValue(name: string): string {
  return new RegExp(`^#?${name}=(.+)$`, 'm').exec(shipped('systemd/glance-graphql.env'))![1];
}
