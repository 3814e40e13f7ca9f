import { createConnection, type Connection } from 'mysql2/promise';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { as, createActiveImage, createImage, errorOf, graphql, run } from '../support/client.js';
import { onEachDatabase, onMysql, onSqlite, type TestGateway } from '../support/gateway.js';
import { gql } from '../support/gql.js';
import { storedFiles } from '../support/image-state.js';
import { statementsDuring } from '../support/statements.js';

const DELETE = gql(
  'mutation ($ids: [ID!]!) { deleteImages(ids: $ids) { id: imageId image { id status } error { code message } } }',
);
const UPDATE = gql(`mutation ($ids: [ID!]!, $input: UpdateImageInput, $add: [String!], $remove: [String!]) {
  updateImages(ids: $ids, input: $input, addTags: $add, removeTags: $remove) {
    id: imageId image { name tags properties { name value } } error { code message }
  }
}`);
const READ = gql('query ($id: ID!) { image(id: $id) { name tags protected status revision } }');
const admin = as('operators', 'admin');
const owner = as('owner');

onEachDatabase('a change of several images', (start) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await start({ AUTH: 'trusted', IMAGE_TAG_QUOTA: '3' });
  });
  const make = (input: object = {}) => createImage(gateway, input, owner);
  const read = async (id: string) => (await run(gateway, READ, { id }, owner)).image;

  test('deletes what can be deleted, in the order of the ids, and says for each of the others why not', async () => {
    const [one, kept, foreign, two] = [
      await createActiveImage(gateway, 'data', {}, owner),
      await make({ protected: true }),
      await createImage(gateway, { visibility: 'PUBLIC' }, admin),
      await make(),
    ];
    const before = await storedFiles(gateway.folder);
    const unknown = randomUUID();
    const ids = [two, kept, foreign, unknown, one];
    const { deleteImages } = await run(gateway, DELETE, { ids }, owner);
    expect(deleteImages.map(({ id, image, error }) => [id, image?.status ?? error?.code])).toEqual([
      [two, 'deleted'],
      [kept, 'IMAGE_PROTECTED'],
      [foreign, 'NOT_OWNER'],
      [unknown, 'IMAGE_NOT_FOUND'],
      [one, 'deleted'],
    ]);
    expect(deleteImages[1]).toEqual({
      id: kept,
      image: null,
      error: {
        code: 'IMAGE_PROTECTED',
        message: `Image ${kept} is protected; set protected to false before deleting it.`,
      },
    });
    expect(deleteImages[0].error).toBeNull();
    expect([await read(one), await read(two)]).toEqual([null, null]);
    expect(await read(kept)).toMatchObject({ protected: true });
    expect((await storedFiles(gateway.folder)).length).toBe(before.length - 1);
    const again = await run(gateway, DELETE, { ids: [one, two] }, owner);
    expect(again.deleteImages.map(({ error }) => error?.code)).toEqual([
      'IMAGE_NOT_FOUND',
      'IMAGE_NOT_FOUND',
    ]);
  });

  test('changes an image once that is named twice, in whatever letter case', async () => {
    const [one, two] = [await make(), await make()];
    const { deleteImages } = await run(gateway, DELETE, { ids: [one, two, one.toUpperCase(), one] }, owner);
    expect(deleteImages.map(({ id, error }) => [id, error])).toEqual([
      [one, null],
      [two, null],
    ]);
  });

  test('updates fields, properties and tags of each image by itself', async () => {
    const one = await make({ tags: ['old', 'kept'] });
    const two = await make({ properties: [{ name: 'os', value: 'bsd' }] });
    const input = { name: 'same', properties: { set: [{ name: 'os', value: 'linux' }] } };
    const ids = [one, two];
    const { updateImages } = await run(
      gateway,
      UPDATE,
      { ids, input, add: ['kept', 'new'], remove: ['old'] },
      owner,
    );
    const image = { name: 'same', tags: ['kept', 'new'], properties: [{ name: 'os', value: 'linux' }] };
    expect(updateImages).toEqual(ids.map((id) => ({ id, image, error: null })));
    const tagged = await run(gateway, UPDATE, { ids: [one], add: ['third'] }, owner);
    expect(tagged.updateImages[0].image).toEqual({ ...image, tags: ['kept', 'new', 'third'] });
  });

  test('leaves an image as it is when one part of its change is refused', async () => {
    const full = await make({ name: 'full', tags: ['a', 'b', 'c'] });
    const room = await make({ name: 'room', tags: ['a', 'b'] });
    const change = { ids: [full, room], input: { name: 'changed' }, add: ['d'] };
    const { updateImages } = await run(gateway, UPDATE, change, owner);
    expect(updateImages.map(({ error }) => error?.code)).toEqual(['TAG_QUOTA_EXCEEDED', undefined]);
    expect(await read(full)).toMatchObject({ name: 'full', tags: ['a', 'b', 'c'] });
    expect(await read(room)).toMatchObject({ name: 'changed', tags: ['a', 'b', 'd'] });
    const swap = { ids: [full], add: ['d'], remove: ['a', 'none'] };
    expect((await run(gateway, UPDATE, swap, owner)).updateImages[0].image?.tags).toEqual(['b', 'c', 'd']);
  });

  test('names the field of bad input for each image', async () => {
    const id = await make();
    const { updateImages } = await run(
      gateway,
      UPDATE,
      { ids: [id], input: { diskFormat: 'floppy' } },
      owner,
    );
    expect(updateImages[0].error).toEqual({
      code: 'BAD_USER_INPUT',
      message: expect.stringMatching(/^input\.diskFormat: must be one of /),
    });
  });

  test.each<[object, string]>([
    [{ ids: [] }, 'ids'],
    [{ ids: Array.from({ length: 101 }, (_, n) => String(n)) }, 'ids'],
    [{ ids: ['x'], add: ['fine', ''] }, 'addTags[1]'],
    [{ ids: ['x'], add: ['a'], remove: ['a'] }, 'removeTags'],
    [{ ids: ['x'], add: Array.from({ length: 1001 }, (_, n) => String(n)) }, 'addTags'],
    [{ ids: ['x'], input: { minDisk: -1 } }, 'input.minDisk'],
  ])('is refused as a whole for a request that is wrong in itself: %#', async (variables, field) => {
    expect(await errorOf(gateway, UPDATE, variables, owner)).toMatchObject({ code: 'BAD_USER_INPUT', field });
  });

  test('withholds data and releases it again', async () => {
    const active = await createActiveImage(gateway, 'data', {}, owner);
    const queued = await make();
    const ids = [active, queued];
    const deactivate = gql(
      'mutation ($ids: [ID!]!) { deactivateImages(ids: $ids) { image { status } error { code } } }',
    );
    const reactivate = gql(
      'mutation ($ids: [ID!]!) { reactivateImages(ids: $ids) { image { status } error { code } } }',
    );
    const wrongStatus = { image: null, error: { code: 'IMAGE_NOT_IN_STATUS' } };
    expect((await run(gateway, deactivate, { ids }, owner)).deactivateImages).toEqual(
      ids.map(() => ({ image: null, error: { code: 'FORBIDDEN' } })),
    );
    expect((await run(gateway, deactivate, { ids }, admin)).deactivateImages).toEqual([
      { image: { status: 'deactivated' }, error: null },
      wrongStatus,
    ]);
    expect((await run(gateway, reactivate, { ids }, admin)).reactivateImages).toEqual([
      { image: { status: 'active' }, error: null },
      wrongStatus,
    ]);
  });
});

