import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { as, createImage, errorOf, run } from '../support/client.js';
import { onEachDatabase, type TestGateway } from '../support/gateway.js';
import { gql, type ResultOf, type VariablesOf } from '../support/gql.js';
import { sql } from '../support/sql.js';

const admin = as('operators', 'admin');
const ADD = gql(
  'mutation ($id: ID!, $input: ImageMemberInput!) { addImageMember(imageId: $id, input: $input) { memberId canShare status imageId } }',
);
const UPDATE = gql(
  'mutation ($id: ID!, $m: ID!, $s: Boolean!) { updateImageMember(imageId: $id, memberId: $m, canShare: $s) { memberId canShare } }',
);
const REMOVE = gql(
  'mutation ($id: ID!, $m: ID!) { removeImageMember(imageId: $id, memberId: $m) { memberId } }',
);
const REPLACE = gql(
  'mutation ($id: ID!, $members: [ImageMemberInput!]!) { replaceImageMembers(imageId: $id, members: $members) { memberId canShare } }',
);
const SHARED =
  gql(`query ($m: ID!, $first: Int, $after: String) { sharedImages(memberId: $m, first: $first, after: $after) {
  edges { cursor node { imageId canShare } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`);
const BY_ANSWER = gql(`query ($m: ID!, $first: Int, $status: MemberStatusFilter) {
  sharedImages(memberId: $m, first: $first, status: $status) { edges { node { imageId } } } }`);
const ACCEPT = gql('mutation ($id: ID!) { acceptImage(id: $id) { status } }');
const REJECT = gql('mutation ($id: ID!) { rejectImage(id: $id) { status } }');
type Status = VariablesOf<typeof BY_ANSWER>['status'];

