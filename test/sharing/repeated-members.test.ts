import { beforeAll, beforeEach, expect, test } from 'vitest';
import { as, createImage, run } from '../support/client.js';
import { onEachDatabase, type TestGateway } from '../support/gateway.js';
import { gql } from '../support/gql.js';
import { sql } from '../support/sql.js';
import { v1 } from '../support/v1-client.js';

onEachDatabase('a tenant with two member rows, made by version 1 or by a live Glance', (start, place) => {
  let gateway: TestGateway;
  let id: string;
  const owner = as('owner');
  const guest = as('guest');
  beforeAll(async () => {
    gateway = await start({ AUTH: 'trusted', IMAGE_MEMBER_QUOTA: '2' });
  });
  beforeEach(async () => {
    id = await createImage(gateway, {}, owner);
    const twice = JSON.stringify({ memberships: [{ member_id: 'guest' }, { member_id: 'guest' }] });
    expect((await v1(gateway, 'PUT', `/v1/images/${id}/members`, owner, twice)).status).toBe(204);
  });
  const rows = () =>
    sql(
      place,
      `SELECT can_share AS canShare, status FROM image_members WHERE image_id = '${id}' AND deleted = 0`,
    );
  const members = async (who = owner) =>
    (
      await run(
        gateway,
        gql('query ($id: ID!) { image(id: $id) { members { memberId canShare status } } }'),
        { id },
        who,
      )
    ).image!.members;
  const shared = async () => {
    const query = gql(
      '{ sharedImages(memberId: "guest", first: 1000) { edges { node { imageId status } } } }',
    );
    const { sharedImages } = await run(gateway, query, {}, guest);
    return sharedImages.edges.map(({ node }) => node).filter(({ imageId }) => imageId === id);
  };

  test('is one member of the image, and sees it once among its shared images', async () => {
    expect(await rows()).toHaveLength(2);
    for (const who of [owner, guest])
      expect(await members(who)).toEqual([{ memberId: 'guest', canShare: false, status: 'pending' }]);
    expect(await shared()).toEqual([{ imageId: id, status: 'pending' }]);
  });

  test('changes the status of every row with one answer', async () => {
    for (const [answer, status] of [
      [gql('mutation ($id: ID!) { it: acceptImage(id: $id) { status } }'), 'accepted'],
      [gql('mutation ($id: ID!) { it: rejectImage(id: $id) { status } }'), 'rejected'],
    ] as const) {
      await run(gateway, answer, { id }, guest);
      expect((await rows()).map((row) => row.status)).toEqual([status, status]);
      expect(await members()).toMatchObject([{ status }]);
      expect(await shared()).toMatchObject([{ status }]);
    }
  });

  test('may share or not, as version 1 shows', async () => {
    for (const canShare of [true, false]) {
      const update = gql(
        'mutation ($id: ID!, $s: Boolean!) { updateImageMember(imageId: $id, memberId: "guest", canShare: $s) { canShare } }',
      );
      expect((await run(gateway, update, { id, s: canShare }, owner)).updateImageMember).toEqual({
        canShare,
      });
      const listed = (await v1(gateway, 'GET', `/v1/images/${id}/members`, owner)).json().members;
      expect(listed.map((each) => each.can_share)).toEqual([canShare, canShare]);
    }
  });

  test('shares as GraphQL shows, whatever its other row says', async () => {
    const unlike = [false, true].map((can_share) => ({ member_id: 'guest', can_share }));
    const image = await createImage(gateway, {}, owner);
    const path = `/v1/images/${image}/members`;
    await v1(gateway, 'PUT', path, owner, JSON.stringify({ memberships: unlike }));
    expect((await v1(gateway, 'PUT', `${path}/other`, guest)).status).not.toBe(204);
    const { members } = (await v1(gateway, 'GET', path, owner)).json();
    expect(members.map((each) => each.member_id)).toEqual(['guest', 'guest']);
  });

  test('counts once, so that another member fits', async () => {
    const add = gql(
      'mutation ($id: ID!) { addImageMember(imageId: $id, input: { memberId: "other" }) { memberId } }',
    );
    expect((await run(gateway, add, { id }, owner)).addImageMember.memberId).toBe('other');
    expect(await members()).toHaveLength(2);
  });

  test('is removed in one step', async () => {
    const remove = gql(
      'mutation ($id: ID!) { removeImageMember(imageId: $id, memberId: "guest") { memberId } }',
    );
    await run(gateway, remove, { id }, owner);
    expect([await rows(), await shared()]).toEqual([[], []]);
  });
});
