import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inPieces } from '../support/body.js';
import { createActiveImage, createImage, putData, run, statusAndCode } from '../support/client.js';
import { onEachDatabase, startGateway, type TestGateway } from '../support/gateway.js';
import { gql } from '../support/gql.js';
import { stateOf, storedFiles } from '../support/image-state.js';
import { eventually } from '../support/poll.js';
import { rawRequest } from '../support/raw-request.js';
import { sql } from '../support/sql.js';
import { meta, v1, v1Image } from '../support/v1-client.js';

const FORMATS = { diskFormat: 'raw', containerFormat: 'bare' };
const CHUNKED = { 'transfer-encoding': 'chunked' };

onEachDatabase('an upload that fails', (start, place) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await start({ UPLOAD_IDLE_TIMEOUT: '1', UPLOAD_LEASE: '1' });
  });

  const leases = (id: string) => sql(place, `SELECT * FROM gateway_uploads WHERE image_id = '${id}'`);

  /** Nothing of the upload is left but its image, killed, with the reason. */
  async function expectKilled(id: string, reason: string): Promise<void> {
    const state = await eventually(
      () => stateOf(gateway, id),
      ({ status }) => status === 'killed',
    );
    expect(state.statusReason).toBe(reason);
    await eventually(
      () => leases(id),
      (rows) => rows.length === 0,
    );
    const files = await storedFiles(gateway.folder);
    expect(files.filter((name) => name === id || name.startsWith('.'))).toEqual([]);
  }

  test.each([
    ['before the first byte', 0],
    ['in the middle', 1_500_000],
    ['before the last byte', 2_999_999],
  ])('because its sender leaves %s is killed with the reason (C9.9)', async (_, length) => {
    const id = await createImage(gateway, FORMATS);
    const request = await rawRequest(gateway.url, 'PUT', `/data/${id}`, { 'content-length': 3_000_000 });
    await eventually(async () => (await stateOf(gateway, id)).status === 'saving');
    if (length > 0) await request.send(Buffer.alloc(length));
    request.leave();
    await expectKilled(id, 'The sender went away before all data had arrived.');
    expect((await fetch(`${gateway.url}/healthcheck`)).status).toBe(200);
  });

  test('because its sender leaves between two chunks is killed', async () => {
    const id = await createImage(gateway, FORMATS);
    const request = await rawRequest(gateway.url, 'PUT', `/data/${id}`, CHUNKED);
    await request.sendChunk(Buffer.from('half of it'));
    await eventually(async () => (await stateOf(gateway, id)).status === 'saving');
    request.leave();
    await expectKilled(id, 'The sender went away before all data had arrived.');
  });

  test('because its chunks are malformed is killed', async () => {
    const id = await createImage(gateway, FORMATS);
    const request = await rawRequest(gateway.url, 'PUT', `/data/${id}`, CHUNKED);
    await request.sendChunk(Buffer.from('good'));
    await eventually(async () => (await stateOf(gateway, id)).status === 'saving');
    await request.send('not a length\r\n');
    await expectKilled(id, 'The sender went away before all data had arrived.');
  });

  test('because its sender is silent is killed, and the sender gets an error', async () => {
    const id = await createImage(gateway, FORMATS);
    const request = await rawRequest(gateway.url, 'PUT', `/data/${id}`, { 'content-length': 100 });
    await request.send('some');
    const answer = await request.answer();
    expect([answer.status, answer.json().code]).toEqual([408, 'UPLOAD_IDLE']);
    await expectKilled(id, 'No data came for 1 seconds.');
  });

  test('is not one whose sender is slow but never silent for long', async () => {
    const id = await createImage(gateway, FORMATS);
    const request = await rawRequest(gateway.url, 'PUT', `/data/${id}`, CHUNKED);
    const enough = Date.now() + 2500;
    let pieces = 0;
    await eventually(async () => {
      await request.sendChunk(Buffer.from('.'));
      pieces += 1;
      return Date.now() > enough;
    });
    await request.sendLastChunk();
    expect((await request.answer()).json()).toMatchObject({ status: 'active', size: pieces });
  });

  test('because its image is deleted ends, and the sender gets an error (C9.9)', async () => {
    const id = await createImage(gateway, FORMATS);
    const request = await rawRequest(gateway.url, 'PUT', `/data/${id}`, CHUNKED);
    await eventually(async () => (await stateOf(gateway, id)).status === 'saving');
    await run(gateway, gql('mutation ($id: ID!) { deleteImage(id: $id) { id } }'), { id });
    await eventually(async () => {
      await request.sendChunk(Buffer.from('.')).catch(() => undefined);
      return request.received().length > 0;
    });
    const answer = await request.answer();
    expect([answer.status, answer.json().code]).toEqual([412, 'IMAGE_GONE']);
    await eventually(
      () => leases(id),
      (rows) => rows.length === 0,
    );
    expect((await storedFiles(gateway.folder)).filter((name) => name.startsWith('.'))).toEqual([]);
    const [row] = await sql(place, `SELECT status FROM images WHERE id = '${id}'`);
    expect(row.status).toBe('deleted');
  });

  test('because its image is deleted before the last byte removes its own bytes', async () => {
    const patient = await start({ UPLOAD_LEASE: '600' });
    const id = await createImage(patient, FORMATS);
    const request = await rawRequest(patient.url, 'PUT', `/data/${id}`, CHUNKED);
    await request.sendChunk(Buffer.from('all of it'));
    await eventually(async () => (await stateOf(patient, id)).status === 'saving');
    await run(patient, gql('mutation ($id: ID!) { deleteImage(id: $id) { id } }'), { id });
    await request.sendLastChunk();
    const answer = await request.answer();
    expect([answer.status, answer.json().code]).toEqual([412, 'IMAGE_GONE']);
    expect((await storedFiles(patient.folder)).filter((name) => name === id || name[0] === '.')).toEqual([]);
    expect(await leases(id)).toEqual([]);
  });

  test('because a foreign file has its name leaves that file alone (C9.9)', async () => {
    const id = await createImage(gateway, FORMATS);
    const foreign = join(gateway.folder, 'images', id);
    await writeFile(foreign, 'not ours');
    const response = await putData(gateway, id, 'ours');
    expect(await statusAndCode(response)).toEqual([409, 'UPLOAD_CONFLICT']);
    expect(await readFile(foreign, 'utf8')).toBe('not ours');
    expect((await stateOf(gateway, id)).status).toBe('killed');
    expect((await storedFiles(gateway.folder)).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  test('because its folder is gone reports that, and the next one works when the folder is back', async () => {
    const other = await startGateway({
      ...place.options,
      DATA_DIR: mkdtempSync(join(tmpdir(), 'glance-graphql-test-')),
    });
    try {
      const folder = join(other.folder, 'images');
      rmSync(folder, { recursive: true });
      const lost = await createImage(other, FORMATS);
      expect((await putData(other, lost, 'data')).status).toBeGreaterThanOrEqual(400);
      expect((await stateOf(other, lost)).status).toBe('killed');
      await mkdir(folder, { recursive: true });
      expect((await putData(other, await createImage(other, FORMATS), 'data')).status).toBe(200);
    } finally {
      await other.close();
      rmSync(other.folder, { recursive: true });
    }
  });
});

const folder = mkdtempSync(join(tmpdir(), 'glance-graphql-test-'));
const images = join(folder, 'images');
mkdirSync(images);
const mount = (...options: string[]) =>
  spawnSync('mount', ['-t', 'tmpfs', ...options, 'none', images]).status === 0;
const isMounted = mount('-o', 'size=2m');
if (!isMounted && process.env.REQUIRE_ALL)
  throw new Error('REQUIRE_ALL is set, and mounting is not permitted');
if (!isMounted)
  process.stderr.write('skipped: stores that are full or read-only, since mounting is not permitted\n');

describe.skipIf(!isMounted)('an upload into a store', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startGateway({ DATA_DIR: folder });
  });
  afterAll(async () => {
    await gateway.close();
    spawnSync('umount', [images]);
    rmSync(folder, { recursive: true });
  });

  const files = async () => (await storedFiles(folder)).sort();

  test('without room for its declared length is refused before any data (C9.9)', async () => {
    const id = await createImage(gateway, FORMATS);
    const request = await rawRequest(gateway.url, 'PUT', `/data/${id}`, { 'content-length': 3_000_000 });
    const answer = await request.answer();
    expect([answer.status, answer.json().code]).toEqual([413, 'STORE_FULL']);
    expect((await stateOf(gateway, id)).statusReason).toBe('The image store is full.');
    expect(await files()).toEqual([]);
  });

  test('that fills up in mid-stream is killed, and its bytes go (C9.9)', async () => {
    const id = await createImage(gateway, FORMATS);
    const body = Array.from({ length: 30 }, () => Buffer.alloc(100_000));
    const response = await putData(gateway, id, inPieces(...body));
    expect(await statusAndCode(response)).toEqual([413, 'STORE_FULL']);
    expect((await stateOf(gateway, id)).status).toBe('killed');
    expect(await files()).toEqual([]);
    expect(
      (await putData(gateway, await createImage(gateway, FORMATS), Buffer.alloc(1_000_000))).status,
    ).toBe(200);
  });

  test('that fills up is told by version 1 in its words, and the next small one works (C9.9)', async () => {
    const type = { 'content-type': 'application/octet-stream', 'transfer-encoding': 'chunked' };
    const headers = { ...type, ...meta({ name: 'by v1', disk_format: 'raw', container_format: 'bare' }) };
    const { status, text } = await v1(gateway, 'POST', '/v1/images', headers, Buffer.alloc(3_000_000));
    expect([status, text]).toEqual([413, expect.stringContaining('Image storage media is full: ')]);
    const query = gql('{ images(first: 1) { edges { node { id name status statusReason } } } }');
    const { node } = (await run(gateway, query)).images.edges[0];
    expect(node).toMatchObject({ name: 'by v1', status: 'killed', statusReason: 'The image store is full.' });
    expect(await files()).not.toContain(node.id);
    const { id } = await v1Image(gateway, {}, 'small');
    expect(await (await fetch(`${gateway.url}/v1/images/${id}`)).text()).toBe('small');
  });

  test('that cannot be written tells so, and the gateway stays ready to read (C9.9)', async () => {
    mount('-o', 'remount,ro');
    const id = await createImage(gateway, FORMATS);
    const response = await putData(gateway, id, 'data');
    expect(await statusAndCode(response)).toEqual([503, 'STORE_READ_ONLY']);
    expect((await stateOf(gateway, id)).status).toBe('killed');
    expect((await fetch(`${gateway.url}/ready`)).status).toBe(200);
    mount('-o', 'remount,rw');
    await createActiveImage(gateway, 'data');
  });
});