onEachDatabase('members of an image', (start, place) => {
  let gateway: TestGateway;
  let id: string;
  beforeAll(async () => {
    gateway = await start({ AUTH: 'trusted', IMAGE_MEMBER_QUOTA: '4' });
  });
  beforeEach(async () => {
    id = await createImage(gateway, {}, as('owner'));
  });
  const add = async (memberId: string, canShare?: boolean, who = as('owner')) =>
    (await run(gateway, ADD, { id, input: { memberId, canShare } }, who)).addImageMember;
  const members = async (who = as('owner')) =>
    (
      await run(
        gateway,
        gql('query ($id: ID!) { image(id: $id) { members { memberId canShare } } }'),
        { id },
        who,
      )
    ).image?.members;
  const no = (...ids: string[]) => ids.map((memberId) => ({ memberId, canShare: false }));

  test('are added, cannot share unless said so, and have yet to accept (C18.2)', async () => {
    expect(await add('t2')).toEqual({ memberId: 't2', canShare: false, status: 'pending', imageId: id });
    expect(await add('t3', true)).toMatchObject({ canShare: true });
    expect(await members()).toEqual([...no('t2'), { memberId: 't3', canShare: true }]);
  });

  test('that are added again keep canShare, unless another value is given (C18.2)', async () => {
    await add('t2', true);
    expect((await add('t2')).canShare).toBe(true);
    expect((await add('t2', false)).canShare).toBe(false);
    expect(await members()).toEqual(no('t2'));
  });

  test('find the image, and lose it when they are removed', async () => {
    expect(await members(as('t2'))).toBeUndefined();
    await add('t2');
    expect(await members(as('t2'))).toEqual(no('t2'));
    expect((await run(gateway, REMOVE, { id, m: 't2' }, as('owner'))).removeImageMember.memberId).toBe('t2');
    expect(await members(as('t2'))).toBeUndefined();
  });

  test('see their own entry only; the owner and administrators see all (C18.1)', async () => {
    await add('t2');
    await add('t3');
    expect(await members(as('t3'))).toEqual(no('t3'));
    for (const who of [as('owner'), admin]) expect(await members(who)).toEqual(no('t2', 't3'));
  });

  test('of a public image are hidden from strangers (C18.1)', async () => {
    id = await createImage(gateway, { visibility: 'PUBLIC', owner: 'owner' }, admin);
    await add('t2');
    expect(await members(as('stranger'))).toEqual([]);
  });

  test('may stand on a public image, and count once it is shared (C18.8)', async () => {
    id = await createImage(gateway, { visibility: 'PUBLIC', owner: 'owner' }, admin);
    await add('t2');
    const visibility = gql(
      'mutation ($id: ID!) { updateImage(id: $id, input: { visibility: SHARED }) { id } }',
    );
    await run(gateway, visibility, { id }, as('owner'));
    expect(await members(as('t2'))).toEqual(no('t2'));
    expect(await members(as('t3'))).toBeUndefined();
  });

  test('come back when they are added after they were removed (C18.3)', async () => {
    await add('t2', true);
    for (let round = 0; round < 2; round += 1) {
      await run(gateway, REMOVE, { id, m: 't2' }, as('owner'));
      expect(await add('t2')).toMatchObject({ canShare: false, status: 'pending' });
    }
    expect(await members()).toEqual(no('t2'));
  });

  test('are changed by canShare', async () => {
    await add('t2');
    const changed = await run(gateway, UPDATE, { id, m: 't2', s: true }, as('owner'));
    expect(changed.updateImageMember).toEqual({ memberId: 't2', canShare: true });
  });

  test('that do not exist cannot be changed or removed (C18.4)', async () => {
    const error = { code: 'MEMBER_NOT_FOUND' };
    expect(await errorOf(gateway, UPDATE, { id, m: 't9', s: true }, as('owner'))).toMatchObject(error);
    expect(await errorOf(gateway, REMOVE, { id, m: 't9' }, as('owner'))).toMatchObject(error);
  });

  describe('replaced', () => {
    const replace = async (list: VariablesOf<typeof REPLACE>['members'], who = as('owner')) =>
      (await run(gateway, REPLACE, { id, members: list }, who)).replaceImageMembers;

    test('are exactly those named; a member that stays keeps canShare (C18.5)', async () => {
      await add('t2', true);
      await add('t3', true);
      const wanted = [{ memberId: 't4', canShare: true }, { memberId: 't2' }];
      const expected = [
        { memberId: 't2', canShare: true },
        { memberId: 't4', canShare: true },
      ];
      expect(await replace(wanted)).toEqual(expected);
      expect(await members()).toEqual(expected);
    });

    test('by an empty list are none (C18.5)', async () => {
      await add('t2');
      expect(await replace([])).toEqual([]);
    });

    test('are refused when one is named twice, and stay as they were', async () => {
      await add('t2');
      const twice = { id, members: [{ memberId: 't3' }, { memberId: 't3' }] };
      expect(await errorOf(gateway, REPLACE, twice, as('owner'))).toMatchObject({
        code: 'BAD_USER_INPUT',
        field: 'members',
      });
      expect(await members()).toEqual(no('t2'));
    });

    test.each([
      ['', 0],
      ['m'.repeat(256), 1],
      ['a\nb', 1],
      ['💿', 1],
    ])('are refused for the name %j, naming its place', async (memberId, place) => {
      const list = [{ memberId: 'good' }, { memberId: 'fine' }].with(place, { memberId });
      expect(await errorOf(gateway, REPLACE, { id, members: list }, as('owner'))).toMatchObject({
        code: 'BAD_USER_INPUT',
        field: `members[${place}].memberId`,
      });
    });
  });

  test.each(['', 'm'.repeat(256), 'a\nb', '💿'])('have no such name: %j', async (memberId) => {
    expect(await errorOf(gateway, ADD, { id, input: { memberId } }, as('owner'))).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'input.memberId',
    });
  });

  test('may be as many as the quota allows, however they are added', async () => {
    for (const name of ['t1', 't2', 't3', 't4']) await add(name);
    const quota = { code: 'MEMBER_QUOTA_EXCEEDED' };
    expect(await errorOf(gateway, ADD, { id, input: { memberId: 't5' } }, as('owner'))).toMatchObject(quota);
    await add('t4', true);
    const five = ['1', '2', '3', '4', '5'].map((memberId) => ({ memberId }));
    expect(await errorOf(gateway, REPLACE, { id, members: five }, as('owner'))).toMatchObject(quota);
    expect(await members()).toHaveLength(4);
  });

  test('are all there when several are added at once', async () => {
    await Promise.all(['t1', 't2', 't3', 't4'].map((name) => add(name)));
    expect((await members())!.map((each) => each.memberId).sort()).toEqual(['t1', 't2', 't3', 't4']);
  });

  describe('are changed by', () => {
    const attempts = (who: Record<string, string>) =>
      (
        [
          [ADD, { id, input: { memberId: 'new' } }],
          [UPDATE, { id, m: 't2', s: false }],
          [REMOVE, { id, m: 't2' }],
          [REPLACE, { id, members: [] }],
        ] as const
      ).map(
        ([query, variables]) =>
          () =>
            errorOf(gateway, query, variables, who),
      );

    test('administrators and members that may share (C18.6)', async () => {
      await add('t2', true);
      expect(await add('t3', false, as('t2'))).toMatchObject({ memberId: 't3' });
      expect(await add('t4', false, admin)).toMatchObject({ memberId: 't4' });
    });

    test('no member that may not share, although the member sees the image (C18.6)', async () => {
      await add('t2');
      for (const attempt of attempts(as('t2')))
        expect(await attempt()).toMatchObject({ code: 'SHARING_FORBIDDEN' });
    });

    test('no stranger of a public image', async () => {
      id = await createImage(gateway, { visibility: 'PUBLIC', owner: 'owner' }, admin);
      for (const attempt of attempts(as('stranger')))
        expect(await attempt()).toMatchObject({ code: 'SHARING_FORBIDDEN' });
    });

    test('no caller who may not see the image (C19.5)', async () => {
      for (const attempt of attempts(as('stranger')))
        expect(await attempt()).toMatchObject({ code: 'IMAGE_NOT_FOUND' });
    });

    test('no caller without a tenant', async () => {
      const who = { 'x-identity-status': 'Confirmed', 'x-user-id': 'u', 'x-roles': 'member' };
      for (const attempt of attempts(who)) expect(await attempt()).toMatchObject({ code: 'UNAUTHENTICATED' });
    });

    test('no caller after the image is deleted', async () => {
      await run(gateway, gql('mutation ($id: ID!) { deleteImage(id: $id) { id } }'), { id }, as('owner'));
      for (const who of [as('owner'), admin])
        for (const attempt of attempts(who))
          expect(await attempt()).toMatchObject({ code: 'IMAGE_NOT_FOUND' });
    });

    test('no caller with only the right to share, if the image itself changes (C19.4)', async () => {
      await add('t2', true);
      const rename = gql('mutation ($id: ID!) { updateImage(id: $id, input: { name: "mine" }) { id } }');
      expect((await errorOf(gateway, rename, { id }, as('t2'))).code).toBe('IMAGE_NOT_FOUND');
    });
  });

  describe('of one tenant', () => {
    const sharedWith = async (
      m: string,
      who: Record<string, string>,
      page: { first?: number; after?: string | null } = {},
    ) => (await run(gateway, SHARED, { m, ...page }, who)).sharedImages;
    const idsFor = async (m: string, who: Record<string, string>) =>
      (await sharedWith(m, who)).edges.map((edge) => edge.node.imageId);

    test('are shown to administrators, to the member, and to the owners of the images (C18.7)', async () => {
      const m = `tenant-${id}`;
      const other = await createImage(gateway, {}, as('other'));
      await add(m, true);
      await run(gateway, ADD, { id: other, input: { memberId: m } }, as('other'));
      expect(await idsFor(m, admin)).toEqual([id, other]);
      expect(await idsFor(m, as(m))).toEqual([id, other]);
      expect(await idsFor(m, as('owner'))).toEqual([id]);
      expect(await idsFor(m, as('stranger'))).toEqual([]);
      expect((await sharedWith(m, admin)).edges[0].node.canShare).toBe(true);
      const nobody = { 'x-identity-status': 'Confirmed', 'x-user-id': 'u', 'x-roles': 'member' };
      expect(await idsFor(m, nobody)).toEqual([]);
    });

    test('are found by the exact name only (C18.7)', async () => {
      const m = `Tenant-${id}`;
      await add(m);
      for (const name of [m.toLowerCase(), `${m} `, 'unknown', '', 'x'.repeat(300), '💿'])
        expect(await idsFor(name, admin)).toEqual([]);
    });

    test('are not shown after they are removed or the image is deleted', async () => {
      const m = `tenant-${id}`;
      await add(m);
      await run(gateway, REMOVE, { id, m }, as('owner'));
      expect(await idsFor(m, admin)).toEqual([]);
      await add(m);
      await run(gateway, gql('mutation ($id: ID!) { deleteImage(id: $id) { id } }'), { id }, as('owner'));
      expect(await idsFor(m, admin)).toEqual([]);
    });

    test('are paged', async () => {
      const m = `tenant-${id}`;
      const ids: string[] = [];
      for (let n = 0; n < 5; n += 1) {
        id = await createImage(gateway, {}, as('owner'));
        await add(m);
        ids.push(id);
      }
      const seen: string[] = [];
      for (let after: string | null = null, pages = 0; pages === 0 || after; pages += 1) {
        const { edges, pageInfo }: ResultOf<typeof SHARED>['sharedImages'] = await sharedWith(m, admin, {
          first: 2,
          after,
        });
        expect(pageInfo.hasPreviousPage).toBe(pages > 0);
        seen.push(...edges.map((edge) => edge.node.imageId));
        after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
      }
      expect(seen).toEqual(ids);
    });

    test('are selected by the answer of the tenant', async () => {
      const m = `tenant-${id}`;
      const pending = id;
      await add(m);
      const accepted = (id = await createImage(gateway, {}, as('owner')));
      await add(m);
      await run(gateway, ACCEPT, { id }, as(m));
      const rejected = (id = await createImage(gateway, {}, as('owner')));
      await add(m);
      await run(gateway, REJECT, { id }, as(m));
      const ids = async (status: Status | undefined, first = 10) => {
        const { sharedImages } = await run(gateway, BY_ANSWER, { m, status, first }, as(m));
        return sharedImages.edges.map(({ node }) => node.imageId);
      };
      expect(await ids('PENDING')).toEqual([pending]);
      expect(await ids('ACCEPTED')).toEqual([accepted]);
      expect(await ids('REJECTED')).toEqual([rejected]);
      for (const all of ['ALL', null, undefined] as const)
        expect(await ids(all)).toEqual([pending, accepted, rejected]);
    });

    test('are refused for an invalid cursor, and for too large a page', async () => {
      const { images } = await run(gateway, gql('{ images(first: 1) { edges { cursor } } }'), {}, admin);
      for (const after of ['x', '', images.edges[0].cursor])
        expect(await errorOf(gateway, SHARED, { m: 't', after }, admin)).toMatchObject({
          code: 'INVALID_CURSOR',
          field: 'after',
        });
      expect(await errorOf(gateway, SHARED, { m: 't', first: 1001 }, admin)).toMatchObject({
        field: 'first',
      });
    });
  });

  test('of another program keep their status', async () => {
    await add('t2');
    await sql(place, `UPDATE image_members SET status = 'accepted' WHERE image_id = '${id}'`);
    expect(await add('t2', true)).toMatchObject({ status: 'accepted', canShare: true });
  });
});
