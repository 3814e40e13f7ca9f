import { mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, inject, test, vi } from 'vitest';
import { createImage, graphql } from '../support/client.js';
import { gql } from '../support/gql.js';
import { isMountable, mountedFolder } from '../support/mounted.js';
import { startMysqlServer } from '../support/mysql-server.js';
import { eventually } from '../support/poll.js';
import { endAll, spawnGateway, type RunningGateway } from '../support/process.js';
import { onMysqlServer } from '../support/sql.js';

const CREATE = gql('mutation ($input: CreateImageInput!) { createImage(input: $input) { id } }');
const LIST = gql('{ images(first: 1000) { edges { node { id properties { name value } } } } }');
const LARGE = {
  properties: Array.from({ length: 10 }, (_, n) => ({ name: `p${n}`, value: 'x'.repeat(60_000) })),
};

/** Creates large images until one is refused. Returns the details of the refusal. */
async function fillUp(gateway: RunningGateway): Promise<unknown> {
  for (let count = 0; count < 200; count += 1) {
    const { errors } = await graphql(gateway, CREATE, { input: LARGE });
    if (errors) return errors[0].extensions;
  }
  return 'everything fits';
}

describe.skipIf(!isMountable)('a database on a disk that becomes full', () => {
  afterAll(() => endAll());

  test('refuses changes and takes them again once there is room, on SQLite', async () => {
    const disk = mountedFolder('6m');
    try {
      const gateway = await spawnGateway({ DATA_DIR: disk.path });
      expect(await fillUp(gateway)).toEqual({ code: 'DATABASE_FULL', retryAfter: 60 });
      expect((await graphql(gateway, gql('{ images { totalCount } }'))).errors).toBeUndefined();
      disk.leaveFree(50);
      await createImage(gateway);
      gateway.kill('SIGTERM');
      expect((await gateway.ended).code).toBe(0);
    } finally {
      disk.remove();
    }
  });

  test.skipIf(inject('mysqlServer') === '')(
    'refuses changes and takes them again once there is room, on MySQL',
    async () => {
      const disk = mountedFolder('1000m');
      const folder = mkdtempSync(join(tmpdir(), 'glance-graphql-test-'));
      try {
        vi.stubEnv('TMPDIR', disk.path);
        const server = await startMysqlServer();
        vi.unstubAllEnvs();
        disk.leaveFree(15);
        await onMysqlServer(server.url, 'CREATE DATABASE images');
        const gateway = await spawnGateway({ DATA_DIR: folder, DATABASE_URL: `${server.url}/images` });
        expect(await fillUp(gateway)).toEqual({ code: 'DATABASE_FULL', retryAfter: 60 });
        expect((await graphql(gateway, gql('{ images { totalCount } }'))).errors).toBeUndefined();
        disk.leaveFree(100);
        await createImage(gateway, LARGE);
        gateway.kill('SIGTERM');
        expect((await gateway.ended).code).toBe(0);
        await server.stop();
      } finally {
        vi.unstubAllEnvs();
        disk.remove();
        rmSync(folder, { recursive: true });
      }
    },
    120_000,
  );
});

test('a damaged file of SQLite is named as the cause, and nothing hangs', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'glance-graphql-test-'));
  try {
    const before = await spawnGateway({ DATA_DIR: folder });
    for (let count = 0; count < 5; count += 1) await createImage(before, LARGE);
    before.kill('SIGTERM');
    expect((await before.ended).code).toBe(0);
    damage(join(folder, 'glance-graphql.sqlite'));
    const gateway = await spawnGateway({ DATA_DIR: folder });
    const { errors } = await graphql(gateway, LIST);
    expect(errors?.[0].extensions).toEqual({ code: 'DATABASE_CORRUPT' });
    await eventually(() => gateway.log().some(({ msg }) => msg === 'the database failed'));
  } finally {
    await endAll();
    rmSync(folder, { recursive: true });
  }
});

/** Overwrites the second half of a file, which holds rows; the first pages hold the schema. */
function damage(path: string): void {
  const { size } = statSync(path);
  const file = openSync(path, 'r+');
  writeSync(file, Buffer.alloc(Math.floor(size / 2), 0xff), 0, Math.floor(size / 2), Math.floor(size / 2));
}
