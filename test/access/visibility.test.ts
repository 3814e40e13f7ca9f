import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { as, createImage, type CreateImageInput, errorOf, run } from '../support/client.js';
import { onEachDatabase, type TestGateway } from '../support/gateway.js';
import { gql, type ResultOf } from '../support/gql.js';
import { sql } from '../support/sql.js';

const CALLERS = {
  admin: as('operators', 'Member, ADMIN'),
  owner: as('owner'),
  member: as('member'),
  'a former member': as('former'),
  'a stranger': as('stranger'),
  'the owner in capitals': as('OWNER'),
  'the owner with an accent': as(Buffer.from('ówner').toString('latin1')),
  'a caller without tenant': { 'x-identity-status': 'Confirmed', 'x-user-id': 'owner', 'x-roles': 'member' },
};
type Caller = keyof typeof CALLERS;
const everybody = Object.keys(CALLERS) as Caller[];

interface Kind {
  input: CreateImageInput;
  /** The callers who find the image by its id, and in a list. */
  find: Caller[];
  list: Caller[];
  /** The callers who may change the image, and the error for the others who find it. */
  change: Caller[];
  refusal: string;
}

const IMAGES: Record<string, Kind> = {
  'a public image': {
    input: { visibility: 'PUBLIC', owner: 'owner' },
    find: everybody,
    list: everybody,
    change: ['admin', 'owner'],
    refusal: 'NOT_OWNER',
  },
  'a shared image': {
    input: { owner: 'owner' },
    find: ['admin', 'owner', 'member'],
    list: ['admin', 'owner', 'member'],
    change: ['admin', 'owner'],
    refusal: 'IMAGE_NOT_FOUND',
  },
  'a private image, whose members do not count': {
    input: { visibility: 'PRIVATE', owner: 'owner' },
    find: ['admin', 'owner'],
    list: ['admin', 'owner'],
    change: ['admin', 'owner'],
    refusal: 'IMAGE_NOT_FOUND',
  },
  'a community image': {
    input: { visibility: 'COMMUNITY', owner: 'owner' },
    find: everybody,
    list: ['admin', 'owner'],
    change: ['admin', 'owner'],
    refusal: 'IMAGE_NOT_FOUND',
  },
  'an image of nobody': {
    input: { owner: null },
    find: everybody,
    list: ['admin', 'member'],
    change: ['admin'],
    refusal: 'IMAGE_NOT_FOUND',
  },
  'a private image of nobody': {
    input: { visibility: 'PRIVATE', owner: null },
    find: everybody,
    list: ['admin'],
    change: ['admin'],
    refusal: 'IMAGE_NOT_FOUND',
  },
  'a public image of nobody': {
    input: { visibility: 'PUBLIC', owner: null },
    find: everybody,
    list: everybody,
    change: ['admin'],
    refusal: 'NOT_OWNER',
  },
};