onSqlite('a change of several images, whatever the engine', (start) => {
  test('has a line in the audit log for each image', async () => {
    const gateway = await start({ AUTH: 'trusted' });
    const one = await createImage(gateway, {}, owner);
    const ids = [one, randomUUID()];
    await run(gateway, DELETE, { ids }, owner);
    const lines = gateway.log.filter(({ msg, action }) => msg === 'audit' && action === 'delete');
    expect(lines.map(({ imageId, outcome }) => [imageId, outcome])).toEqual([
      [one, 'done'],
      [ids[1], 'IMAGE_NOT_FOUND'],
    ]);
    expect(lines[0]).toMatchObject({ user: 'owner-user', tenant: 'owner', reqId: lines[1].reqId });
  });

  test('costs as much for each id as the change of one image, and 1 for the outcome', async () => {
    const gateway = await start({ QUERY_COST_SHOWN: 'true', QUERY_COST_LIMIT: '100' });
    const single = gql('mutation ($id: ID!) { deleteImage(id: $id) { tags } }');
    const several = gql('mutation ($ids: [ID!]!) { deleteImages(ids: $ids) { image { tags } } }');
    const ids = Array.from({ length: 7 }, () => randomUUID());
    const one = (await graphql(gateway, single, { id: ids[0] })).extensions!.cost.actual;
    expect((await graphql(gateway, several, { ids })).extensions!.cost.actual).toBe(7 * (one + 1));
    expect(await errorOf(gateway, several, { ids: [...ids, 'a', 'b', 'c'] })).toMatchObject({
      code: 'QUERY_TOO_COSTLY',
    });
  });
});

