import { expect, test } from 'vitest';
import { as, createImage, errorOf, run, sendText } from '../support/client.js';
import { onSqlite } from '../support/gateway.js';
import { gql } from '../support/gql.js';

const IMAGE = gql(`query ($id: ID!) {
  image(id: $id) { ownerTenant { id name domain } members { memberId tenant { id name domain } } }
  viewer { tenants { id name } }
}`);
const TENANTS = gql(`query ($search: String, $first: Int) {
  tenants(search: $search, first: $first) { id name domain }
}`);
const OWNERS = gql('{ owners { edges { node { tenant ownerTenant { id name domain } } } } }');
const SHARE = gql(
  'mutation ($id: ID!) { addImageMember(imageId: $id, input: { memberId: "blue" }) { tenant { id name } } }',
);
const admin = as('operators', 'admin');
const nameless = (id: string) => ({ id, name: null, domain: null });

onSqlite('tenants without a service that knows their names', (start) => {
  test.each(['none', 'trusted'])('have their ids only, under AUTH=%s', async (auth) => {
    const gateway = await start({ AUTH: auth });
    const id = await createImage(gateway, { owner: 'red' }, admin);
    expect((await run(gateway, SHARE, { id }, admin)).addImageMember.tenant).toEqual({
      id: 'blue',
      name: null,
    });
    expect(await run(gateway, IMAGE, { id }, admin)).toEqual({
      image: {
        ownerTenant: nameless('red'),
        members: [{ memberId: 'blue', tenant: nameless('blue') }],
      },
      viewer: { tenants: null },
    });
    const { owners } = await run(gateway, OWNERS, {}, admin);
    expect(owners.edges.map(({ node }) => node.ownerTenant)).toContainEqual(nameless('red'));
    expect((await run(gateway, TENANTS, { search: 'r' }, admin)).tenants).toBeNull();
  });

  test('are null where an image has no owner, and where users own images', async () => {
    const gateway = await start({ AUTH: 'none' });
    const id = await createImage(gateway);
    expect((await run(gateway, IMAGE, { id })).image!.ownerTenant).toBeNull();
    const ofUsers = await start({ AUTH: 'trusted', OWNER_IS_TENANT: 'false' });
    const own = await createImage(ofUsers, {}, as('red'));
    await run(ofUsers, SHARE, { id: own }, as('red'));
    expect((await run(ofUsers, IMAGE, { id: own }, as('red'))).image).toEqual({
      ownerTenant: null,
      members: [{ memberId: 'blue', tenant: null }],
    });
  });

  test('are listed for administrators only, and by arguments of a permitted size', async () => {
    const gateway = await start({ AUTH: 'trusted' });
    expect(await errorOf(gateway, TENANTS, {}, as('red'))).toMatchObject({
      code: 'FORBIDDEN',
      rule: 'context_is_admin',
    });
    for (const first of [-1, 101])
      expect(await errorOf(gateway, TENANTS, { first }, admin)).toMatchObject({
        code: 'BAD_USER_INPUT',
        field: 'first',
      });
    expect(await errorOf(gateway, TENANTS, { search: 'x'.repeat(256) }, admin)).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'search',
    });
  });

  test('cost one for each image that shows one, and ten for a list; the id of a tenant costs nothing', async () => {
    const gateway = await start({ AUTH: 'trusted', QUERY_COST_SHOWN: 'true' });
    for (const [query, cost] of [
      ['{ images(first: 10) { edges { node { ownerTenant { name } } } } }', 21],
      ['{ images(first: 10) { edges { node { members { tenant { name } } } } } }', 31],
      ['{ tenants { name } }', 10],
      ['{ viewer { tenants { name } } }', 10],
      ['{ viewer { tenant } }', 0],
    ] as const) {
      const { extensions } = await sendText(gateway, query, {}, admin);
      expect([query, extensions!.cost.actual]).toEqual([query, cost]);
    }
  });
});