onEachDatabase('access', (start, place) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await start({ AUTH: 'trusted' });
  });

  describe.each(Object.entries(IMAGES))('to %s', (kind, { input, find, list, change, refusal }) => {
    let id: string;
    beforeAll(async () => {
      id = randomUUID();
      await createImage(gateway, { id, name: kind, ...input }, CALLERS.admin);
      if ('owner' in input && input.owner === null)
        await sql(place, `UPDATE images SET owner = NULL WHERE id = '${id}'`);
      for (const [tenant, deleted] of [
        ['member', 0],
        ['former', 1],
      ])
        await sql(
          place,
          'INSERT INTO image_members (image_id, member, can_share, status, created_at, updated_at, deleted) VALUES ' +
            `('${id}', '${tenant}', 1, 'accepted', '2026-01-01 00:00:00', '2026-01-01 00:00:00', ${deleted})`,
        );
    });

    test.each(everybody)('finding it by its id: %s (C19.2)', async (caller) => {
      const { image } = await run(
        gateway,
        gql('query ($id: ID!) { image(id: $id) { id } }'),
        { id },
        CALLERS[caller],
      );
      expect(image).toEqual(find.includes(caller) ? { id } : null);
    });

    test.each(everybody)('finding it in a list, once: %s (C19.3)', async (caller) => {
      const query = gql('query ($id: ID) { images(filter: { id: { eq: $id } }) { edges { node { id } } } }');
      const { images } = await run(gateway, query, { id }, CALLERS[caller]);
      expect(images.edges).toEqual(list.includes(caller) ? [{ node: { id } }] : []);
    });

    test.each(everybody)('changing it: %s (C19.4, C19.5)', async (caller) => {
      const name = `changed by ${caller}`;
      const query = gql(
        'mutation ($id: ID!, $name: String!) { updateImage(id: $id, input: { name: $name }) { name } }',
      );
      if (change.includes(caller)) {
        expect((await run(gateway, query, { id, name }, CALLERS[caller])).updateImage).toEqual({ name });
      } else {
        const code = find.includes(caller) ? refusal : 'IMAGE_NOT_FOUND';
        expect((await errorOf(gateway, query, { id, name }, CALLERS[caller])).code).toBe(code);
        const { image } = await run(
          gateway,
          gql('query ($id: ID!) { image(id: $id) { name } }'),
          { id },
          CALLERS.admin,
        );
        expect(image!.name).not.toBe(name);
      }
    });
  });

  test('lists community images of others only if a filter asks for them', async () => {
    const id = await createImage(gateway, { visibility: 'COMMUNITY' }, CALLERS.owner);
    const idsFor = async (visibility: object, caller: Caller) => {
      const query = gql(
        'query ($filter: ImageFilterInput) { images(first: 1000, filter: $filter) { edges { node { id } } } }',
      );
      const { images } = await run(gateway, query, { filter: { visibility } }, CALLERS[caller]);
      return images.edges.map((edge) => edge.node.id);
    };
    for (const caller of ['a stranger', 'a caller without tenant'] as Caller[]) {
      expect(await idsFor({ eq: 'COMMUNITY' }, caller)).toContain(id);
      expect(await idsFor({ in: ['COMMUNITY'] }, caller)).toContain(id);
      expect(await idsFor({ in: ['COMMUNITY', 'PUBLIC'] }, caller)).not.toContain(id);
      expect(await idsFor({ ne: 'PUBLIC' }, caller)).not.toContain(id);
    }
  });

  test('pages through public, own and shared images in one list', async () => {
    const mark = randomUUID();
    const shared = `${mark}-2`;
    await createImage(gateway, { name: `${mark}-0` }, as('reader'));
    await createImage(gateway, { name: `${mark}-1`, visibility: 'PUBLIC', owner: 'owner' }, CALLERS.admin);
    const id = await createImage(gateway, { name: shared }, CALLERS.owner);
    await createImage(gateway, { name: `${mark}-3`, visibility: 'PUBLIC', owner: 'reader' }, CALLERS.admin);
    await createImage(gateway, { name: `${mark}-4` }, CALLERS.owner);
    await sql(
      place,
      'INSERT INTO image_members (image_id, member, can_share, status, created_at, updated_at, deleted) ' +
        `VALUES ('${id}', 'reader', 0, 'accepted', '2026-01-01 00:00:00', '2026-01-01 00:00:00', 0)`,
    );
    const query = gql(`query ($in: [String!], $after: String) {
      images(first: 1, after: $after, filter: { name: { in: $in } }, sort: { key: NAME, direction: DESC }) {
        edges { node { name } } pageInfo { hasNextPage endCursor } } }`);
    const names: (string | null)[] = [];
    for (let after: string | null = null, more = true; more;) {
      const wanted = [0, 1, 2, 3, 4].map((n) => `${mark}-${n}`);
      const { images }: ResultOf<typeof query> = await run(
        gateway,
        query,
        { in: wanted, after },
        as('reader'),
      );
      names.push(images.edges[0].node.name);
      ({ hasNextPage: more, endCursor: after } = images.pageInfo);
    }
    expect(names).toEqual([3, 2, 1, 0].map((n) => `${mark}-${n}`));
  });
});

