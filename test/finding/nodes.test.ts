import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { as, createImage, errorOf, graphql, run } from '../support/client.js';
import { onEachDatabase, onSqlite, type TestGateway } from '../support/gateway.js';
import { gql } from '../support/gql.js';
import { statementsDuring } from '../support/statements.js';

const NODES = gql(`query ($ids: [ID!]!) {
  nodes(ids: $ids) { __typename id ... on Image { name tags } ... on ImageMember { memberId status } }
}`);
const ADD = gql(`mutation ($id: ID!, $m: ID!) {
  addImageMember(imageId: $id, input: { memberId: $m }) { id image { id members { id memberId } } }
}`);
const admin = as('operators', 'admin');
const owner = as('owner');

onEachDatabase('several nodes', (start, place) => {
  let gateway: TestGateway;
  let ids: string[];
  let memberships: string[];
  beforeAll(async () => {
    gateway = await start({ AUTH: 'trusted' });
    ids = [];
    for (const name of ['a', 'b', 'c']) ids.push(await createImage(gateway, { name, tags: [name] }, owner));
    memberships = [];
    for (const id of ids) {
      const { addImageMember } = await run(gateway, ADD, { id, m: 'guest' }, owner);
      memberships.push(addImageMember.id);
    }
  });
  const nodes = async (wanted: string[], who = owner) =>
    (await run(gateway, NODES, { ids: wanted }, who)).nodes;

  test('come in the order of their ids, images and memberships mixed, an id twice twice', async () => {
    const image = (n: number) => ({ __typename: 'Image', id: ids[n], name: 'abc'[n], tags: ['abc'[n]] });
    const membership = {
      __typename: 'ImageMember',
      id: memberships[1],
      memberId: 'guest',
      status: 'pending',
    };
    expect(await nodes([ids[2], memberships[1], ids[0].toUpperCase(), ids[2]])).toEqual([
      image(2),
      membership,
      image(0),
      image(2),
    ]);
    expect(await nodes([])).toEqual([]);
  });

  test('are null where nothing has the id, or the caller may not see it', async () => {
    const secret = await createImage(gateway, { visibility: 'PRIVATE' }, as('other'));
    const unknown = [randomUUID(), `${ids[0]}:nobody`, 'x'.repeat(1000), '', ':', '\u0000', '😀:😀', secret];
    expect(await nodes([...unknown, ids[0]])).toEqual([
      ...unknown.map(() => null),
      expect.objectContaining({ id: ids[0] }),
    ]);
    expect(await nodes([ids[0], memberships[0]], as('stranger'))).toEqual([null, null]);
    expect(await nodes([ids[0], memberships[0]], as('guest'))).toEqual([
      expect.objectContaining({ id: ids[0] }),
      expect.objectContaining({ id: memberships[0] }),
    ]);
  });

  test('are those that node finds', async () => {
    const one = gql('query ($id: ID!) { node(id: $id) { id } }');
    const wanted = [...ids, ...memberships, randomUUID()];
    for (const who of [admin, owner, as('guest'), as('stranger')]) {
      const singles = [];
      for (const id of wanted) singles.push((await run(gateway, one, { id }, who)).node);
      const together = (await nodes(wanted, who)).map((each) => each && { id: each.id });
      expect(together).toEqual(singles);
    }
  });

  test('are at most 100', async () => {
    const many = Array.from({ length: 101 }, () => ids[0]);
    expect(await errorOf(gateway, NODES, { ids: many }, owner)).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'ids',
    });
    expect(await nodes(many.slice(1))).toHaveLength(100);
  });

  test('are the same when their query has been compiled', async () => {
    const first = await nodes([ids[0], memberships[0]]);
    for (let use = 0; use < 4; use += 1) expect(await nodes([ids[0], memberships[0]])).toEqual(first);
  });

  test.skipIf(place.engine !== 'mysql')(
    'take one statement for all memberships, one for all images, and one for each relation',
    async () => {
      const wanted: string[] = [];
      for (const m of ['x', 'y', 'z']) {
        const id = await createImage(gateway, {}, admin);
        wanted.push(id, (await run(gateway, ADD, { id, m }, admin)).addImageMember.id);
      }
      for (let use = 0; use < 4; use += 1)
        expect(await statementsDuring(() => run(gateway, NODES, { ids: wanted }, admin))).toHaveLength(3);
    },
  );

  test.skipIf(place.engine !== 'mysql')(
    'the images of memberships take one statement, and one for each relation',
    async () => {
      for (let n = 0; n < 3; n += 1)
        await run(gateway, ADD, { id: await createImage(gateway, {}, admin), m: 'many' }, admin);
      const shared = gql(`query { sharedImages(memberId: "many") { edges { node {
      id image { name tags other: members { image { owner } } }
    } } } }`);
      for (let use = 0; use < 4; use += 1) {
        const statements = await statementsDuring(() => run(gateway, shared, {}, admin));
        expect(statements).toHaveLength(5);
      }
    },
  );

  test('have the image of a membership beside it: it comes with each change of a membership, as it is after the change', async () => {
    const id = await createImage(gateway, {}, owner);
    const change = gql(`mutation ($id: ID!) {
      added: addImageMember(imageId: $id, input: { memberId: "guest" }) { ...Change }
      updated: updateImageMember(imageId: $id, memberId: "guest", canShare: true) { ...Change }
      accepted: acceptImage(id: $id, memberId: "guest") { ...Change }
      removed: removeImageMember(imageId: $id, memberId: "guest") { ...Change }
      replaced: replaceImageMembers(imageId: $id, members: [{ memberId: "x" }, { memberId: "y" }]) { ...Change }
    }
    fragment Change on ImageMember { id image { id members { memberId canShare status } } }`);
    const answer = await run(gateway, change, { id }, admin);
    const image = (...members: object[]) => ({ id, members });
    const guest = { memberId: 'guest', canShare: false, status: 'pending' };
    expect(answer.added).toEqual({ id: `${id}:guest`, image: image(guest) });
    expect(answer.updated.image).toEqual(image({ ...guest, canShare: true }));
    expect(answer.accepted.image).toEqual(image({ ...guest, canShare: true, status: 'accepted' }));
    expect(answer.removed.image).toEqual(image());
    const [x, y] = ['x', 'y'].map((memberId) => ({ ...guest, memberId }));
    expect(answer.replaced.map((each) => each.image)).toEqual([image(x, y), image(x, y)]);
  });

  test('have the image of a membership beside it: it is null for a caller who may not see it, or no longer', async () => {
    const id = await createImage(gateway, {}, owner);
    await run(gateway, ADD, { id, m: 'guest' }, owner);
    const share = gql(`mutation ($id: ID!) {
      updateImageMember(imageId: $id, memberId: "guest", canShare: true) { id }
    }`);
    await run(gateway, share, { id }, owner);
    const leave = gql(`mutation ($id: ID!) {
      removeImageMember(imageId: $id, memberId: "guest") { memberId image { id } }
    }`);
    expect(await run(gateway, leave, { id }, as('guest'))).toEqual({
      removeImageMember: { memberId: 'guest', image: null },
    });
    await run(gateway, ADD, { id, m: 'guest' }, owner);
    await run(
      gateway,
      gql('mutation ($id: ID!) { updateImage(id: $id, input: { visibility: PRIVATE }) { id } }'),
      { id },
      owner,
    );
    const shared = gql('{ sharedImages(memberId: "guest") { edges { node { imageId image { id } } } } }');
    const { sharedImages } = await run(gateway, shared, {}, as('guest'));
    expect(sharedImages.edges.at(-1)?.node).toEqual({ imageId: id, image: null });
  });
});

