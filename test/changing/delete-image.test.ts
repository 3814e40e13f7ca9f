import { randomUUID } from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';
import { as, createActiveImage, createImage, errorOf, run } from '../support/client.js';
import { onEachDatabase, type TestGateway } from '../support/gateway.js';
import { gql } from '../support/gql.js';
import { storedFiles } from '../support/image-state.js';
import { sql } from '../support/sql.js';

const DELETE = gql(`mutation ($id: ID!) { deleteImage(id: $id) {
  id name status size checksum createdAt updatedAt deletedAt properties { name } } }`);
const admin = as('operators', 'admin');

onEachDatabase('deleting an image', (start, place) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await start({ AUTH: 'trusted' });
  });
  const remove = async (id: string, who = as('owner')) =>
    (await run(gateway, DELETE, { id }, who)).deleteImage;
  const refusal = async (id: string, who = as('owner')) => (await errorOf(gateway, DELETE, { id }, who)).code;
  const find = async (id: string, who = as('owner')) =>
    (
      await run(
        gateway,
        gql('query ($id: ID!) { image(id: $id) { status deletedAt properties { name } } }'),
        { id },
        who,
      )
    ).image;

  test('answers with the image as it was deleted', async () => {
    const input = { name: 'goner', properties: [{ name: 'a', value: 'b' }] };
    const id = await createActiveImage(gateway, 'hello', input, as('owner'));
    const image = await remove(id);
    expect(image).toMatchObject({
      id,
      name: 'goner',
      status: 'deleted',
      size: 5,
      checksum: '5d41402abc4b2a76b9719d911017c592',
      properties: [],
    });
    expect(image.deletedAt! >= image.createdAt).toBe(true);
    expect(image.updatedAt).toBe(image.deletedAt);
  });

  test('takes the bytes away', async () => {
    const id = await createActiveImage(gateway, 'bytes', {}, as('owner'));
    expect(await storedFiles(gateway.folder)).toContain(id);
    await remove(id);
    expect(await storedFiles(gateway.folder)).not.toContain(id);
    expect((await fetch(`${gateway.url}/data/${id}`, { headers: as('owner') })).status).toBe(404);
  });

  test('takes the image out of sight of its owner and out of every list', async () => {
    const name = randomUUID();
    const id = await createImage(gateway, { name, visibility: 'COMMUNITY' }, as('owner'));
    await remove(id);
    expect(await find(id)).toBeNull();
    const query = gql(
      'query ($name: String) { images(filter: { name: { eq: $name } }) { edges { node { id } } } }',
    );
    for (const who of [as('owner'), admin])
      expect((await run(gateway, query, { name }, who)).images.edges).toEqual([]);
  });

  test('leaves a record that administrators find, without its properties (C10.7)', async () => {
    const id = await createImage(gateway, { properties: [{ name: 'a', value: 'b' }] }, as('owner'));
    await remove(id);
    expect(await find(id, admin)).toEqual({
      status: 'deleted',
      deletedAt: expect.stringMatching(/Z$/),
      properties: [],
    });
  });

  test('is refused for a protected image, to administrators too (C13.2)', async () => {
    const id = await createActiveImage(gateway, 'kept', { protected: true }, as('owner'));
    expect(await refusal(id)).toBe('IMAGE_PROTECTED');
    expect(await refusal(id, admin)).toBe('IMAGE_PROTECTED');
    expect(await (await fetch(`${gateway.url}/data/${id}`, { headers: as('owner') })).text()).toBe('kept');
    const unprotect = gql('mutation ($id: ID!) { updateImage(id: $id, input: { protected: false }) { id } }');
    await run(gateway, unprotect, { id }, as('owner'));
    expect((await remove(id)).status).toBe('deleted');
  });

  test('is possible once only, for the owner and for administrators (C13.2)', async () => {
    const id = await createImage(gateway, {}, as('owner'));
    await remove(id);
    expect(await refusal(id)).toBe('IMAGE_NOT_FOUND');
    expect(await refusal(id, admin)).toBe('IMAGE_NOT_FOUND');
  });

  test('has one winner when it is asked for many times at once', async () => {
    const id = await createActiveImage(gateway, 'once', {}, as('owner'));
    const outcomes = await Promise.all(
      Array.from({ length: 6 }, () =>
        remove(id).then(
          () => 'deleted',
          () => 'refused',
        ),
      ),
    );
    expect(outcomes.filter((outcome) => outcome === 'deleted')).toHaveLength(1);
  });

  test.each(['queued', 'saving', 'active', 'killed', 'deactivated'])(
    'is possible in status %s (C13.7)',
    async (status) => {
      const id = await createImage(gateway, {}, as('owner'));
      await sql(place, `UPDATE images SET status = '${status}' WHERE id = '${id}'`);
      expect((await remove(id)).status).toBe('deleted');
    },
  );

  test('is refused in status pending_delete (C13.2)', async () => {
    const id = await createImage(gateway, {}, as('owner'));
    await sql(place, `UPDATE images SET status = 'pending_delete' WHERE id = '${id}'`);
    expect(await refusal(id)).toBe('IMAGE_PENDING_DELETE');
  });

  test.each([
    ['a public image', 'PUBLIC', 'NOT_OWNER'],
    ['a community image', 'COMMUNITY', 'IMAGE_NOT_FOUND'],
    ['a shared image', 'SHARED', 'IMAGE_NOT_FOUND'],
    ['a private image', 'PRIVATE', 'IMAGE_NOT_FOUND'],
  ] as const)(
    'of %s by somebody else leaves record and bytes as they are (C13.5)',
    async (_, visibility, code) => {
      const id = await createActiveImage(gateway, 'mine', { visibility, owner: 'owner' }, admin);
      expect(await refusal(id, as('stranger'))).toBe(code);
      expect((await find(id))!.status).toBe('active');
      expect(await (await fetch(`${gateway.url}/data/${id}`, { headers: as('owner') })).text()).toBe('mine');
    },
  );

  test('of a shared image by a member leaves it as it is (C19.4)', async () => {
    const id = await createImage(gateway, {}, as('owner'));
    await sql(
      place,
      'INSERT INTO image_members (image_id, member, can_share, status, created_at, updated_at, deleted) ' +
        `VALUES ('${id}', 'member', 1, 'accepted', '2026-01-01 00:00:00', '2026-01-01 00:00:00', 0)`,
    );
    expect((await find(id, as('member')))!.status).toBe('queued');
    expect(await refusal(id, as('member'))).toBe('IMAGE_NOT_FOUND');
    expect((await find(id))!.status).toBe('queued');
  });

  test('finds no image that does not exist (C13.1)', async () => {
    for (const id of [randomUUID(), 'x'.repeat(300), '💿', ''])
      expect(await refusal(id)).toBe('IMAGE_NOT_FOUND');
  });
});
