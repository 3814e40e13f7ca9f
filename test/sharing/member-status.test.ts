import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { as, createImage, errorOf, run } from '../support/client.js';
import { onEachDatabase, type TestGateway } from '../support/gateway.js';
import { gql, type VariablesOf } from '../support/gql.js';
import { v1 } from '../support/v1-client.js';

const ANSWER = gql('fragment Answer on ImageMember { imageId memberId canShare status }');
const ANSWERS = {
  accept: gql(
    'mutation ($id: ID!, $member: ID) { it: acceptImage(id: $id, memberId: $member) { ...Answer } }',
    [ANSWER],
  ),
  reject: gql(
    'mutation ($id: ID!, $member: ID) { it: rejectImage(id: $id, memberId: $member) { ...Answer } }',
    [ANSWER],
  ),
};
const LIST = gql(`query ($id: ID!, $memberStatus: MemberStatusFilter) {
  images(filter: { id: { eq: $id } }, memberStatus: $memberStatus) { totalCount edges { node { id } } }
}`);
type MemberStatusFilter = VariablesOf<typeof LIST>['memberStatus'];

const admin = as('operators', 'admin');
const guest = as('guest');

onEachDatabase('an image that is offered to a tenant', (start) => {
  let gateway: TestGateway;
  let id: string;
  beforeAll(async () => {
    gateway = await start({ AUTH: 'trusted' });
  });
  beforeEach(async () => {
    id = await createImage(gateway, {}, as('owner'));
    const offer = gql(
      'mutation ($id: ID!) { addImageMember(imageId: $id, input: { memberId: "guest", canShare: true }) { status } }',
    );
    expect((await run(gateway, offer, { id }, as('owner'))).addImageMember.status).toBe('pending');
  });
  const answer = async (word: keyof typeof ANSWERS, who = guest, member?: string) =>
    (await run(gateway, ANSWERS[word], { id, member }, who)).it;
  const listed = async (memberStatus?: MemberStatusFilter, who = guest) => {
    const { images } = await run(gateway, LIST, { id, memberStatus }, who);
    expect(images.totalCount).toBe(images.edges.length);
    return images.edges.length === 1;
  };
  const found = async (who = guest) =>
    (await run(gateway, gql('query ($id: ID!) { image(id: $id) { id } }'), { id }, who)).image !== null;

  test('is found by its id, and is in no list until it is accepted', async () => {
    expect([await found(), await listed()]).toEqual([true, false]);
    expect(await answer('accept')).toEqual({
      imageId: id,
      memberId: 'guest',
      canShare: true,
      status: 'accepted',
    });
    expect([await found(), await listed()]).toEqual([true, true]);
  });

  test('leaves the lists when it is rejected, and is found by its id all the same', async () => {
    await answer('accept');
    expect((await answer('reject')).status).toBe('rejected');
    expect([await found(), await listed()]).toEqual([true, false]);
    expect((await answer('accept')).status).toBe('accepted');
    expect(await listed()).toBe(true);
  });

  test('is listed by its status if the query asks for it', async () => {
    const lists = async () => {
      const names = ['ACCEPTED', 'PENDING', 'REJECTED', 'ALL'] as const;
      const shown = await Promise.all(names.map((name) => listed(name)));
      return names.filter((_, index) => shown[index]);
    };
    expect(await lists()).toEqual(['PENDING', 'ALL']);
    await answer('accept');
    expect(await lists()).toEqual(['ACCEPTED', 'ALL']);
    await answer('reject');
    expect(await lists()).toEqual(['REJECTED', 'ALL']);
  });

  test('is listed for its owner and administrators whatever its status is', async () => {
    for (const who of [as('owner'), admin]) {
      for (const status of [undefined, 'REJECTED'] as const) expect(await listed(status, who)).toBe(true);
    }
  });

  test('is listed by version 1 whatever its status is (C19.3)', async () => {
    for (const word of [undefined, 'reject'] as const) {
      if (word) await answer(word);
      const { images } = (await v1(gateway, 'GET', '/v1/images', guest)).json();
      expect(images.map((image) => image.id)).toContain(id);
    }
  });

  test('is pending again after the member was removed and added', async () => {
    await answer('accept');
    const again = gql(`mutation ($id: ID!) { removeImageMember(imageId: $id, memberId: "guest") { memberId }
      addImageMember(imageId: $id, input: { memberId: "guest" }) { status } }`);
    expect((await run(gateway, again, { id }, as('owner'))).addImageMember.status).toBe('pending');
    expect(await listed()).toBe(false);
  });

  test('keeps its status when the other members are replaced', async () => {
    await answer('accept');
    const replace =
      gql(`mutation ($id: ID!) { replaceImageMembers(imageId: $id, members: [{ memberId: "guest" }, { memberId: "b" }]) {
      memberId status } }`);
    expect((await run(gateway, replace, { id }, as('owner'))).replaceImageMembers).toEqual([
      { memberId: 'guest', status: 'accepted' },
      { memberId: 'b', status: 'pending' },
    ]);
  });

  describe('is answered to', () => {
    test('by an administrator in the name of the member', async () => {
      expect((await answer('accept', admin, 'guest')).status).toBe('accepted');
      expect(await errorOf(gateway, ANSWERS.accept, { id }, admin)).toMatchObject({
        code: 'MEMBER_NOT_FOUND',
      });
    });

    test('by no other caller in the name of the member, and not by its owner', async () => {
      expect(await errorOf(gateway, ANSWERS.accept, { id, member: 'guest' }, as('owner'))).toMatchObject({
        code: 'NOT_THE_MEMBER',
      });
      expect(await listed()).toBe(false);
    });

    test('by no caller who is not a member; for a stranger it does not exist', async () => {
      expect(await errorOf(gateway, ANSWERS.accept, { id }, as('owner'))).toMatchObject({
        code: 'MEMBER_NOT_FOUND',
      });
      for (const member of [undefined, 'guest']) {
        expect(await errorOf(gateway, ANSWERS.accept, { id, member }, as('stranger'))).toMatchObject({
          code: 'IMAGE_NOT_FOUND',
        });
      }
    });
  });
});