onMysql('a change of several images, on MySQL', (start, place) => {
  let gateway: TestGateway;
  let connection: Connection;
  beforeAll(async () => {
    gateway = await start({});
    connection = await createConnection(place.options.DATABASE_URL);
  });
  afterAll(() => connection.end());

  test('reads the selected fields of all changed images together', async () => {
    const ids: string[] = [];
    for (let n = 0; n < 4; n += 1) ids.push(await createImage(gateway, { tags: ['t'] }));
    const change = gql(`mutation ($ids: [ID!]!) {
      updateImages(ids: $ids, input: { name: "x" }) { image { tags members { memberId } } }
    }`);
    const statements = await statementsDuring(() => run(gateway, change, { ids }));
    expect(statements.filter((sql) => /FROM image_tags/.test(sql))).toHaveLength(1);
    expect(statements.filter((sql) => /FROM image_members/.test(sql))).toHaveLength(1);
  });

  test('tries no further image once the database is away, and gives the others the same error', async () => {
    const ids: string[] = [];
    for (let n = 0; n < 5; n += 1) ids.push(await createImage(gateway));
    await connection.query(
      'CREATE TRIGGER away BEFORE UPDATE ON images FOR EACH ROW BEGIN ' +
        `IF NEW.id = '${ids[2]}' THEN SIGNAL SQLSTATE 'HY000' SET MYSQL_ERRNO = 1927, MESSAGE_TEXT = 'killed'; END IF; END`,
    );
    const change = gql(`mutation ($ids: [ID!]!) {
      updateImages(ids: $ids, input: { name: "x" }) { image { name } error { code message } }
    }`);
    let answer;
    const statements = await statementsDuring(async () => {
      answer = await run(gateway, change, { ids });
    });
    const away = {
      image: null,
      error: {
        code: 'DATABASE_UNAVAILABLE',
        message: 'The database cannot be reached just now; try again.',
      },
    };
    const done = { image: { name: 'x' }, error: null };
    expect(answer).toEqual({ updateImages: [done, done, away, away, away] });
    expect(statements.filter((sql) => sql.includes('FOR UPDATE')).length).toBeLessThan(5);
    expect(gateway.log.filter(({ msg }) => msg === 'the database failed')).toHaveLength(1);
  });

  test('hides an unforeseen failure behind an id that the log has, and goes on with the next image', async () => {
    const ids: string[] = [];
    for (let n = 0; n < 3; n += 1) ids.push(await createImage(gateway));
    await connection.query(
      'CREATE TRIGGER broken BEFORE UPDATE ON images FOR EACH ROW BEGIN ' +
        `IF NEW.id = '${ids[1]}' THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'secret'; END IF; END`,
    );
    const { deleteImages } = await run(gateway, DELETE, { ids });
    expect(deleteImages.map(({ error }) => error?.code ?? 'done')).toEqual([
      'done',
      'INTERNAL_SERVER_ERROR',
      'done',
    ]);
    const [, errorId] = /^Internal error (\S+);/.exec(deleteImages[1].error!.message)!;
    expect(gateway.log.filter((line) => line.errorId === errorId)).toHaveLength(1);
    expect(JSON.stringify(deleteImages)).not.toContain('secret');
  });
});