onSqlite('nodes, whatever the engine', (start) => {
  test('follow the rules of the policy, each for itself', async () => {
    const gateway = await start({ AUTH: 'trusted' });
    const mine = await createImage(gateway, { name: 'mine' }, owner);
    const open = await createImage(gateway, { owner: 'other', visibility: 'PUBLIC' }, admin);
    const { addImageMember } = await run(gateway, ADD, { id: mine, m: 'guest' }, owner);
    const policy = join(gateway.folder, 'policy.json');
    writeFileSync(policy, JSON.stringify({ get_image: 'project_id:%(owner)s', get_members: '!' }));
    const strict = await start({ AUTH: 'trusted', POLICY: policy });
    for (let use = 0; use < 4; use += 1) {
      const answer = await graphql(strict, NODES, { ids: [open, mine, addImageMember.id] }, owner);
      expect(answer.data!.nodes).toEqual([null, expect.objectContaining({ name: 'mine' }), null]);
      expect(answer.errors!.map(({ path, extensions }) => [path, extensions])).toEqual([
        [['nodes', 0], { code: 'FORBIDDEN', rule: 'get_image' }],
        [['nodes', 2], { code: 'FORBIDDEN', rule: 'get_members' }],
      ]);
    }
  });

  test('cost as much as each node by itself', async () => {
    const gateway = await start({ QUERY_COST_SHOWN: 'true', QUERY_COST_LIMIT: '60' });
    const cost = async (length: number) => {
      const ids = Array.from({ length }, () => randomUUID());
      return (await graphql(gateway, NODES, { ids })).extensions!.cost.actual;
    };
    expect(await cost(20)).toBe(20 * (await cost(1)));
    const literal = gql('{ nodes(ids: ["a", "b", "c"]) { id } }');
    expect((await graphql(gateway, literal)).extensions!.cost.actual).toBe(3);
    const tooMany = { ids: Array.from({ length: 100 }, () => randomUUID()) };
    expect((await errorOf(gateway, NODES, tooMany)).code).toBe('QUERY_TOO_COSTLY');
  });
});
