import { beforeAll, expect, test } from 'vitest';
import { as, createImage, graphql, run } from '../support/client.js';
import { onEachDatabase, type TestGateway } from '../support/gateway.js';
import { gql } from '../support/gql.js';

/** A text as the bytes of a header, which `fetch` takes as Latin-1. */
const bytes = (text: string) => Buffer.from(text).toString('latin1');

onEachDatabase('images belong to the tenant whose name is exactly the same', (start) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await start({ AUTH: 'trusted' });
  });

  test.each([
    ['in letter case', 'tenant', 'Tenant'],
    ['in an accent', bytes('tenant-e'), bytes('tenant-é')],
    ['in how an accent is written', bytes('\u00e9'), bytes('e\u0301')],
    ['in bytes that are not UTF-8', 'tenant-\xff', 'tenant-\xfe'],
    ['in SQL', "tenant' OR '1'='1", 'tenant'],
    ['after 254 characters', `${'t'.repeat(254)}a`, `${'t'.repeat(254)}b`],
  ])('and not to a tenant whose name differs %s', async (_, tenant, other) => {
    const made = await graphql(gateway, gql('mutation { createImage(input: {}) { id } }'), {}, as(tenant));
    expect(made.errors ?? []).toEqual([]);
    const { id } = made.data!.createImage;
    const query = gql(
      'query ($id: ID!) { image(id: $id) { id } images(filter: { id: { eq: $id } }) { edges { node { id } } } }',
    );
    expect(await run(gateway, query, { id }, as(tenant))).toEqual({
      image: { id },
      images: { edges: [{ node: { id } }] },
    });
    expect(await run(gateway, query, { id }, as(other))).toEqual({ image: null, images: { edges: [] } });
  });

  test('a name of more than 255 characters is refused, because it does not fit into an image', async () => {
    const { errors } = await graphql(gateway, gql('{ viewer { tenant } }'), {}, as('t'.repeat(256)));
    expect(errors?.[0].extensions.code).toBe('UNAUTHENTICATED');
  });

  test('a tenant whose name has characters of four bytes can read, and cannot create images (C8.11)', async () => {
    const disc = as(bytes('tenant-💿'));
    const { errors } = await graphql(gateway, gql('mutation { createImage(input: {}) { id } }'), {}, disc);
    expect(errors?.[0].extensions).toMatchObject({ code: 'BAD_USER_INPUT', field: 'input.owner' });
    const id = await createImage(gateway, {}, as('tenant-'));
    expect(
      (await run(gateway, gql('query ($id: ID!) { image(id: $id) { id } }'), { id }, disc)).image,
    ).toBeNull();
  });

  test('names are UTF-8 (C1.8)', async () => {
    const id = await createImage(gateway, {}, as(bytes('租户-größe')));
    const query = gql('query ($id: ID!) { image(id: $id) { owner } viewer { tenant } }');
    expect(await run(gateway, query, { id }, as(bytes('租户-größe')))).toEqual({
      image: { owner: '租户-größe' },
      viewer: { tenant: '租户-größe' },
    });
  });
});
