import { createHash, randomInt } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { as, run } from '../support/client.js';
import { hasGalera, PATIENCE, startGalera, type Galera, type GaleraNode } from '../support/galera.js';
import { gql } from '../support/gql.js';
import { storedFiles } from '../support/image-state.js';
import { eventually } from '../support/poll.js';
import { endAll } from '../support/process.js';
import { numbers } from '../support/random.js';
import { answerBook, answerTable } from './galera-chaos/answers.js';
import { chaosClient, type Told } from './galera-chaos/clients.js';
import { clusterFaults, type Fault } from './galera-chaos/faults.js';
import { gatewaySlot, type Slot } from './galera-chaos/gateways.js';

const SECONDS = Number(process.env.CHAOS_SECONDS ?? 30);
const SEED = Number(process.env.CHAOS_SEED ?? randomInt(2 ** 31));
const CLIENTS = 9;
const TENANTS = ['red', 'green', 'blue'];
const QUERY_TIMEOUT = 10;
const UPLOAD_IDLE_TIMEOUT = 15;
const QUOTAS = { images: 20, uploads: 3, bytes: 10_000_000, members: 3 };
const OPTIONS = {
  AUTH: 'trusted',
  QUERY_TIMEOUT: `${QUERY_TIMEOUT}`,
  UPLOAD_IDLE_TIMEOUT: `${UPLOAD_IDLE_TIMEOUT}`,
  UPLOAD_LEASE: '5',
  SWEEP_INTERVAL: '1',
  IMAGE_COUNT_QUOTA: `${QUOTAS.images}`,
  UPLOAD_COUNT_QUOTA: `${QUOTAS.uploads}`,
  USER_STORAGE_QUOTA: `${QUOTAS.bytes}`,
  IMAGE_MEMBER_QUOTA: `${QUOTAS.members}`,
};
const MEMBERS = gql('query ($id: ID!) { image(id: $id) { members { memberId } } }');
const DELETE = gql('mutation ($id: ID!) { deleteImage(id: $id) { id } }');

/** The largest use of any owner or image, of what each quota bounds. */
const USE = `SELECT
  (SELECT MAX(n) FROM (SELECT COUNT(*) AS n FROM images WHERE deleted = 0 GROUP BY owner) a) AS images,
  (SELECT MAX(n) FROM (SELECT SUM(i.size) AS n FROM images i JOIN image_locations l ON l.image_id = i.id
     WHERE i.deleted = 0 AND l.deleted = 0 GROUP BY i.owner) b) AS bytes,
  (SELECT MAX(n) FROM (SELECT COUNT(*) AS n FROM gateway_uploads u JOIN images i ON i.id = u.image_id
     WHERE i.status <> 'active' GROUP BY i.owner) c) AS uploads,
  (SELECT MAX(n) FROM (SELECT COUNT(*) AS n FROM image_members WHERE deleted = 0 GROUP BY image_id) d) AS members`;

// The moment at which a fault strikes cannot be repeated; what is sent, and which faults come, can.
process.stderr.write(`chaos: CHAOS_SECONDS=${SECONDS} CHAOS_SEED=${SEED}\n`);