onEachDatabase('ownership', (start) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await start({ AUTH: 'trusted' });
  });
  const CREATE = gql(
    'mutation ($input: CreateImageInput!) { createImage(input: $input) { id owner visibility } }',
  );
  const UPDATE = gql(
    'mutation ($id: ID!, $input: UpdateImageInput!) { updateImage(id: $id, input: $input) { owner } }',
  );
  const create = async (input: object, caller: Caller) =>
    (await run(gateway, CREATE, { input }, CALLERS[caller])).createImage;

  test('belongs to the caller’s tenant (C9.3)', async () => {
    expect((await create({}, 'owner')).owner).toBe('owner');
    expect((await create({}, 'admin')).owner).toBe('operators');
    expect((await create({}, 'a caller without tenant')).owner).toBeNull();
  });

  test('is chosen by administrators', async () => {
    const { id, owner } = await create({ owner: 'somebody' }, 'admin');
    expect(owner).toBe('somebody');
    const { updateImage } = await run(gateway, UPDATE, { id, input: { owner: null } }, CALLERS.admin);
    expect(updateImage.owner).toBeNull();
  });

  test('is not chosen by others', async () => {
    const { id } = await create({}, 'owner');
    for (const owner of ['somebody', 'owner', null])
      expect(await errorOf(gateway, UPDATE, { id, input: { owner } }, CALLERS.owner)).toMatchObject({
        code: 'BAD_USER_INPUT',
        field: expect.stringMatching(/owner$/),
      });
    const error = await errorOf(gateway, CREATE, { input: { owner: 'somebody' } }, CALLERS.owner);
    expect(error.code).toBe('BAD_USER_INPUT');
  });

  test('that is given away ends the right to change (C19.4)', async () => {
    const { id } = await create({}, 'owner');
    await run(gateway, UPDATE, { id, input: { owner: 'somebody' } }, CALLERS.admin);
    expect((await errorOf(gateway, UPDATE, { id, input: {} }, CALLERS.owner)).code).toBe('IMAGE_NOT_FOUND');
  });

  test('does not give the right to publish, which the shipped policy reserves for administrators (C21.1)', async () => {
    const input = { visibility: 'PUBLIC' } as const;
    const forbidden = { code: 'FORBIDDEN', rule: 'publicize_image' };
    expect(await errorOf(gateway, CREATE, { input }, CALLERS.owner)).toMatchObject(forbidden);
    const { id, visibility } = await create({}, 'owner');
    expect(visibility).toBe('SHARED');
    expect(await errorOf(gateway, UPDATE, { id, input }, CALLERS.owner)).toMatchObject(forbidden);
    expect((await create(input, 'admin')).visibility).toBe('PUBLIC');
  });

  test('gives the right to publish with POLICY=open (C20.6)', async () => {
    const open = await start({ AUTH: 'trusted', POLICY: 'open' });
    const input = { visibility: 'PUBLIC' } as const;
    const { createImage: image } = await run(open, CREATE, { input }, CALLERS.owner);
    expect(image).toMatchObject({ owner: 'owner', visibility: 'PUBLIC' });
  });

  test('is empty under AUTH=none, where every caller may publish unless POLICY=shipped (C20.6)', async () => {
    const input = { visibility: 'PUBLIC' } as const;
    const none = await start();
    expect((await run(none, CREATE, { input })).createImage).toMatchObject({
      owner: null,
      visibility: 'PUBLIC',
    });
    const shipped = await start({ POLICY: 'shipped' });
    expect((await errorOf(shipped, CREATE, { input })).code).toBe('FORBIDDEN');
  });
});
