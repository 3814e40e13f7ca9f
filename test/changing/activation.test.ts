import { beforeAll, expect, test } from 'vitest';
import { as, createActiveImage, createImage, errorOf, run, statusAndCode } from '../support/client.js';
import { onEachDatabase, type TestGateway } from '../support/gateway.js';
import { gql } from '../support/gql.js';
import { sql } from '../support/sql.js';

const OUTCOME = gql(`fragment Outcome on Image {
  status checksum hash { algorithm } permissions { canDownload canDeactivate canReactivate }
}`);
const MUTATIONS = {
  deactivate: gql('mutation ($id: ID!) { it: deactivateImage(id: $id) { ...Outcome } }', [OUTCOME]),
  reactivate: gql('mutation ($id: ID!) { it: reactivateImage(id: $id) { ...Outcome } }', [OUTCOME]),
};

const admin = as('operators', 'admin');
const owner = as('owner');

onEachDatabase('deactivating an image', (start, place) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await start({ AUTH: 'trusted' });
  });
  const act = async (word: keyof typeof MUTATIONS, id: string, who = admin) =>
    (await run(gateway, MUTATIONS[word], { id }, who)).it;
  const download = (id: string, who = owner) => fetch(`${gateway.url}/data/${id}`, { headers: who });

  test('withholds its data from everybody, and reactivating gives it out again; all else stays', async () => {
    const id = await createActiveImage(gateway, 'data', { name: 'kept', tags: ['kept'] }, owner);
    const { status, checksum, hash } = await act('deactivate', id);
    expect({ status, checksum, hash }).toEqual({
      status: 'deactivated',
      checksum: '8d777f385d3dfec8815d20f7496026dc',
      hash: { algorithm: 'sha512' },
    });
    for (const who of [owner, admin]) {
      const refused = await download(id, who);
      expect(await statusAndCode(refused)).toEqual([403, 'IMAGE_DEACTIVATED']);
    }
    const query = gql('query ($id: ID!) { image(id: $id) { name tags status } }');
    expect((await run(gateway, query, { id }, owner)).image).toEqual({
      name: 'kept',
      tags: ['kept'],
      status: 'deactivated',
    });
    const [{ value }] = await sql<{ value: string }>(
      place,
      `SELECT os_hash_value AS value FROM images WHERE id = '${id}'`,
    );
    const byHash = gql(
      'query ($value: String) { images(filter: { hashValue: { eq: $value } }) { edges { node { id hash { value } } } } }',
    );
    expect((await run(gateway, byHash, { value }, owner)).images.edges).toEqual([
      { node: { id, hash: { value } } },
    ]);
    expect((await act('reactivate', id)).status).toBe('active');
    expect(await (await download(id)).text()).toBe('data');
  });

  test('changes nothing of an image that is so already', async () => {
    const id = await createActiveImage(gateway, 'data', {}, owner);
    expect((await act('reactivate', id)).status).toBe('active');
    await act('deactivate', id);
    expect((await act('deactivate', id)).status).toBe('deactivated');
  });

  test.each(['queued', 'saving', 'killed', 'pending_delete', 'importing'])(
    'is not for an image that is %s',
    async (status) => {
      const id = await createImage(gateway, {}, owner);
      await sql(place, `UPDATE images SET status = '${status}' WHERE id = '${id}'`);
      for (const word of ['deactivate', 'reactivate'] as const) {
        expect(await errorOf(gateway, MUTATIONS[word], { id }, admin)).toMatchObject({
          code: 'IMAGE_NOT_IN_STATUS',
        });
      }
      const [row] = await sql(place, `SELECT status FROM images WHERE id = '${id}'`);
      expect(row.status).toBe(status);
    },
  );

  test('is for administrators, as the rules are shipped, and `permissions` say so', async () => {
    const id = await createActiveImage(gateway, 'data', {}, owner);
    for (const word of ['deactivate', 'reactivate'] as const) {
      expect(await errorOf(gateway, MUTATIONS[word], { id }, owner)).toMatchObject({
        code: 'FORBIDDEN',
        rule: word,
      });
    }
    const query = gql('query ($id: ID!) { image(id: $id) { permissions { canDeactivate canReactivate } } }');
    expect((await run(gateway, query, { id }, owner)).image!.permissions).toEqual({
      canDeactivate: false,
      canReactivate: false,
    });
    expect((await act('deactivate', id)).permissions).toEqual({
      canDownload: false,
      canDeactivate: false,
      canReactivate: true,
    });
    expect((await act('reactivate', id)).permissions).toEqual({
      canDownload: true,
      canDeactivate: true,
      canReactivate: false,
    });
  });

  test('has one winner when many do it at once with deleting', async () => {
    const id = await createActiveImage(gateway, 'data', {}, owner);
    const deletion = gql('mutation ($id: ID!) { it: deleteImage(id: $id) { status } }');
    await Promise.allSettled([
      act('deactivate', id),
      run(gateway, deletion, { id }, owner),
      act('deactivate', id),
    ]);
    const [row] = await sql(place, `SELECT status, deleted FROM images WHERE id = '${id}'`);
    expect([row.status, Number(row.deleted)]).toEqual(['deleted', 1]);
  });
});
