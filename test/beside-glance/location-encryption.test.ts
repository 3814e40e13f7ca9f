import { spawnSync } from 'node:child_process';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DatabaseUnavailable } from '../../src/database/database-errors.js';
import { locationCipher } from '../../src/image/records/location-cipher.js';
import { readConfig } from '../../src/config/read-config.js';
import { createActiveImage, createImage, errorOf, run } from '../support/client.js';
import { ADMIN, domainOn, silent } from '../support/domain.js';
import { onEachDatabase, type TestGateway } from '../support/gateway.js';
import { gql } from '../support/gql.js';
import { stateOf, storedFiles } from '../support/image-state.js';
import { eventually } from '../support/poll.js';
import { sql } from '../support/sql.js';
import { v1 } from '../support/v1-client.js';
import { file, web, type Web } from '../support/web.js';

const PYTHON = '/usr/bin/python3';
const SCRIPT = fileURLToPath(new URL('glance-crypt.py', import.meta.url));
const hasGlance = spawnSync(PYTHON, ['-c', 'import glance.common.crypt']).status === 0;
if (!hasGlance && process.env.REQUIRE_ALL)
  throw new Error('REQUIRE_ALL is set, and there is no python3-glance');
if (!hasGlance) process.stderr.write("skipped: Glance's own encryption, since python3-glance is not there\n");

const KEYS = ['0123456789abcdef', 'größe-mit-24-bytes-öx', '0123456789abcdef0123456789abcdef'];
const [KEY, , OTHER_KEY] = KEYS;

test("METADATA_ENCRYPTION_KEY has one of AES's lengths, and is not told when it has not", () => {
  expect(KEYS.map((key) => Buffer.byteLength(key))).toEqual([16, 24, 32]);
  for (const key of KEYS)
    expect(readConfig({ METADATA_ENCRYPTION_KEY: key }).metadataEncryptionKey).toBe(key);
  for (const key of ['hunter2', 'user@hunter2:x@', `${KEY}!`])
    expect(() => readConfig({ METADATA_ENCRYPTION_KEY: key })).toThrow(
      /^METADATA_ENCRYPTION_KEY=\*\*\*: expected a text of 16, 24 or 32 bytes/,
    );
});

describe.skipIf(!hasGlance)("Glance's encryption of locations and ours (C24.5)", () => {
  test('decrypt what the other has encrypted, whatever its length', () => {
    const texts = Array.from(
      { length: 40 },
      (_, length) => `s3://${'ö'.repeat(length % 3)}${'x'.repeat(length)}`,
    );
    const asked = KEYS.flatMap((key) => texts.map((text) => [key, text]));
    const ours = asked.map(([key, text]) => [key, locationCipher(key).encrypt(text)]);
    const { status, stdout, stderr } = spawnSync(PYTHON, [SCRIPT], {
      input: JSON.stringify({ encrypt: asked, decrypt: ours }),
      encoding: 'utf8',
    });
    expect([status, stderr]).toEqual([0, '']);
    const { encrypted, decrypted } = JSON.parse(stdout);
    expect(decrypted).toEqual(asked.map(([, text]) => text));
    expect(asked.map(([key], index) => locationCipher(key).decrypt(encrypted[index]))).toEqual(decrypted);
  });
});

test('one location is never encrypted alike twice, and another key makes nothing of it', () => {
  const all = Array.from({ length: 200 }, () => locationCipher(KEY).encrypt('file:///images/one'));
  expect(new Set(all).size).toBe(all.length);
  for (const value of all) {
    expect(() => locationCipher(OTHER_KEY).decrypt(value)).toThrow('METADATA_ENCRYPTION_KEY is not the key');
    expect(() => locationCipher(undefined).decrypt(value)).toThrow('METADATA_ENCRYPTION_KEY is not set');
  }
});

