import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createImage, statusAndCode } from '../support/client.js';
import { stateOf } from '../support/image-state.js';
import { endAll, spawnGateway, type RunningGateway } from '../support/process.js';
import { beginUpload, offsetOf, sendPart } from '../support/tus.js';

const MIB = 1024 * 1024;
const hasPrlimit = spawnSync('prlimit', ['--version']).error === undefined;

describe.skipIf(!hasPrlimit)('a disk that becomes full during a resumable upload', () => {
  const folder = mkdtempSync(join(tmpdir(), 'glance-graphql-test-'));
  let gateway: RunningGateway;
  beforeAll(async () => {
    gateway = await spawnGateway({ DATA_DIR: folder });
  });
  afterAll(async () => {
    await endAll();
    rmSync(folder, { recursive: true });
  });

  /** Makes the system refuse to write to the gateway's files, as it does when the disk is full. */
  const limitFiles = (bytes: number | 'unlimited') => {
    const set = spawnSync('prlimit', ['--pid', String(gateway.pid), `--fsize=${bytes}:`]);
    expect(set.status).toBe(0);
  };

  test('answers 413, keeps the received bytes, and lets the upload go on once there is space', async () => {
    const id = await createImage(gateway, { diskFormat: 'raw', containerFormat: 'bare' });
    const data = Buffer.alloc(12 * MIB, 'data');
    const begun = await beginUpload(gateway, id, { 'upload-length': String(data.length) });
    const url = begun.headers.get('location')!;
    limitFiles(8 * MIB);
    const answer = await sendPart(url, 0, data);
    expect(await statusAndCode(answer)).toEqual([413, 'STORE_FULL']);
    expect((await stateOf(gateway, id)).status).toBe('queued');
    const offset = Number(await offsetOf(url));
    expect(offset).toBeGreaterThan(7 * MIB);
    expect(offset).toBeLessThanOrEqual(8 * MIB);
    limitFiles('unlimited');
    expect((await sendPart(url, offset, data.subarray(offset))).status).toBe(204);
    expect(await stateOf(gateway, id)).toMatchObject({ status: 'active', size: data.length });
    const stored = Buffer.from(await (await fetch(`${gateway.url}/data/${id}`)).arrayBuffer());
    expect(stored.equals(data)).toBe(true);
  });
});