describe.skipIf(!hasGalera)('on a Galera cluster whose nodes and gateways fail in turn', () => {
  const folder = mkdtempSync(join(tmpdir(), 'glance-graphql-test-'));
  const pick = numbers(SEED);
  const told = new Map<string, Told>();
  const answers = answerBook();
  const exceeded = new Set<string>();
  let galera: Galera;
  let slots: Slot[];

  beforeAll(async () => {
    galera = await startGalera();
    await galera.create('test_chaos');
    // Each gateway prefers a node of its own.
    const hosts = galera.nodes.map(({ host }) => host);
    const options = hosts.map((_, index) => ({
      ...OPTIONS,
      DATA_DIR: folder,
      DATABASE_URL: `mysql://gateway@${[...hosts.slice(index), ...hosts.slice(0, index)].join()}/test_chaos`,
    }));
    slots = await Promise.all(options.map(gatewaySlot));
  }, PATIENCE);
  afterAll(async () => {
    process.stderr.write(`${answerTable(answers)}\n`);
    await endAll();
    await galera?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const onDatabase = <Row extends object>(statement: string) =>
    galera.nodes[0].sql<Row>(statement, 'test_chaos');
  /** Waits until every node has every row, and every gateway is ready. */
  const healthy = async () => {
    await galera.whole();
    for (const slot of slots) slot.moveBack();
    await eventually(
      async () => Promise.all(slots.map((slot) => slot.isReady())),
      (ready) => ready.every(Boolean),
      120,
    );
  };

  test(`${SECONDS} seconds long`, { timeout: 300_000 + SECONDS * 3000 }, async () => {
    const limits = {
      request: QUERY_TIMEOUT + 5,
      upload: QUERY_TIMEOUT + 5 + UPLOAD_IDLE_TIMEOUT,
      bytes: 900_000,
    };
    const act = chaosClient({ slots, answers, told, tenants: TENANTS, pick, limits });
    let isOver = false;
    const atWork = Array.from({ length: CLIENTS }, async () => {
      while (!isOver) await Promise.all([act(), wait(50)]);
    });
    const watch = watchQuotas(() => isOver);
    const end = Date.now() + SECONDS * 1000;
    for (let waiting = shuffled(); Date.now() < end;) {
      if (waiting.length === 0) waiting = shuffled();
      const fault = waiting.pop()!;
      answers.begin(fault.name);
      const mend = await caused(fault);
      await wait(1000 + pick(6000));
      await mended(mend);
      await healthy();
      answers.fault = 'none';
      await wait(1000);
    }
    isOver = true;
    await Promise.all([...atWork, watch]);
    // A removal that a fault interrupted is tried again after five minutes.
    await onDatabase("UPDATE gateway_removals SET due_at = '2020-01-01 00:00:00'");
    await removeUnfilled();
    for (const table of ['gateway_uploads', 'gateway_reservations', 'gateway_removals'])
      await eventually(
        () => onDatabase(`SELECT * FROM ${table}`),
        (rows) => rows.length === 0,
        60,
      );
  });

  /** Mends a fault. On a busy machine the other nodes may lose their quorum while one of them returns. */
  async function mended(mend: () => Promise<void>): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await mend();
      } catch (error) {
        if (tries === 3) throw error;
        await galera.quorum();
      }
    }
  }

  /** Causes a fault. A node of a busy machine may fall out of the cluster by itself just before. */
  async function caused({ cause }: Fault): Promise<() => Promise<void>> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await cause();
      } catch (error) {
        if (tries === 3) throw error;
        await healthy();
      }
    }
  }

  /** Every image is read. */
  const READING = { timeout: 60_000 + SECONDS * 1000 };
  describe('then', () => {
    beforeAll(() => healthy(), 200_000);

    test('no request failed or was lost', () => expect(answers.faulty).toEqual([]));

    test('no quota was exceeded at any moment', () => expect([...exceeded]).toEqual([]));

    test('nothing that was answered is lost: images, data, members and deletions', READING, async () => {
      const known = [...told];
      expect(known.filter(([, { active }]) => active)).not.toEqual([]);
      for (const [id, { tenant, sent, active, unwanted, deleted, members }] of known) {
        const [row] = await onDatabase<{ status: string }>(`SELECT status FROM images WHERE id = '${id}'`);
        if (deleted) expect([id, row?.status]).toEqual([id, 'deleted']);
        if (unwanted) continue;
        // The answer of an upload may be lost, and its data be there.
        const data = active ? [active] : [...sent];
        expect(data, id).toContain(await downloaded(id, tenant));
        const { image } = await run(slots[0], MEMBERS, { id }, as(tenant));
        expect(image!.members.map(({ memberId }) => memberId)).toEqual(expect.arrayContaining([...members]));
      }
    });

    test('no record lies: an image is active if and only if its data is there', READING, async () => {
      const rows = await onDatabase<{ id: string; status: string; checksum: string; owner: string }>(
        'SELECT id, status, checksum, owner FROM images',
      );
      for (const { id, status, checksum, owner } of rows) {
        expect(['active', 'deleted'], `${id} is ${status}`).toContain(status);
        if (status === 'active') expect(await downloaded(id, owner)).toBe(checksum);
      }
      const active = rows.filter(({ status }) => status === 'active').map(({ id }) => id);
      expect((await storedFiles(folder)).filter((name) => !name.startsWith('.glance')).sort()).toEqual(
        active.sort(),
      );
    });

    test('every node has the same rows', async () => {
      for (const table of ['images', 'image_members', 'image_locations', 'gateway_failures']) {
        const rows = (node: GaleraNode) => node.sql(`SELECT * FROM ${table} ORDER BY 1, 2`, 'test_chaos');
        const [one, ...others] = await Promise.all(galera.nodes.map(rows));
        for (const other of others) expect(other).toEqual(one);
      }
    });
  });

  function shuffled() {
    const faults = clusterFaults(galera, slots, pick);
    return faults
      .map((fault) => ({ fault, at: pick(1000) }))
      .sort((a, b) => a.at - b.at)
      .map(({ fault }) => fault);
  }

  async function watchQuotas(isOver: () => boolean): Promise<void> {
    for (let turn = 0; !isOver(); turn += 1) {
      const node = galera.nodes[turn % 3];
      const [use] = await Promise.race([
        node.sql<Record<string, number | null>>(USE, 'test_chaos').catch(() => []),
        wait(2000).then(() => []),
      ]);
      for (const [what, quota] of Object.entries(QUOTAS))
        if (Number(use?.[what] ?? 0) > quota) exceeded.add(`${what}: ${use[what]} of ${quota}`);
      await wait(100);
    }
  }

  /** Deletes the images whose data never came, as their owners would. */
  async function removeUnfilled(): Promise<void> {
    const left = () =>
      onDatabase<{ id: string; owner: string }>(
        "SELECT id, owner FROM images WHERE status NOT IN ('active', 'deleted')",
      );
    await eventually(
      async () => {
        for (const { id, owner } of await left()) {
          // The answer to its creation may have been cut off.
          const about = told.get(id);
          if (about) about.unwanted = true;
          await run(slots[0], DELETE, { id }, as(owner)).catch(() => undefined);
        }
        return left();
      },
      (rows) => rows.length === 0,
      60,
    );
  }

  async function downloaded(id: string, tenant: string): Promise<string> {
    const answer = await fetch(`${slots[0].url}/data/${id}`, { headers: as(tenant) });
    const data = Buffer.from(await answer.arrayBuffer());
    return answer.ok ? createHash('md5').update(data).digest('hex') : String(data);
  }
});