onEachDatabase('with METADATA_ENCRYPTION_KEY (C24.5)', (start, place) => {
  const SOURCES = { HTTP_SOURCE_HOSTS: '127.0.0.1', HTTP_SOURCE_PRIVATE: '127.0.0.1' };
  const OPTIONS = { METADATA_ENCRYPTION_KEY: KEY, SWEEP_INTERVAL: '1', ...SOURCES };
  let gateway: TestGateway;
  let source: Web;
  beforeAll(async () => {
    source = await web({ '/data': file('on the web') });
    gateway = await start(OPTIONS);
  });
  afterAll(() => source.close());

  const DELETE = gql('mutation ($id: ID!) { deleteImage(id: $id) { status } }');
  const remove = async (on: TestGateway, id: string) => (await run(on, DELETE, { id })).deleteImage.status;
  const dataOn = async (on: TestGateway, id: string) => (await fetch(`${on.url}/data/${id}`)).text();
  type Row = { value: string; meta_data: string; status: string };
  const rowOf = async (id: string) =>
    (
      await sql<Row>(place, `SELECT value, meta_data, status FROM image_locations WHERE image_id = '${id}'`)
    )[0];
  const removals = () => sql(place, 'SELECT location FROM gateway_removals');

  test('the database does not tell where data lies, and everything works', async () => {
    const id = await createActiveImage(gateway, 'bytes');
    const row = await rowOf(id);
    expect(row.value).toMatch(/^[\w-]{32,}=*$/);
    expect(row.meta_data).toBe('{"store":"file"}');
    expect(locationCipher(KEY).decrypt(row.value)).toBe(`file://${join(gateway.folder, 'images', id)}`);
    expect(await dataOn(gateway, id)).toBe('bytes');
    expect(await remove(gateway, id)).toBe('deleted');
    expect(await storedFiles(gateway.folder)).not.toContain(id);
  });

  test('data on the web is found again', async () => {
    const domain = await domainOn(place, OPTIONS);
    const id = await createImage(gateway, { diskFormat: 'raw', containerFormat: 'bare' });
    await domain.locations.attach(ADMIN, id, { url: `${source.url}/data`, log: silent });
    const tooLong = `${source.url}/${'x'.repeat(50_000)}`;
    await expect(domain.locations.attach(ADMIN, id, { url: tooLong, log: silent })).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
    });
    await domain.close();
    expect((await rowOf(id)).value).not.toContain('http');
    expect(await dataOn(gateway, id)).toBe('on the web');
    expect(await remove(gateway, id)).toBe('deleted');
  });

  test('what was written before there was a key stays readable, and is removed', async () => {
    const without = await start(SOURCES);
    const id = await createActiveImage(without, 'in the open');
    expect((await rowOf(id)).value).toMatch(/^file:/);
    expect(await dataOn(gateway, id)).toBe('in the open');
    expect(await remove(gateway, id)).toBe('deleted');
    expect(await storedFiles(gateway.folder)).not.toContain(id);
    await without.close();
  });

  test('an upload whose last answer from the database is lost finds its own location again', async () => {
    const id = await createImage(gateway, { diskFormat: 'raw', containerFormat: 'bare' });
    let lost = 0;
    const domain = await domainOn(place, OPTIONS, (database) => ({
      ...database,
      async transaction(work) {
        const done = await database.transaction(work);
        const [{ status }] = await database.read('SELECT status FROM images WHERE id = ?', [id]);
        if (status === 'active' && lost++ === 0) throw new DatabaseUnavailable(new Error('lost'));
        return done;
      },
    }));
    const source = Readable.from([Buffer.from('bytes')]);
    const delivery = { source, declared: {}, requestId: 'req-1', log: silent };
    expect(await domain.upload.receive(ADMIN, id, delivery)).toMatchObject({ status: 'active', size: 5 });
    expect(lost).toBeGreaterThan(1);
    await domain.close();
    expect(await dataOn(gateway, id)).toBe('bytes');
  });

  test('what is still to be removed is not told either, and is removed later', async () => {
    const id = await createActiveImage(gateway, 'bytes');
    const images = join(gateway.folder, 'images');
    await rename(images, `${images}.away`);
    expect(await remove(gateway, id)).toBe('deleted');
    expect(await removals()).toEqual([{ location: expect.stringMatching(/^[\w-]{32,}=*$/) }]);
    await rename(`${images}.away`, images);
    await sql(place, "UPDATE gateway_removals SET due_at = '2020-01-01 00:00:00'");
    await eventually(async () => (await removals()).length === 0);
    expect(await storedFiles(gateway.folder)).not.toContain(id);
  });

  test.each([
    ['another key', { METADATA_ENCRYPTION_KEY: OTHER_KEY }, 'is not the key that it was encrypted with'],
    ['no key', {}, 'METADATA_ENCRYPTION_KEY is not set'],
  ])('with %s nothing is given out, deleted or told but to the operator', async (_, options, words) => {
    const id = await createActiveImage(gateway, 'bytes');
    const mistaken = await start(options as Record<string, string>);
    const answer = await fetch(`${mistaken.url}/data/${id}`);
    expect([answer.status, await answer.json()]).toEqual([
      503,
      { code: 'STORE_UNAVAILABLE', message: 'The image store cannot be used just now.', imageId: id },
    ]);
    expect((await v1(mistaken, 'GET', `/v1/images/${id}`)).status).toBe(503);
    expect((await v1(mistaken, 'DELETE', `/v1/images/${id}`)).status).toBe(503);
    expect(await errorOf(mistaken, DELETE, { id })).toMatchObject({ code: 'STORE_UNAVAILABLE', imageId: id });
    const told = mistaken.log.filter((line) => line.imageId === id && JSON.stringify(line).includes(words));
    expect(told.map(({ msg }) => msg)).toEqual([
      'the data of an image cannot be given out',
      'the data of an image cannot be given out',
      'an image cannot be deleted',
      'an image cannot be deleted',
    ]);
    await mistaken.close();

    // Deleted with delay, it waits for the right key.
    const delayed = await start({ ...options, DELAYED_DELETE: 'true', SWEEP_INTERVAL: '1' } as Record<
      string,
      string
    >);
    expect(await remove(delayed, id)).toBe('pending_delete');
    await eventually(() =>
      delayed.log.some(({ imageId, msg }) => imageId === id && /scrubbed/.test(String(msg))),
    );
    await delayed.close();
    expect(await storedFiles(gateway.folder)).toContain(id);
    const domain = await domainOn(place, OPTIONS);
    expect(await domain.scrub.run()).toMatchObject({ scrubbed: 1, failed: 0 });
    await domain.close();
    expect(await storedFiles(gateway.folder)).not.toContain(id);
    expect((await rowOf(id)).status).toBe('deleted');
  });

  test('an image with a location that can be read is given out in spite of one that cannot', async () => {
    const id = await createActiveImage(gateway, 'bytes');
    const foreign = locationCipher(OTHER_KEY).encrypt('file:///elsewhere');
    await sql(
      place,
      'INSERT INTO image_locations (image_id, value, meta_data, status, deleted, created_at, updated_at) ' +
        `VALUES ('${id}', '${foreign}', '{}', 'active', 0, '2020-01-01 00:00:00', '2020-01-01 00:00:00')`,
    );
    expect(await dataOn(gateway, id)).toBe('bytes');
    expect((await errorOf(gateway, DELETE, { id })).code).toBe('STORE_UNAVAILABLE');
    expect(await stateOf(gateway, id)).toMatchObject({ status: 'active' });
  });
});
