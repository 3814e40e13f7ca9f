import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { run as command } from '../../src/command-line.js';
import { createImage, errorOf, putData, run, statusAndCode } from '../support/client.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { hasGlance, startGlance, type Glance } from '../support/glance-server.js';
import { gql } from '../support/gql.js';

const digest = (algorithm: string, data: string) => createHash(algorithm).update(data).digest('hex');
const FORMATS = { diskFormat: 'raw', containerFormat: 'bare' };
const DATA = 'the data';
const READ = gql('query ($id: ID!) { image(id: $id) { status revision hash { algorithm value } } }');
const RENAME = gql(`mutation ($id: ID!, $revision: String) {
  updateImage(id: $id, input: { name: "ours" }, expectedRevision: $revision) { revision }
}`);

describe.skipIf(!hasGlance || inject('mysqlServer') === '')('beside a real Glance', () => {
  const folder = mkdtempSync(join(tmpdir(), 'glance-graphql-test-'));
  let glance: Glance;
  let gateway: TestGateway;

  beforeAll(async () => {
    glance = await startGlance();
    const options = {
      DATA_DIR: folder,
      DATABASE_URL: `${inject('mysqlServer')}/${glance.database}`,
      FILESYSTEM_STORE_DATADIR: glance.stores.file,
    };
    expect(await command(['migrate', '--gateway-tables'], options)).toBe(0);
    gateway = await startGateway(options);
  });
  afterAll(async () => {
    await gateway.close();
    await glance.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  const image = async (id: string) => (await run(gateway, READ, { id })).image!;

  test('the revision differs after each change by Glance, also within a second, and a change here expects it', async () => {
    const id = await createImage(gateway, { name: 'first' });
    const seen = [(await image(id)).revision];
    const changes: (() => Promise<{ status: number }>)[] = [
      () => glance.request('PATCH', `/images/${id}`, [{ op: 'replace', path: '/name', value: 'theirs' }]),
      () => glance.request('PATCH', `/images/${id}`, [{ op: 'add', path: '/os', value: 'linux' }]),
      () => glance.request('PATCH', `/images/${id}`, [{ op: 'replace', path: '/os', value: 'bsd' }]),
      () => glance.request('PUT', `/images/${id}/tags/new`),
      () => glance.request('DELETE', `/images/${id}/tags/new`),
    ];
    for (const change of changes) {
      expect((await change()).status).toBeLessThan(300);
      seen.push((await image(id)).revision);
      const error = await errorOf(gateway, RENAME, { id, revision: seen.at(-2) });
      expect(error.code).toBe('IMAGE_CHANGED');
    }
    // Removing the tag may lead back to an earlier state of the record.
    expect(new Set(seen).size).toBeGreaterThanOrEqual(changes.length);
    await run(gateway, RENAME, { id, revision: seen.at(-1) });
  });

  test('a declared digest is checked here, and by Glance when Glance receives the data', async () => {
    const hash = { algorithm: 'sha256', value: digest('sha256', DATA) };
    const other = { ...hash, value: digest('sha256', 'other') };
    const [mine, theirs, wrong, wrongThere] = [
      await createImage(gateway, { ...FORMATS, hash }),
      await createImage(gateway, { ...FORMATS, hash }),
      await createImage(gateway, { ...FORMATS, hash: other }),
      await createImage(gateway, { ...FORMATS, hash: other }),
    ];
    expect((await glance.request('GET', `/images/${mine}`)).json).toMatchObject({
      status: 'queued',
      os_hash_algo: 'sha256',
      os_hash_value: hash.value,
    });
    expect((await putData(gateway, mine, DATA)).status).toBe(200);
    expect(await statusAndCode(await putData(gateway, wrong, DATA))).toEqual([400, 'CHECKSUM_MISMATCH']);
    expect((await glance.request('PUT', `/images/${theirs}/file`, DATA)).status).toBe(204);
    const there = await glance.request('PUT', `/images/${wrongThere}/file`, DATA);
    expect(there.status).toBeGreaterThanOrEqual(400);
    expect(await image(wrongThere)).toMatchObject({ status: 'queued', hash: other });
    const recorded = { algorithm: 'sha512', value: digest('sha512', DATA) };
    expect(await image(mine)).toMatchObject({ status: 'active', hash: recorded });
    expect(await image(theirs)).toMatchObject({ status: 'active', hash });
    expect((await glance.request('GET', `/images/${mine}/file`)).bytes.toString()).toBe(DATA);
  });
});
