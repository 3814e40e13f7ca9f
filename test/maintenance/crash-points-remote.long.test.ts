import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createActiveImage, createImage, putData, run } from '../support/client.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { gql } from '../support/gql.js';
import { stateOf } from '../support/image-state.js';
import { interpose, type Interposed } from '../support/interposed.js';
import { eventually } from '../support/poll.js';
import { endAll, spawnGateway, type RunningGateway } from '../support/process.js';
import { sql } from '../support/sql.js';
import { swept } from '../support/swept.js';
import {
  hasSwift,
  heldBy,
  PATIENCE,
  startSwift,
  storesAt,
  type SwiftServer,
} from '../support/swift-server.js';

const FORMATS = { diskFormat: 'raw', containerFormat: 'bare' };
const DELETE = gql('mutation ($id: ID!) { deleteImage(id: $id) { id } }');
const GIVEN_UP = 'The gateway that was receiving the data stopped before it had arrived.';
const digest = (data: Uint8Array) => createHash('sha512').update(data).digest('hex');

type Point = [name: string, when: 'before' | 'after', request: RegExp];

describe.skipIf(!hasSwift)('a gateway that is killed over a store behind a network', () => {
  const folder = mkdtempSync(join(tmpdir(), 'glance-graphql-test-'));
  const place: { options: Record<string, string> } = { options: {} };
  let server: SwiftServer;
  let between: Interposed;
  /** Lives on beside those that are killed, and sweeps. */
  let other: TestGateway;
  let victim: RunningGateway;

  beforeAll(async () => {
    server = await startSwift();
    between = await interpose(server.url);
    place.options = { DATA_DIR: folder, UPLOAD_LEASE: '2', SWEEP_INTERVAL: '1', ...storesAt(between.url) };
    other = await startGateway(place.options);
  }, PATIENCE);
  beforeEach(async () => {
    between.conduct = 'pass';
    victim = await spawnGateway(place.options);
  });
  afterAll(async () => {
    await endAll();
    await other?.close();
    await between?.stop();
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Kills it when the store is asked for something, before the store has heard of it or once it has answered. */
  function diesAt(when: 'before' | 'after', pattern: RegExp): void {
    between.conduct = (incoming, response) => {
      if (!pattern.test(`${incoming.method} ${incoming.url}`)) return between.pass(incoming, response);
      between.conduct = 'pass';
      if (when === 'before') victim.kill('SIGKILL');
      else {
        response.writeHead = () => (victim.kill('SIGKILL'), response);
        between.pass(incoming, response);
      }
    };
  }

  /** Waits until the sweep has nothing more to do; then nothing but what belongs to these images is there. */
  async function expectSettled(...ids: string[]): Promise<void> {
    await swept(place);
    expect((await heldBy(server)).filter((name) => !ids.some((id) => name.startsWith(id)))).toEqual([]);
  }

  describe.each<[store: string, size: number, points: Point[], removal: RegExp]>([
    [
      'archive',
      3_500_000,
      [
        ['before its first segment', 'before', /^PUT .*-00001$/],
        ['in mid-stream', 'after', /^PUT .*-00002$/],
        ['after the last byte, before the manifest', 'before', /^PUT .*\/images\/[0-9a-f-]{36}$/],
        ['after the manifest, before the row', 'after', /^PUT .*\/images\/[0-9a-f-]{36}$/],
      ],
      /^DELETE .*-00002$/,
    ],
    [
      'cloud',
      12_000_000,
      [
        ['before its multipart upload is begun', 'before', /^POST .*uploads/],
        ['once its multipart upload is begun', 'after', /^POST .*uploads/],
        ['in mid-stream', 'after', /^PUT .*partNumber=2/],
        ['after the last byte, before the parts are put together', 'before', /^POST .*uploadId/],
        ['after that, before the row', 'after', /^POST .*uploadId/],
      ],
      /^DELETE /,
    ],
  ])('%s', (store, size, points, removal) => {
    const data = randomBytes(size);
    const headers = { 'x-image-meta-store': store };
    const download = async (id: string) =>
      Buffer.from(await (await fetch(`${other.url}/data/${id}`)).arrayBuffer());

    test.each(points)('%s leaves nothing but a killed image', async (_, when, pattern) => {
      const id = await createImage(victim, FORMATS);
      diesAt(when, pattern);
      await expect(putData(victim, id, data, headers)).rejects.toThrow();
      expect(await victim.ended).toMatchObject({ signal: 'SIGKILL' });
      await eventually(async () => (await stateOf(other, id)).status === 'killed');
      expect((await stateOf(other, id)).statusReason).toBe(GIVEN_UP);
      await expectSettled();
    });

    test('while it settles an upload that failed leaves it to the next', async () => {
      const id = await createImage(victim, { ...FORMATS, checksum: '0'.repeat(32) });
      diesAt('before', store === 'cloud' ? /^DELETE .*uploadId/ : removal);
      await expect(putData(victim, id, data, headers)).rejects.toThrow();
      expect(await victim.ended).toMatchObject({ signal: 'SIGKILL' });
      expect((await stateOf(other, id)).statusReason).toContain('The declared MD5 is 0000');
      await expectSettled();
    });

    test('while it deletes an image leaves no data behind', async () => {
      const id = await createActiveImage(other, data, {}, headers);
      diesAt('before', removal);
      await expect(run(victim, DELETE, { id })).rejects.toThrow();
      expect(await victim.ended).toMatchObject({ signal: 'SIGKILL' });
      const [row] = await sql(place, `SELECT status FROM images WHERE id = '${id}'`);
      expect(row.status).toBe('deleted');
      expect(await heldBy(server)).not.toEqual([]);
      await sql(place, "UPDATE gateway_removals SET due_at = '2020-01-01 00:00:00'");
      await expectSettled();
    });

    test('right after it has answered loses nothing', async () => {
      const id = await createImage(victim, FORMATS);
      const answer = await putData(victim, id, data, headers);
      victim.kill('SIGKILL');
      expect(answer.status).toBe(200);
      await victim.ended;
      await expectSettled(id);
      expect(digest(await download(id))).toBe(digest(data));
      await run(other, DELETE, { id });
    });
  });
});
