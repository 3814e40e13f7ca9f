import { createHash, randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createActiveImage, createImage, putData, run } from '../support/client.js';
import { onEachDatabase, type TestGateway } from '../support/gateway.js';
import { gql } from '../support/gql.js';
import { stateOf, storedFiles } from '../support/image-state.js';
import { eventually } from '../support/poll.js';
import { endAll, spawnGateway } from '../support/process.js';
import { rawRequest } from '../support/raw-request.js';
import { sql } from '../support/sql.js';
import { swept } from '../support/swept.js';

const FORMATS = { diskFormat: 'raw', containerFormat: 'bare' };
const DELETE = gql('mutation ($id: ID!) { deleteImage(id: $id) { id } }');
const GIVEN_UP = 'The gateway that was receiving the data stopped before it had arrived.';
const DIES_AT = fileURLToPath(new URL('../support/dies-at.js', import.meta.url));
const DATA = randomBytes(2_500_000);
const digest = (data: Buffer) => createHash('sha512').update(data).digest('hex');

onEachDatabase('a gateway that is killed', (start, place) => {
  /** Lives on beside those that are killed, and sweeps. */
  let other: TestGateway;
  beforeAll(async () => {
    other = await start({ UPLOAD_LEASE: '1', SWEEP_INTERVAL: '1' });
  });
  afterAll(endAll);

  const ordinary = () => spawnGateway({ ...place.options, UPLOAD_LEASE: '1' });
  const doomed = (point: string) =>
    spawnGateway({
      ...place.options,
      UPLOAD_LEASE: '1',
      NODE_OPTIONS: `--import=${DIES_AT}`,
      DIES_AT: point,
    });
  const download = async (id: string) =>
    digest(Buffer.from(await (await fetch(`${other.url}/data/${id}`)).arrayBuffer()));

  /** Waits until the sweep has nothing more to do; then the files of these images are all there are. */
  async function expectSettled(...ids: string[]): Promise<void> {
    await swept(place);
    expect(await storedFiles(other.folder)).toEqual(ids);
  }

  test('before an upload has claimed its image leaves it waiting for another', async () => {
    const victim = await ordinary();
    const id = await createImage(victim, FORMATS);
    victim.kill('SIGKILL');
    await victim.ended;
    expect((await putData(other, id, DATA)).status).toBe(200);
    expect(await download(id)).toBe(digest(DATA));
    await run(other, DELETE, { id });
    await expectSettled();
  });

  test.each([
    ['once the image is claimed', 'before open .upload-'],
    ['after the last byte', 'before link'],
    ['before the row says that the data is there', 'after link'],
  ])('%s leaves nothing but a killed image', async (_, point) => {
    const victim = await doomed(point);
    const id = await createImage(victim, FORMATS);
    await expect(putData(victim, id, DATA)).rejects.toThrow();
    expect(await victim.ended).toMatchObject({ signal: 'SIGKILL' });
    expect((await stateOf(other, id)).status).toBe('saving');
    await eventually(async () => (await stateOf(other, id)).status === 'killed');
    expect((await stateOf(other, id)).statusReason).toBe(GIVEN_UP);
    await expectSettled();
  });

  test('in mid-stream leaves nothing but a killed image', async () => {
    const victim = await ordinary();
    const id = await createImage(victim, FORMATS);
    const request = await rawRequest(victim.url, 'PUT', `/data/${id}`, { 'content-length': DATA.length });
    await request.send(DATA.subarray(0, 2_000_000));
    await eventually(
      () => storedFiles(other.folder),
      (files) => files.length === 1,
    );
    victim.kill('SIGKILL');
    await eventually(async () => (await stateOf(other, id)).status === 'killed');
    await expectSettled();
  });

  test('after the row leaves the data and nothing else', async () => {
    const victim = await doomed('before unlink .upload-');
    const id = await createImage(victim, FORMATS);
    await expect(putData(victim, id, DATA)).rejects.toThrow();
    expect(await victim.ended).toMatchObject({ signal: 'SIGKILL' });
    expect(await stateOf(other, id)).toMatchObject({ status: 'active', size: DATA.length });
    await expectSettled(id);
    expect(await download(id)).toBe(digest(DATA));
    await run(other, DELETE, { id });
  });

  test('while it settles an upload that failed leaves it to the next', async () => {
    const victim = await doomed('before unlink .upload-');
    const id = await createImage(victim, { ...FORMATS, checksum: '0'.repeat(32) });
    await expect(putData(victim, id, DATA)).rejects.toThrow();
    expect(await victim.ended).toMatchObject({ signal: 'SIGKILL' });
    expect((await stateOf(other, id)).statusReason).toContain('The declared MD5 is 0000');
    await expectSettled();
  });

  test('while it deletes an image leaves no data behind', async () => {
    const id = await createActiveImage(other, DATA);
    const victim = await doomed(`before unlink ${id}`);
    await expect(run(victim, DELETE, { id })).rejects.toThrow();
    expect(await victim.ended).toMatchObject({ signal: 'SIGKILL' });
    const [row] = await sql(place, `SELECT status FROM images WHERE id = '${id}'`);
    expect(row.status).toBe('deleted');
    expect(await storedFiles(other.folder)).toEqual([id]);
    await sql(place, "UPDATE gateway_removals SET due_at = '2020-01-01 00:00:00'");
    await expectSettled();
  });

  test('right after it has answered loses nothing', async () => {
    const victim = await ordinary();
    const id = await createImage(victim, FORMATS);
    const answer = await putData(victim, id, DATA);
    victim.kill('SIGKILL');
    expect(answer.status).toBe(200);
    await victim.ended;
    await expectSettled(id);
    expect(await download(id)).toBe(digest(DATA));
    await run(other, DELETE, { id });
  });
});
