import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { as, createImage, errorOf, type GraphqlAnswer, run } from '../support/client.js';
import { onEachDatabase, onSqlite, type TestGateway } from '../support/gateway.js';
import { gql } from '../support/gql.js';

const NODE = gql(`query ($id: ID!) { node(id: $id) { __typename id
  ... on Image { name owner properties { name value } members { id } }
  ... on ImageMember { imageId memberId status } } }`);
const ADD = gql(
  'mutation ($id: ID!, $m: ID!) { addImageMember(imageId: $id, input: { memberId: $m }) { id memberId } }',
);
const admin = as('operators', 'admin');

onEachDatabase('a node', (start) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await start({ AUTH: 'trusted' });
  });
  const node = async (id: string, who = as('owner')) => (await run(gateway, NODE, { id }, who)).node;
  const add = async (id: string, m: string, who = as('owner')): Promise<string> =>
    (await run(gateway, ADD, { id, m }, who)).addImageMember.id;

  test('is an image by the id of the image, with all selected fields', async () => {
    const id = await createImage(
      gateway,
      { name: 'kept', properties: [{ name: 'os', value: 'debian' }] },
      as('owner'),
    );
    const membership = await add(id, 'guest');
    expect(await node(id)).toEqual({
      __typename: 'Image',
      id,
      name: 'kept',
      owner: 'owner',
      properties: [{ name: 'os', value: 'debian' }],
      members: [{ id: membership }],
    });
  });

  test('is a membership by its id in every list of members', async () => {
    const imageId = await createImage(gateway, {}, as('owner'));
    const id = await add(imageId, 'listed');
    const shown = { __typename: 'ImageMember', id, imageId, memberId: 'listed', status: 'pending' };
    expect(await node(id)).toEqual(shown);
    const { image, sharedImages } = await run(
      gateway,
      gql(
        'query ($imageId: ID!) { image(id: $imageId) { members { id } } sharedImages(memberId: "listed") { edges { node { id } } } }',
      ),
      { imageId },
      as('listed'),
    );
    expect(image!.members).toEqual([{ id }]);
    expect(sharedImages.edges).toEqual([{ node: { id } }]);
    await run(
      gateway,
      gql('mutation ($imageId: ID!) { acceptImage(id: $imageId) { id } }'),
      { imageId },
      as('listed'),
    );
    expect(await node(id)).toEqual({ ...shown, status: 'accepted' });
  });

  test.each(['a/b', '/', 'a:b', 'Größe', ' ', '%2F', '"', "'; --", '..'])(
    'is found whatever the member is called: %s',
    async (memberId) => {
      const imageId = await createImage(gateway, {}, as('owner'));
      const others = await add(imageId, `${memberId}x`);
      const id = await add(imageId, memberId);
      expect(id).not.toBe(others);
      expect(await node(id)).toMatchObject({ id, imageId, memberId });
    },
  );

  test('is found by the id that the image was created with, in any form of a UUID', async () => {
    const digits = randomUUID().replaceAll('-', '');
    for (const id of [`urn:${digits}`, digits.toUpperCase().replace(/^./, 'A').replace(/.$/, 'B')]) {
      await createImage(gateway, { id }, as('owner'));
      expect(await node(id)).toMatchObject({ __typename: 'Image', id });
      const member = await add(id, 'm');
      expect(await node(member)).toMatchObject({ imageId: id, memberId: 'm' });
    }
  });

  test('of a member stays the same after the member is removed and added again', async () => {
    const imageId = await createImage(gateway, {}, as('owner'));
    const id = await add(imageId, 'back');
    const remove = gql(
      'mutation ($imageId: ID!) { removeImageMember(imageId: $imageId, memberId: "back") { id } }',
    );
    expect(await run(gateway, remove, { imageId }, as('owner'))).toEqual({ removeImageMember: { id } });
    expect(await node(id)).toBeNull();
    expect(await add(imageId, 'back')).toBe(id);
    expect(await node(id)).toMatchObject({ id });
  });

  test.each([
    '',
    ':',
    '::',
    'nothing',
    `${randomUUID()}:nobody`,
    ':nobody',
    randomUUID(),
    'x'.repeat(1000),
    `${randomUUID()}:${'x'.repeat(1000)}`,
    '😀:😀',
    '\u0000:\u0000',
  ])('is null for an id that nothing has: %j', async (id) => {
    expect(await node(id, admin)).toBeNull();
  });

  describe('is null for callers who may not see it', () => {
    const CALLERS = {
      admin,
      owner: as('owner'),
      'the member': as('member'),
      'the member, who rejected it': as('rejecting'),
      'a former member': as('former'),
      'a stranger': as('stranger'),
      'a caller without tenant': {
        'x-identity-status': 'Confirmed',
        'x-user-id': 'owner',
        'x-roles': 'member',
      },
    };
    type Caller = keyof typeof CALLERS;
    const all = Object.keys(CALLERS) as Caller[];
    const memberOf = new Map<Caller, string>([
      ['the member', 'member'],
      ['the member, who rejected it', 'rejecting'],
    ]);
    const KINDS: Record<string, { input: object; find: Caller[] }> = {
      shared: {
        input: { owner: 'owner' },
        find: ['admin', 'owner', 'the member', 'the member, who rejected it'],
      },
      private: { input: { owner: 'owner', visibility: 'PRIVATE' }, find: ['admin', 'owner'] },
      public: { input: { owner: 'owner', visibility: 'PUBLIC' }, find: all },
      community: { input: { owner: 'owner', visibility: 'COMMUNITY' }, find: all },
    };

    describe.each(Object.entries(KINDS))('of a %s image', (_, { input, find }) => {
      let id: string;
      beforeAll(async () => {
        id = await createImage(gateway, input, admin);
        for (const member of ['member', 'rejecting', 'former']) await add(id, member, admin);
        const change = gql(`mutation ($id: ID!) {
          rejectImage(id: $id, memberId: "rejecting") { id }
          removeImageMember(imageId: $id, memberId: "former") { id }
        }`);
        await run(gateway, change, { id }, admin);
      });

      test.each(all)('the image itself: %s', async (caller) => {
        const query = gql('query ($id: ID!) { node(id: $id) { id } image(id: $id) { id } }');
        const { node, image } = await run(gateway, query, { id }, CALLERS[caller]);
        expect(node).toEqual(find.includes(caller) ? { id } : null);
        expect(image).toEqual(node);
      });

      test.each(all)('its members: %s', async (caller) => {
        for (const member of ['member', 'rejecting']) {
          const mayKnow = ['admin', 'owner'].includes(caller) || memberOf.get(caller) === member;
          const found = await node(`${id}:${member}`, CALLERS[caller]);
          expect(found).toEqual(mayKnow ? expect.objectContaining({ memberId: member }) : null);
        }
        expect(await node(`${id}/former`, CALLERS[caller])).toBeNull();
      });
    });

    test('of a deleted image: the image to administrators, its members to nobody', async () => {
      const id = await createImage(gateway, {}, as('owner'));
      const member = await add(id, 'member');
      await run(gateway, gql('mutation ($id: ID!) { deleteImage(id: $id) { id } }'), { id }, as('owner'));
      expect(await node(id, admin)).toMatchObject({ __typename: 'Image', id });
      for (const who of [as('owner'), as('member')]) expect(await node(id, who)).toBeNull();
      for (const who of [admin, as('owner'), as('member')]) expect(await node(member, who)).toBeNull();
    });
  });
});

