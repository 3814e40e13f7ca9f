import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { as, createImage, errorOf, run } from '../support/client.js';
import { onEachDatabase, type TestGateway } from '../support/gateway.js';
import { gql } from '../support/gql.js';
import { sql } from '../support/sql.js';

const ADD = gql(
  'mutation ($id: ID!, $tag: String!) { it: addImageTag(imageId: $id, tag: $tag) { tags updatedAt } }',
);
const REMOVE = gql(
  'mutation ($id: ID!, $tag: String!) { it: removeImageTag(imageId: $id, tag: $tag) { tags updatedAt } }',
);
const owner = as('owner');

onEachDatabase('tags of an image', (start, place) => {
  let gateway: TestGateway;
  let id: string;
  beforeAll(async () => {
    gateway = await start({ AUTH: 'trusted', IMAGE_TAG_QUOTA: '3' });
  });
  beforeEach(async () => {
    id = await createImage(gateway, {}, owner);
  });
  const change = async (mutation: typeof ADD | typeof REMOVE, tag: string, who = owner) =>
    (await run(gateway, mutation, { id, tag }, who)).it;
  const refusal = (mutation: typeof ADD | typeof REMOVE, tag: string, who = owner) =>
    errorOf(gateway, mutation, { id, tag }, who);

  test('are put on and taken off one by one, sorted, each once, to the letter', async () => {
    await change(ADD, 'web');
    await change(ADD, 'Web');
    expect((await change(ADD, 'web ')).tags).toEqual(['Web', 'web', 'web ']);
    expect((await change(ADD, 'web')).tags).toEqual(['Web', 'web', 'web ']);
    expect((await change(REMOVE, 'web')).tags).toEqual(['Web', 'web ']);
    expect((await change(ADD, 'web')).tags).toEqual(['Web', 'web', 'web ']);
  });

  test('come with a new image, and what is named twice is one tag', async () => {
    id = await createImage(gateway, { tags: ['b', 'a', 'b'] }, owner);
    expect(
      (await run(gateway, gql('query ($id: ID!) { image(id: $id) { tags } }'), { id }, owner)).image!.tags,
    ).toEqual(['a', 'b']);
  });

  test('change the time of change of the image, and only when something changes', async () => {
    await sql(place, `UPDATE images SET updated_at = '2020-01-01 00:00:00.000000' WHERE id = '${id}'`);
    const { updatedAt } = await change(ADD, 'new');
    expect(updatedAt! > '2021').toBe(true);
    expect((await change(ADD, 'new')).updatedAt).toBe(updatedAt);
  });

  test('may be as many as IMAGE_TAG_QUOTA, and no more', async () => {
    for (const tag of ['a', 'b', 'c']) await change(ADD, tag);
    const error = { code: 'TAG_QUOTA_EXCEEDED' };
    expect(await refusal(ADD, 'd')).toMatchObject(error);
    expect((await change(ADD, 'a')).tags).toHaveLength(3);
    const create = gql('mutation { createImage(input: { tags: ["a", "b", "c", "d"] }) { id } }');
    expect(await errorOf(gateway, create, {}, owner)).toMatchObject(error);
  });

  test('that the image does not have are not taken off', async () => {
    await change(ADD, 'here');
    for (const tag of ['HERE', 'gone', 't'.repeat(256), '💿']) {
      expect(await refusal(REMOVE, tag)).toMatchObject({ code: 'TAG_NOT_FOUND' });
    }
  });

  test.each(['', 't'.repeat(256), 'a\nb', '💿'])('are not such a text: %j', async (tag) => {
    expect(await refusal(ADD, tag)).toMatchObject({ code: 'BAD_USER_INPUT', field: 'tag' });
    const create = gql('mutation ($tags: [String!]) { createImage(input: { tags: $tags }) { id } }');
    expect(await errorOf(gateway, create, { tags: ['good', tag] }, owner)).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'input.tags[1]',
    });
  });

  test('of a deleted image stay as they are', async () => {
    await run(gateway, gql('mutation ($id: ID!) { deleteImage(id: $id) { id } }'), { id }, owner);
    expect(await refusal(ADD, 'late', as('t', 'admin'))).toMatchObject({ code: 'IMAGE_DELETED' });
    expect(await refusal(ADD, 'late')).toMatchObject({ code: 'IMAGE_NOT_FOUND' });
  });

  test('that two put on at once are all there', async () => {
    await Promise.all(['x', 'y', 'x'].map((tag) => change(ADD, tag)));
    const [{ n }] = await sql(
      place,
      `SELECT COUNT(*) AS n FROM image_tags WHERE image_id = '${id}' AND deleted = 0`,
    );
    expect(Number(n)).toBe(2);
  });
});

const TAGGED: Record<string, string[]> = {
  none: [],
  web: ['web'],
  'web and lts': ['web', 'lts'],
  cased: ['Web'],
  blank: ['web '],
};
const all = (...but: string[]) => Object.keys(TAGGED).filter((name) => !but.includes(name));

const CASES: [filter: object, found: string[]][] = [
  [{ tags: {} }, all()],
  [{ tags: null }, all()],
  [{ tags: { all: ['web'] } }, ['web', 'web and lts']],
  [{ tags: { all: ['web', 'lts'] } }, ['web and lts']],
  [{ tags: { all: ['web', 'gone'] } }, []],
  [{ tags: { all: [] } }, all()],
  [{ tags: { any: ['lts', 'Web'] } }, ['web and lts', 'cased']],
  [{ tags: { any: ['web '] } }, ['blank']],
  [{ tags: { any: [] } }, []],
  [{ tags: { any: ['💿', 't'.repeat(256)] } }, []],
  [{ tags: { all: ['web'], any: ['lts', 'gone'] } }, ['web and lts']],
  [{ not: { tags: { any: ['web', 'Web'] } } }, ['none', 'blank']],
  [{ not: { tags: { all: ['web', 'lts'] } } }, all('web and lts')],
  [{ not: { tags: { any: [] } } }, all()],
  [{ or: [{ tags: { all: ['lts'] } }, { name: { eq: 'none' } }] }, ['web and lts', 'none']],
  [{ tags: { any: ['removed'] } }, []],
];

onEachDatabase('images by their tags', (start, place) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await start();
    for (const [name, tags] of Object.entries(TAGGED)) await createImage(gateway, { name, tags });
    const [{ id }] = await sql<{ id: string }>(place, "SELECT id FROM images WHERE name = 'none'");
    const mutation = gql(`mutation ($id: ID!) { addImageTag(imageId: $id, tag: "removed") { id }
      removeImageTag(imageId: $id, tag: "removed") { id } }`);
    await run(gateway, mutation, { id });
  });
  const LIST = gql(
    'query ($f: ImageFilterInput) { images(filter: $f) { totalCount edges { node { name } } } }',
  );

  test.each(CASES)('%j', async (filter, found) => {
    const { images } = await run(gateway, LIST, { f: filter });
    expect(images.edges.map((edge) => edge.node.name).sort()).toEqual([...found].sort());
    expect(images.totalCount).toBe(found.length);
  });

  describe('are refused when too much is asked', () => {
    const tags = (count: number) => Array.from({ length: count }, (_, n) => `t${n}`);
    test.each([
      [{ tags: { any: tags(1001) } }, 'filter.tags.any'],
      [{ tags: { all: tags(101) } }, 'filter.tags.all[100]'],
    ])('', async (filter, field) => {
      expect(await errorOf(gateway, LIST, { f: filter })).toMatchObject({ code: 'BAD_USER_INPUT', field });
    });
  });
});
