import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { link, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { createActiveImage, createImage } from '../support/client.js';
import { onServer } from '../support/gateway.js';
import { stateOf, storedFiles } from '../support/image-state.js';
import { eventually } from '../support/poll.js';
import { endAll, spawnGateway, type RunningGateway } from '../support/process.js';
import { rawRequest } from '../support/raw-request.js';
import { sql } from '../support/sql.js';
import { beginUpload, sendPart } from '../support/tus.js';

const FORMATS = { diskFormat: 'raw', containerFormat: 'bare' };
const GIVEN_UP = 'The gateway that was receiving the data stopped before it had arrived.';
const LONG_AGO = "'2020-01-01 00:00:00'";

describe.skipIf(inject('mysqlServer') === '')('two gateways on one database and one folder', () => {
  const folder = mkdtempSync(join(tmpdir(), 'glance-graphql-test-'));
  const database = `test_${randomUUID().replaceAll('-', '')}`;
  const options = {
    DATA_DIR: folder,
    DATABASE_URL: `${inject('mysqlServer')}/${database}`,
    UPLOAD_LEASE: '2',
    SWEEP_INTERVAL: '1',
  };
  const place = { options };
  let one: RunningGateway;
  let other: RunningGateway;

  beforeAll(async () => {
    await onServer(`CREATE DATABASE ${database}`);
    [one, other] = await Promise.all([spawnGateway(options), spawnGateway(options)]);
  });
  afterAll(async () => {
    await endAll();
    await onServer(`DROP DATABASE ${database}`);
    rmSync(folder, { recursive: true });
  });

  const path = (name: string) => join(folder, 'images', name);
  const leaseOf = (id: string) =>
    sql<{ deadline: string; [column: string]: unknown }>(
      place,
      `SELECT * FROM gateway_uploads WHERE image_id = '${id}'`,
    );
  const statusOf = async (id: string) => (await stateOf(one, id)).status;
  /** What a dead gateway leaves: its lease, over long ago. */
  const leaveLease = (uploadId: string, imageId: string) =>
    sql(
      place,
      `INSERT INTO gateway_uploads (id, image_id, node, created_at, deadline)
       VALUES ('${uploadId}', '${imageId}', 'dead', ${LONG_AGO}, ${LONG_AGO})`,
    );

  /** An image with a status set by hand. */
  async function imageIn(status: string): Promise<string> {
    const id = await createImage(one, FORMATS);
    await sql(place, `UPDATE images SET status = '${status}' WHERE id = '${id}'`);
    return id;
  }

  async function halfSent(gateway: RunningGateway) {
    const id = await createImage(gateway, FORMATS);
    const request = await rawRequest(gateway.url, 'PUT', `/data/${id}`, { 'content-length': 8 });
    await request.send('half');
    const lease = await eventually(
      () => leaseOf(id),
      (rows) => rows.length === 1,
    );
    const temporary = `.upload-${lease[0].id}`;
    await eventually(
      () => storedFiles(folder),
      (files) => files.includes(temporary),
    );
    return { id, request, temporary };
  }

  test('one gateway returns the data that the other received', async () => {
    const id = await createActiveImage(one, 'shared');
    expect(await (await fetch(`${other.url}/data/${id}`)).text()).toBe('shared');
  });

  test('a resumable upload goes on at the other gateway', async () => {
    const id = await createImage(one, FORMATS);
    const begun = await beginUpload(one, id, { 'upload-length': '8' });
    const path = new URL(begun.headers.get('location')!).pathname;
    expect((await sendPart(one.url + path, 0, 'half')).status).toBe(204);
    expect((await sendPart(other.url + path, 4, 'full')).status).toBe(204);
    expect(await stateOf(one, id)).toMatchObject({ status: 'active', size: 8 });
  });

  test('a restart of one gateway does not harm a running upload of the other', async () => {
    const { id, request } = await halfSent(one);
    other.kill('SIGTERM');
    expect((await other.ended).code).toBe(0);
    other = await spawnGateway(options);
    await createActiveImage(other, 'in between');
    expect(await statusOf(id)).toBe('saving');
    await request.send('full');
    expect((await request.answer()).json()).toMatchObject({ status: 'active', size: 8 });
  });

  test('an upload longer than its lease continues, because its gateway renews the lease', async () => {
    const { id, request } = await halfSent(one);
    const [begun] = await leaseOf(id);
    await eventually(async () => (await leaseOf(id))[0].deadline > begun.deadline);
    const past = Date.now() + 4000;
    await eventually(() => Date.now() > past);
    await request.send('full');
    expect((await request.answer()).json()).toMatchObject({ status: 'active' });
  });

  test('the upload of a killed gateway is settled by the other', async () => {
    const { id, temporary } = await halfSent(other);
    other.kill('SIGKILL');
    await other.ended;
    await eventually(
      () => statusOf(id),
      (status) => status === 'killed',
    );
    expect((await stateOf(one, id)).statusReason).toBe(GIVEN_UP);
    await eventually(
      () => leaseOf(id),
      (rows) => rows.length === 0,
    );
    expect(await storedFiles(folder)).not.toContain(temporary);
    other = await spawnGateway(options);
  });

  test('both files of a gateway that died between file and record are removed', async () => {
    const [id, uploadId] = [await imageIn('saving'), randomUUID()];
    await writeFile(path(`.upload-${uploadId}`), 'whole');
    await link(path(`.upload-${uploadId}`), path(id));
    await leaveLease(uploadId, id);
    await eventually(
      () => leaseOf(id),
      (rows) => rows.length === 0,
    );
    expect(await statusOf(id)).toBe('killed');
    const files = await storedFiles(folder);
    expect(files.filter((name) => name === id || name.endsWith(uploadId))).toEqual([]);
  });

  test('the data of a gateway that died after the record stays, and its temporary name is removed', async () => {
    const [id, uploadId] = [await createActiveImage(one, 'data'), randomUUID()];
    await link(path(id), path(`.upload-${uploadId}`));
    await leaveLease(uploadId, id);
    await eventually(
      () => leaseOf(id),
      (rows) => rows.length === 0,
    );
    expect(await storedFiles(folder)).not.toContain(`.upload-${uploadId}`);
    expect(await (await fetch(`${one.url}/data/${id}`)).text()).toBe('data');
  });

  test('the bytes of a gateway that died over a deleted image are removed', async () => {
    const [id, uploadId] = [await imageIn('deleted'), randomUUID()];
    await writeFile(path(`.upload-${uploadId}`), 'part');
    await leaveLease(uploadId, id);
    await eventually(
      () => leaseOf(id),
      (rows) => rows.length === 0,
    );
    expect(await storedFiles(folder)).not.toContain(`.upload-${uploadId}`);
    expect(await statusOf(id)).toBe('deleted');
  });

  test('an image that another program saves is left alone, and so is its file', async () => {
    const [foreign, marker] = [await imageIn('saving'), await imageIn('saving')];
    await writeFile(path(foreign), 'of a Glance');
    await leaveLease(randomUUID(), marker);
    await eventually(
      () => statusOf(marker),
      (status) => status === 'killed',
    );
    expect(await statusOf(foreign)).toBe('saving');
    expect(await readFile(path(foreign), 'utf8')).toBe('of a Glance');
  });

  test('each dead upload is settled once, although both gateways look for it', async () => {
    const uploads: string[] = [];
    for (let n = 0; n < 30; n += 1) {
      const [id, uploadId] = [await imageIn('saving'), randomUUID()];
      uploads.push(uploadId);
      await leaveLease(uploadId, id);
    }
    const left = () => sql(place, 'SELECT id FROM gateway_uploads');
    await eventually(left, (rows) => rows.length === 0);
    const settled = () =>
      [...one.log(), ...other.log()]
        .filter(({ settlement }) => settlement)
        .map(({ uploadId }) => String(uploadId));
    await eventually(() => uploads.every((id) => settled().includes(id)));
    expect(settled().filter((id) => uploads.includes(id))).toHaveLength(uploads.length);
  });

  test('data of a deleted image that could not be removed is removed later', async () => {
    const id = await createActiveImage(one, 'data');
    await sql(
      place,
      `INSERT INTO gateway_removals (id, image_id, location, due_at)
       VALUES ('${randomUUID()}', '${id}', 'file://${path(id)}', ${LONG_AGO})`,
    );
    await eventually(
      () => storedFiles(folder),
      (files) => !files.includes(id),
    );
    const left = () => sql(place, `SELECT * FROM gateway_removals WHERE image_id = '${id}'`);
    await eventually(left, (rows) => rows.length === 0);
  });
});