onSqlite('a node, whatever the engine', (start) => {
  test('follows the rules of the policy for images and for members', async () => {
    const gateway = await start({ AUTH: 'trusted' });
    const id = await createImage(gateway, {}, as('owner'));
    const { addImageMember } = await run(gateway, ADD, { id, m: 'guest' }, as('owner'));
    const policy = join(gateway.folder, 'policy.json');
    writeFileSync(policy, JSON.stringify({ get_image: '!', get_members: '!' }));
    const strict = await start({ AUTH: 'trusted', POLICY: policy });
    expect(await errorOf(strict, NODE, { id }, as('owner'))).toMatchObject({ code: 'FORBIDDEN' });
    expect(await errorOf(strict, NODE, { id: addImageMember.id }, as('owner'))).toEqual({
      code: 'FORBIDDEN',
      rule: 'get_members',
    });
  });

  test('costs as much as an image, and an edge costs no more for its node', async () => {
    const gateway = await start({ QUERY_COST_SHOWN: 'true' });
    const cost = async (query: string) => {
      const response = await fetch(`${gateway.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query }),
      });
      return ((await response.json()) as GraphqlAnswer).extensions!.cost.actual;
    };
    expect(await cost('{ node(id: "x") { id } }')).toBe(await cost('{ image(id: "x") { id } }'));
    expect(await cost('{ images(first: 10) { edges { node { id } } } }')).toBe(
      await cost('{ images(first: 10) { edges { cursor } } }'),
    );
  });

  test('is the same when its query has been compiled', async () => {
    const gateway = await start({ AUTH: 'trusted' });
    const id = await createImage(gateway, { name: 'again' }, as('owner'));
    const { addImageMember } = await run(gateway, ADD, { id, m: 'guest' }, as('owner'));
    for (let use = 0; use < 5; use += 1) {
      const image = await run(gateway, NODE, { id }, as('owner'));
      expect(image.node).toMatchObject({ __typename: 'Image', id, name: 'again' });
      const member = await run(gateway, NODE, { id: addImageMember.id }, as('owner'));
      expect(member.node).toMatchObject({ __typename: 'ImageMember', memberId: 'guest' });
    }
  });
});
