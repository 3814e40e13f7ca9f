import { createHash, randomInt } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inPieces } from '../support/body.js';
import { createImage, putData, run } from '../support/client.js';
import { onEachDatabase, onSqlite, type StartGateway, type TestGateway } from '../support/gateway.js';
import { gql } from '../support/gql.js';
import { storedFiles } from '../support/image-state.js';
import { countedAndSummed } from '../support/owner-counters.js';
import { graphqlWithFile, UPLOAD } from '../support/multipart.js';
import { eventually } from '../support/poll.js';
import { endAll, spawnGateway } from '../support/process.js';
import { numbers } from '../support/random.js';
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
import { v1 } from '../support/v1-client.js';

const KILLS = Number(process.env.CHAOS_KILLS ?? 2);
const SEED = Number(process.env.CHAOS_SEED ?? randomInt(2 ** 31));
const SENDERS = 6;
const FORMATS = { diskFormat: 'raw', containerFormat: 'bare' };
const DELETE = gql('mutation ($id: ID!) { deleteImage(id: $id) { id } }');
/** Long for a busy machine, short for a test: what a killed gateway leaves is settled after it. */
const OPTIONS = { UPLOAD_LEASE: '5', SWEEP_INTERVAL: '1' };

/** The facts that a sender knows about an image. */
interface Known {
  /** MD5 of the data that was answered to be there. */
  active?: string;
  /** Its deletion was asked for. */
  unwanted?: boolean;
  /** Its deletion was answered. */
  deleted?: boolean;
}

// Which moment a process is in when it is killed cannot be repeated; what is sent can.
process.stderr.write(`chaos: CHAOS_KILLS=${KILLS} CHAOS_SEED=${SEED}\n`);

onEachDatabase('a gateway that is killed again and again while data comes', (start, place) => {
  const contents = () => storedFiles(place.options.DATA_DIR);
  nothingGoesWrong(start, { options: place.options, largest: 2_000_000, contents });
});

// Large enough for some segments, and for a multipart upload.
describe.skipIf(!hasSwift).each([
  ['archive', 3_000_000],
  ['cloud', 12_000_000],
])('over the store %s', (store, largest) => {
  let server: SwiftServer;
  onSqlite('a gateway that is killed again and again while data comes', (start, place) => {
    const options = { ...place.options, DEFAULT_STORE: store };
    beforeAll(async () => {
      server = await startSwift();
      Object.assign(options, storesAt(server.url));
    }, PATIENCE);
    afterAll(() => server?.stop());
    // A segment has the name of its image, and something behind it.
    const contents = async () => [...new Set((await heldBy(server)).map((name) => name.slice(0, 36)))];
    nothingGoesWrong((own) => start({ ...options, ...own }), { options, largest, contents });
  });
});

interface Row {
  id: string;
  status: string;
  checksum: string;
  size: number;
}

/** Where the images of one round are: options of a gateway, bytes of the largest image, ids of what the store holds. */
interface Round {
  options: Record<string, string>;
  largest: number;
  contents(): Promise<string[]>;
}

