import { randomUUID } from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';
import { createImage, errorOf, putData, run } from '../support/client.js';
import { onEachDatabase, type TestGateway } from '../support/gateway.js';
import { gql } from '../support/gql.js';
import { beginUpload, offsetOf, sendPart } from '../support/tus.js';
import { meta, v1, v1Image } from '../support/v1-client.js';

const FORMATS = { diskFormat: 'raw', containerFormat: 'bare' };
const CREATE = gql('mutation ($id: ID!) { createImage(input: { id: $id }) { id } }');
const DELETE = gql('mutation ($id: ID!) { deleteImage(id: $id) { id } }');

/** An id that has letters, in each case. */
function twoCases(): [lower: string, upper: string] {
  const id = `abcdef01${randomUUID().slice(8)}`;
  return [id, id.toUpperCase()];
}

onEachDatabase('ids of images are unique without regard to letter case', (start) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await start();
  });

  const createdBy = async (id: string) =>
    (await v1(gateway, 'POST', '/v1/images', meta({ id, name: 'again' }))).status;

  test.each(['small letters', 'capitals'])(
    'an id in %s counts as used in the other case too',
    async (first) => {
      const [id, other] = first === 'capitals' ? twoCases().reverse() : twoCases();
      expect((await v1Image(gateway, { id, name: 'first' })).id).toBe(id);
      expect(await createdBy(other)).toBe(409);
      expect((await errorOf(gateway, CREATE, { id: other })).code).toBe('IMAGE_ID_TAKEN');
      await run(gateway, DELETE, { id: other });
      expect(await createdBy(other)).toBe(409);
      expect((await errorOf(gateway, CREATE, { id: other })).code).toBe('IMAGE_ID_TAKEN');
    },
  );

  test('one of two images made at once with an id in both cases is refused', async () => {
    const statuses = await Promise.all(twoCases().map(createdBy));
    expect(statuses.sort()).toEqual([201, 409]);
  });

  test('every face finds an image by its id in the other case, and shows its own', async () => {
    const [id, other] = twoCases();
    await v1Image(gateway, { id, name: 'cased' }, 'data');
    const head = await v1(gateway, 'HEAD', `/v1/images/${other}`);
    expect([head.status, head.headers['X-Image-Meta-Id']]).toEqual([200, id]);
    expect((await v1(gateway, 'GET', `/v1/images/${other}`)).text).toBe('data');
    expect((await v1(gateway, 'PUT', `/v1/images/${other}`, meta({ name: 'new' }))).json().image.id).toBe(id);
    expect((await v1(gateway, 'GET', `/v1/images?marker=${other}`)).status).toBe(200);
    const members = `/v1/images/${other}/members`;
    expect((await v1(gateway, 'PUT', `${members}/t9`)).status).toBe(204);
    expect((await v1(gateway, 'GET', members)).json().members).toEqual([
      { member_id: 't9', can_share: false },
    ]);
    const { node } = await run(gateway, gql('query ($id: ID!) { node(id: $id) { id } }'), {
      id: `${other}:t9`,
    });
    expect(node).toEqual({ id: `${id}:t9` });
    const query = gql('query ($id: ID!) { image(id: $id) { id name downloadUrl } }');
    const { image } = await run(gateway, query, { id: other });
    expect(image).toMatchObject({ id, name: 'new' });
    expect(await (await fetch(`${gateway.url}/data/${other}`)).text()).toBe('data');
    const link = new URL(image!.downloadUrl!, gateway.url).href.replace(id, other);
    expect(await (await fetch(link)).text()).toBe('data');
    expect((await v1(gateway, 'DELETE', `/v1/images/${other}`)).status).toBe(200);
    expect((await v1(gateway, 'HEAD', `/v1/images/${id}`)).headers['X-Image-Meta-Deleted']).toBe('True');
  });

  test('a filter by id finds or excludes an image by its id in the other case', async () => {
    const [id, other] = twoCases();
    await createImage(gateway, { id, name: id });
    const query = gql('query ($f: ImageFilterInput) { images(filter: $f) { edges { node { id } } } }');
    const found = async (asked: object) =>
      (await run(gateway, query, { f: { name: { eq: id }, id: asked } })).images.edges.length;
    expect(await found({ eq: other })).toBe(1);
    expect(await found({ in: ['x', other] })).toBe(1);
    expect(await found({ ne: other })).toBe(0);
    expect(await found({ notIn: [other, 'x'] })).toBe(0);
    expect(await found({ eq: `${other.slice(1)}0` })).toBe(0);
  });

  test('of two uploads to an image, each by another case of its id, one wins', async () => {
    const [id, other] = twoCases();
    await createImage(gateway, { id, ...FORMATS });
    const answers = await Promise.all([putData(gateway, id, 'one'), putData(gateway, other, 'two')]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  });

  test('a resumable upload goes on, and is kept, by the id in either case', async () => {
    const [id, other] = twoCases();
    await createImage(gateway, { id, ...FORMATS });
    const begun = await beginUpload(gateway, other, { 'upload-length': '8' });
    const url = begun.headers.get('location')!;
    expect((await sendPart(url, 0, 'half')).status).toBe(204);
    // At its start a server removes uploads whose image does not wait for data.
    const next = await start();
    await next.close();
    const elsewhere = url.replace(other, id);
    expect(await offsetOf(elsewhere)).toBe('4');
    expect((await sendPart(elsewhere, 4, 'full')).status).toBe(204);
    expect((await v1(gateway, 'GET', `/v1/images/${other}`)).text).toBe('halffull');
  });
});
