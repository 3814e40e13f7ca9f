import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, expect, test } from 'vitest';
import { createImage } from '../support/client.js';
import { stateOf } from '../support/image-state.js';
import { eventually } from '../support/poll.js';
import { endAll, runCommand, spawnGateway } from '../support/process.js';
import { rawRequest } from '../support/raw-request.js';
import { beginUpload, offsetOf, PART, sendPart, sendWithClient } from '../support/tus.js';

const DIES_AT = fileURLToPath(new URL('../support/dies-at.js', import.meta.url));
const DATA_DIR = mkdtempSync(join(tmpdir(), 'glance-graphql-test-'));
afterEach(endAll);
afterAll(() => rmSync(DATA_DIR, { recursive: true }));

test('an upload goes on where it was when its gateway was killed in the middle of a part', async () => {
  const killed = await spawnGateway({ DATA_DIR });
  const id = await createImage(killed, { diskFormat: 'raw', containerFormat: 'bare' });
  const data = randomBytes(6_000_000);
  const begun = await beginUpload(killed, id, { 'upload-length': String(data.length) });
  const { pathname } = new URL(begun.headers.get('location')!);
  const part = join(DATA_DIR, 'uploads', `${pathname.split('/').at(-1)}.part`);
  const head = { ...PART, 'upload-offset': 0, 'content-length': data.length };
  const request = await rawRequest(killed.url, 'PATCH', pathname, head);
  await request.send(data.subarray(0, 5_000_000));
  await eventually(
    () => statSync(part, { throwIfNoEntry: false })?.size ?? 0,
    (size) => size > 3_000_000,
  );
  killed.kill('SIGKILL');
  await killed.ended;

  const next = await spawnGateway({ DATA_DIR });
  const offset = Number(await offsetOf(next.url + pathname));
  expect(offset).toBe(statSync(part).size);
  expect(offset).toBeLessThanOrEqual(5_000_000);
  expect((await stateOf(next, id)).status).toBe('queued');
  const { offsets } = await sendWithClient(next, id, data, { uploadUrl: next.url + pathname });
  expect(offsets).toEqual([data.length]);
  const checksum = createHash('md5').update(data).digest('hex');
  expect(await stateOf(next, id)).toMatchObject({ status: 'active', size: data.length, checksum });
  expect(readdirSync(join(DATA_DIR, 'uploads'))).toEqual([]);
});

test.each([
  ['before link', 'the next one'],
  ['after link', 'the next one'],
  ['before link', 'the command `sweep`'],
])(
  'an upload of which all had come goes on when its gateway was killed %s, settled by %s',
  async (point, settledBy) => {
    const dying = await spawnGateway({
      DATA_DIR,
      UPLOAD_LEASE: '1',
      NODE_OPTIONS: `--import=${DIES_AT}`,
      DIES_AT: point,
    });
    const id = await createImage(dying, { diskFormat: 'raw', containerFormat: 'bare' });
    const data = randomBytes(300_000);
    const begun = await beginUpload(dying, id, { 'upload-length': String(data.length) });
    const { pathname } = new URL(begun.headers.get('location')!);
    await expect(sendPart(dying.url + pathname, 0, data)).rejects.toThrow();
    await dying.ended;

    const settled = async () =>
      JSON.parse((await runCommand(['sweep', '--json'], { DATA_DIR, UPLOAD_LEASE: '1' })).stdout).settled;
    if (settledBy !== 'the next one') await eventually(async () => (await settled()) === 1);
    const next = await spawnGateway({ DATA_DIR, UPLOAD_LEASE: '1', SWEEP_INTERVAL: '1' });
    expect([423, '299999']).toContain(await offsetOf(next.url + pathname));
    await eventually(async () => (await offsetOf(next.url + pathname)) === '299999');
    expect(readdirSync(join(DATA_DIR, 'images')).filter((name) => name.includes(id))).toEqual([]);
    await sendWithClient(next, id, data, { uploadUrl: next.url + pathname });
    const checksum = createHash('md5').update(data).digest('hex');
    expect(await stateOf(next, id)).toMatchObject({ status: 'active', size: data.length, checksum });
    expect(readdirSync(join(DATA_DIR, 'uploads'))).toEqual([]);
  },
);