function nothingGoesWrong(start: StartGateway, { options, largest, contents }: Round): void {
  const place = { options };
  const known = new Map<string, Known>();
  const warnings: string[] = [];
  const random = numbers(SEED);
  let gateway: TestGateway;
  afterAll(endAll);

  test(`${KILLS} times`, { timeout: 60_000 + KILLS * 20_000 }, async () => {
    // Makes the database.
    await (await start(OPTIONS)).close();
    for (let kill = 0; kill < KILLS; kill += 1) {
      const victim = await spawnGateway({ ...place.options, ...OPTIONS });
      let isOver = false;
      const senders = Array.from({ length: SENDERS }, async () => {
        while (!isOver) await oneImage(victim).catch(() => (isOver = true));
      });
      // One image at least is there, however busy the machine is.
      const active = () => [...known.values()].filter((each) => each.active).length;
      const before = active();
      await eventually(() => active() > before);
      await wait(random(900));
      victim.kill('SIGKILL');
      await victim.ended;
      await Promise.all(senders);
      warnings.push(...victim.log().map(({ msg }) => msg));
    }
    gateway = await start(OPTIONS);
    // A removal that the kill interrupted is tried again after five minutes.
    await swept(place, ['gateway_uploads', 'gateway_reservations'], 60);
    await sql(place, "UPDATE gateway_removals SET due_at = '2020-01-01 00:00:00'");
    await swept(place, ['gateway_removals'], 60);
    expect([...known.values()].filter(({ active }) => active)).not.toEqual([]);
  });

  describe('then', () => {
    const rows = () => sql<Row>(place, 'SELECT id, status, checksum, size FROM images');

    test('nothing is lost: every upload that was confirmed is there, with its digest', async () => {
      for (const [id, { active, unwanted }] of known)
        if (active && !unwanted) expect([id, await downloaded(gateway, id)]).toEqual([id, active]);
    });

    test('no status is wrong: no image waits for a dead gateway, and every active image has its data', async () => {
      for (const { id, status, checksum } of await rows()) {
        expect(['queued', 'active', 'killed', 'deleted'], `${id} is ${status}`).toContain(status);
        if (status === 'active') expect(await downloaded(gateway, id)).toBe(checksum);
        if (known.get(id)?.deleted) expect([id, status]).toEqual([id, 'deleted']);
      }
    });

    test('no owner is counted wrong, and no sweep had to count again', async () => {
      const [counted, summed] = await countedAndSummed(place);
      expect(counted).toEqual(summed);
      warnings.push(...gateway.log.map(({ msg }) => String(msg)));
      expect(warnings.filter((msg) => msg.startsWith('the counters'))).toEqual([]);
    });

    test('nothing is left over: the store holds only the data of active images', async () => {
      const active = (await rows()).filter(({ status }) => status === 'active').map(({ id }) => id);
      expect((await contents()).sort()).toEqual(active.sort());
    });
  });

  /** Sends the data of an image by one of the roads, and now and then deletes it meanwhile or afterwards. */
  async function oneImage(where: { url: string }): Promise<void> {
    const data = Buffer.alloc(random(largest), random(256));
    const md5 = createHash('md5').update(data).digest('hex');
    const id = await createImage(where, FORMATS);
    const fate: Known = {};
    known.set(id, fate);
    const remove = async () => {
      fate.unwanted = true;
      await wait(random(50));
      await run(where, DELETE, { id });
      fate.deleted = true;
    };
    const isDoomed = random(4) === 0;
    const isHasty = isDoomed && random(2) === 0;
    const removal = isHasty ? remove() : undefined;
    const [sent] = await Promise.allSettled([ROADS[random(ROADS.length)](where, id, data), removal]);
    if (sent.status === 'rejected') throw sent.reason;
    if (sent.value) fate.active = md5;
    if (isDoomed && !isHasty) await remove();
  }
}

/** Ways to send data; each says whether the image was answered to be active. */
const ROADS: ((where: { url: string }, id: string, data: Buffer<ArrayBuffer>) => Promise<boolean>)[] = [
  async (where, id, data) => (await putData(where, id, data)).ok,
  async (where, id, data) =>
    (await putData(where, id, inPieces(data.subarray(0, 1000), data.subarray(1000)))).ok,
  async (where, id, data) => {
    const { data: answered } = await graphqlWithFile(where, UPLOAD, { id }, new Blob([data]));
    return answered?.uploadImage.status === 'active';
  },
  async (where, id, data) => {
    const headers = { 'content-type': 'application/octet-stream', 'transfer-encoding': 'chunked' };
    const answer = await v1(where, 'PUT', `/v1/images/${id}`, headers, data);
    return answer.status === 200 && answer.json().image.status === 'active';
  },
];

async function downloaded(where: { url: string }, id: string): Promise<string> {
  const answer = await fetch(`${where.url}/data/${id}`);
  const data = Buffer.from(await answer.arrayBuffer());
  return answer.ok ? createHash('md5').update(data).digest('hex') : String(data);
}
