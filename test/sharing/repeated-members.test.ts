import { beforeAll, beforeEach, expect, test } from 'vitest';
import { as, createImage, dataOf } from '../support/client.js';
import { onEachDatabase, type TestGateway } from '../support/gateway.js';
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
    (await dataOf(gateway, `{ image(id: "${id}") { members { memberId canShare status } } }`, {}, who)).image
      .members;
  const shared = async () => {
    const query = '{ sharedImages(memberId: "guest", first: 1000) { edges { node { imageId status } } } }';
    const { sharedImages } = await dataOf(gateway, query, {}, guest);
    return sharedImages.edges.map(({ node }: any) => node).filter(({ imageId }: any) => imageId === id);
  };

  test('is one member of the image, and sees it once among his shared images', async () => {
    expect(await rows()).toHaveLength(2);
    for (const who of [owner, guest])
      expect(await members(who)).toEqual([{ memberId: 'guest', canShare: false, status: 'pending' }]);
    expect(await shared()).toEqual([{ imageId: id, status: 'pending' }]);
  });

  test('answers once, and in every row', async () => {
    for (const [word, status] of [
      ['accept', 'accepted'],
      ['reject', 'rejected'],
    ]) {
      await dataOf(gateway, `mutation { ${word}Image(id: "${id}") { status } }`, {}, guest);
      expect((await rows()).map((row: any) => row.status)).toEqual([status, status]);
      expect(await members()).toMatchObject([{ status }]);
      expect(await shared()).toMatchObject([{ status }]);
    }
  });

  test('may share or not, as version 1 shows it then', async () => {
    for (const canShare of [true, false]) {
      const update = `mutation { updateImageMember(imageId: "${id}", memberId: "guest", canShare: ${canShare}) { canShare } }`;
      expect((await dataOf(gateway, update, {}, owner)).updateImageMember).toEqual({ canShare });
      const listed = (await v1(gateway, 'GET', `/v1/images/${id}/members`, owner)).json().members;
      expect(listed.map((each: any) => each.can_share)).toEqual([canShare, canShare]);
    }
  });

  test('shares as GraphQL shows it, whatever its other row has', async () => {
    const unlike = [false, true].map((can_share) => ({ member_id: 'guest', can_share }));
    const image = await createImage(gateway, {}, owner);
    const path = `/v1/images/${image}/members`;
    await v1(gateway, 'PUT', path, owner, JSON.stringify({ memberships: unlike }));
    expect((await v1(gateway, 'PUT', `${path}/other`, guest)).status).not.toBe(204);
    const { members } = (await v1(gateway, 'GET', path, owner)).json();
    expect(members.map((each: any) => each.member_id)).toEqual(['guest', 'guest']);
  });

  test('counts once, so that another member fits', async () => {
    const add = `mutation { addImageMember(imageId: "${id}", input: { memberId: "other" }) { memberId } }`;
    expect((await dataOf(gateway, add, {}, owner)).addImageMember.memberId).toBe('other');
    expect(await members()).toHaveLength(2);
  });

  test('is removed in one step', async () => {
    const remove = `mutation { removeImageMember(imageId: "${id}", memberId: "guest") { memberId } }`;
    await dataOf(gateway, remove, {}, owner);
    expect([await rows(), await shared()]).toEqual([[], []]);
  });
});
