import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { createActiveImage, createImage, errorOf, putData, run, statusAndCode } from '../support/client.js';
import { called } from '../support/command.js';
import { ADMIN, domainOn, silent } from '../support/domain.js';
import { onEachDatabase, onSqlite, type Place, type TestGateway } from '../support/gateway.js';
import { gql } from '../support/gql.js';
import { storedFiles } from '../support/image-state.js';
import { eventually } from '../support/poll.js';
import { sql } from '../support/sql.js';
import { file, web } from '../support/web.js';

const DELETE = gql('mutation ($id: ID!) { deleteImage(id: $id) { status size } }');
const LONG_AGO = "'2020-01-01 00:00:00'";
const SOURCES = { HTTP_SOURCE_HOSTS: '127.0.0.1', HTTP_SOURCE_PRIVATE: '127.0.0.1' };

// Deleted less than an hour ago, an image is left alone by every scrub.
const OPTIONS = { DELAYED_DELETE: 'true', SCRUB_TIME: '3600' };

onEachDatabase('deleting with delay (C13.3, C14)', (start, place) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await start({ ...OPTIONS, SWEEP_INTERVAL: '1' });
  });
  const { remove, pending, rowOf, locationOf, expire } = steps(() => gateway, place);

  test('the image is pending_delete, and its data stays', async () => {
    const id = await createActiveImage(gateway, 'bytes');
    expect(await remove(id)).toEqual({ status: 'pending_delete', size: 5 });
    expect(await storedFiles(gateway.folder)).toContain(id);
    expect(await rowOf(id)).toMatchObject({ status: 'pending_delete', deleted: 1 });
    expect(await locationOf(id)).toMatchObject({ status: 'pending_delete', deleted: 1 });
    const answer = await fetch(`${gateway.url}/data/${id}`);
    expect(await statusAndCode(answer)).toEqual([404, 'IMAGE_NOT_ACTIVE']);
  });

  test('an image without data is deleted at once', async () => {
    const id = await createImage(gateway);
    expect(await remove(id)).toMatchObject({ status: 'deleted' });
  });

  test('what is pending_delete can be changed and shared, not deleted again, and not filled', async () => {
    const id = await pending();
    const update = gql('mutation ($id: ID!) { updateImage(id: $id, input: { name: "x" }) { name status } }');
    expect((await run(gateway, update, { id })).updateImage).toEqual({
      name: 'x',
      status: 'pending_delete',
    });
    const share = gql(
      'mutation ($id: ID!) { addImageMember(imageId: $id, input: { memberId: "t1" }) { memberId } }',
    );
    expect((await run(gateway, share, { id })).addImageMember).toEqual({ memberId: 't1' });
    expect((await errorOf(gateway, DELETE, { id })).code).toBe('IMAGE_PENDING_DELETE');
    expect((await putData(gateway, id, 'data')).status).toBe(409);
  });

  test('the gateway scrubs it by itself once the time is over', async () => {
    const [id, younger] = [await pending(), await pending()];
    await expire(id);
    await eventually(async () => (await rowOf(id)).status === 'deleted');
    expect(await storedFiles(gateway.folder)).not.toContain(id);
    expect(await locationOf(id)).toMatchObject({ status: 'deleted' });
    expect(await rowOf(younger)).toMatchObject({ status: 'pending_delete' });
    expect(await storedFiles(gateway.folder)).toContain(younger);
  });

  test('an image whose data lies on the web is scrubbed without a request to its source', async () => {
    const server = await web({ '/fifteen': file('the source data') });
    const domain = await domainOn(place, SOURCES);
    const id = await createImage(gateway, { diskFormat: 'raw', containerFormat: 'bare' });
    await domain.locations.attach(ADMIN, id, { url: `${server.url}/fifteen`, log: silent });
    const before = server.asked.length;
    expect(await remove(id)).toMatchObject({ status: 'pending_delete' });
    await expire(id);
    await eventually(async () => (await rowOf(id)).status === 'deleted');
    expect(server.asked.length).toBe(before);
    await domain.close();
    await server.close();
  });

  test('each image is counted once when two scrubs run at once', async () => {
    await gateway.close();
    gateway = await start({ ...OPTIONS, SWEEP_INTERVAL: '86400' });
    const ids = await Promise.all(Array.from({ length: 12 }, () => pending()));
    for (const id of ids) await expire(id);
    const domains = await Promise.all([domainOn(place, OPTIONS), domainOn(place, OPTIONS)]);
    const counts = await Promise.all(domains.map(({ scrub }) => scrub.run()));
    expect(counts[0].scrubbed + counts[1].scrubbed).toBe(ids.length);
    expect(counts.map(({ failed }) => failed)).toEqual([0, 0]);
    const files = await storedFiles(gateway.folder);
    expect(files.filter((name) => ids.includes(name))).toEqual([]);
    await Promise.all(domains.map((domain) => domain.close()));
  });
});

