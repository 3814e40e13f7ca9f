import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { as, createImage, dataOf, errorOf } from '../support/client.js';
import { onEachDatabase, type TestGateway } from '../support/gateway.js';
import { v1 } from '../support/v1-client.js';

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
    const offer = `mutation { addImageMember(imageId: "${id}", input: { memberId: "guest", canShare: true }) { status } }`;
    expect((await dataOf(gateway, offer, {}, as('owner'))).addImageMember.status).toBe('pending');
  });
  const answering = (word: 'accept' | 'reject', member = '') =>
    `mutation { it: ${word}Image(id: "${id}"${member && `, memberId: "${member}"`}) { imageId memberId canShare status } }`;
  const answer = async (word: 'accept' | 'reject', who = guest, member = '') =>
    (await dataOf(gateway, answering(word, member), {}, who)).it;
  const listed = async (args = '', who = guest) => {
    const filter = `filter: { id: { eq: "${id}" } }`;
    const { images } = await dataOf(
      gateway,
      `{ images(${filter} ${args}) { totalCount edges { node { id } } } }`,
      {},
      who,
    );
    expect(images.totalCount).toBe(images.edges.length);
    return images.edges.length === 1;
  };
  const found = async (who = guest) =>
    (await dataOf(gateway, `{ image(id: "${id}") { id } }`, {}, who)).image !== null;

  test('is found by its id and in no list until it is accepted', async () => {
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

  test('is listed by its answer to who asks for it', async () => {
    const lists = async () => {
      const names = ['ACCEPTED', 'PENDING', 'REJECTED', 'ALL'];
      const shown = await Promise.all(names.map((name) => listed(`memberStatus: ${name}`)));
      return names.filter((_, index) => shown[index]);
    };
    expect(await lists()).toEqual(['PENDING', 'ALL']);
    await answer('accept');
    expect(await lists()).toEqual(['ACCEPTED', 'ALL']);
    await answer('reject');
    expect(await lists()).toEqual(['REJECTED', 'ALL']);
  });

  test('is listed to its owner and to administrators whatever the answer is', async () => {
    for (const who of [as('owner'), admin]) {
      for (const status of ['', 'memberStatus: REJECTED']) expect(await listed(status, who)).toBe(true);
    }
  });

  test('is listed by version 1 whatever the answer is: it knows none (C19.3)', async () => {
    for (const word of [undefined, 'reject'] as const) {
      if (word) await answer(word);
      const { images } = (await v1(gateway, 'GET', '/v1/images', guest)).json();
      expect(images.map((image: any) => image.id)).toContain(id);
    }
  });

  test('waits for an answer again after the member was removed and added', async () => {
    await answer('accept');
    const again = `mutation { removeImageMember(imageId: "${id}", memberId: "guest") { memberId }
      addImageMember(imageId: "${id}", input: { memberId: "guest" }) { status } }`;
    expect((await dataOf(gateway, again, {}, as('owner'))).addImageMember.status).toBe('pending');
    expect(await listed()).toBe(false);
  });

  test('keeps its answer when the other members are replaced', async () => {
    await answer('accept');
    const replace = `mutation { replaceImageMembers(imageId: "${id}", members: [{ memberId: "guest" }, { memberId: "b" }]) {
      memberId status } }`;
    expect((await dataOf(gateway, replace, {}, as('owner'))).replaceImageMembers).toEqual([
      { memberId: 'guest', status: 'accepted' },
      { memberId: 'b', status: 'pending' },
    ]);
  });

  describe('is answered to', () => {
    test('by an administrator in the name of the member', async () => {
      expect((await answer('accept', admin, 'guest')).status).toBe('accepted');
      expect(await errorOf(gateway, answering('accept'), {}, admin)).toMatchObject({
        code: 'MEMBER_NOT_FOUND',
      });
    });

    test('by nobody else in the name of the member, not by its owner either', async () => {
      expect(await errorOf(gateway, answering('accept', 'guest'), {}, as('owner'))).toMatchObject({
        code: 'NOT_THE_MEMBER',
      });
      expect(await listed()).toBe(false);
    });

    test('by nobody who is no member: a stranger does not know of it', async () => {
      expect(await errorOf(gateway, answering('accept'), {}, as('owner'))).toMatchObject({
        code: 'MEMBER_NOT_FOUND',
      });
      for (const member of ['', 'guest']) {
        expect(await errorOf(gateway, answering('accept', member), {}, as('stranger'))).toMatchObject({
          code: 'IMAGE_NOT_FOUND',
        });
      }
    });
  });
});