onSqlite('the command `scrub`', (start, place) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    // It looks for what is to be scrubbed when it starts, and then not for a day.
    gateway = await start({ ...OPTIONS, SWEEP_INTERVAL: '86400' });
  });
  const { pending, rowOf, expire } = steps(() => gateway, place);
  const scrub = (...args: string[]) => called(['scrub', ...args], { ...place.options, ...OPTIONS });

  test('`scrub` says what it did, in words and as JSON', async () => {
    const ids = [await pending(), await pending()];
    await expire(ids[0]);
    expect(await scrub()).toMatchObject({
      code: 0,
      stdout: 'scrubbed: 1, failed: 0, left to other stores: 0\n',
      stderr: '',
    });
    expect(await storedFiles(place.options.DATA_DIR)).not.toContain(ids[0]);
    const { code, stdout } = await scrub('--json');
    expect([code, JSON.parse(stdout)]).toEqual([0, { scrubbed: 0, failed: 0, foreign: 0 }]);
  });

  test('data in an unknown store is left alone', async () => {
    const id = await pending();
    await expire(id);
    await sql(place, `UPDATE image_locations SET value = 'rbd://pool/image' WHERE image_id = '${id}'`);
    expect(JSON.parse((await scrub('--json')).stdout)).toEqual({ scrubbed: 0, failed: 0, foreign: 1 });
    expect(await rowOf(id)).toMatchObject({ status: 'pending_delete' });
    await sql(place, `UPDATE images SET status = 'deleted' WHERE id = '${id}'`);
  });

  test('a failure is counted, reported and tried again', async () => {
    const [bad, good] = [await pending(), await pending()];
    await expire(bad);
    await expire(good);
    const folder = join(place.options.DATA_DIR, 'images');
    await rename(join(folder, bad), join(folder, 'aside'));
    await sql(place, `UPDATE image_locations SET value = 'file:///etc/passwd' WHERE image_id = '${bad}'`);
    const failed = await scrub('--json');
    expect([failed.code, JSON.parse(failed.stdout)]).toEqual([1, { scrubbed: 1, failed: 1, foreign: 0 }]);
    expect(failed.stderr).toContain(bad);
    await rename(join(folder, 'aside'), join(folder, bad));
    await sql(
      place,
      `UPDATE image_locations SET value = 'file://${folder}/${bad}' WHERE image_id = '${bad}'`,
    );
    expect(JSON.parse((await scrub('--json')).stdout)).toMatchObject({ scrubbed: 1, failed: 0 });
    expect(await storedFiles(place.options.DATA_DIR)).not.toContain(bad);
  });
});

/** The steps of the tests on images, and their look-ups. */
function steps(gateway: () => TestGateway, place: Place) {
  const remove = async (id: string) => (await run(gateway(), DELETE, { id })).deleteImage;
  const pending = async (data = 'bytes') => {
    const id = await createActiveImage(gateway(), data);
    await remove(id);
    return id;
  };
  const rowOf = async (id: string) =>
    (await sql(place, `SELECT status, deleted FROM images WHERE id = '${id}'`))[0];
  const locationOf = async (id: string) =>
    (await sql(place, `SELECT status, deleted FROM image_locations WHERE image_id = '${id}'`))[0];
  const expire = (id: string) => sql(place, `UPDATE images SET deleted_at = ${LONG_AGO} WHERE id = '${id}'`);
  return { remove, pending, rowOf, locationOf, expire };
}
