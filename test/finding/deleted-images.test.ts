import { beforeAll, expect, test } from 'vitest';
import { as, createImage, errorOf, run } from '../support/client.js';
import { onEachDatabase, type TestGateway } from '../support/gateway.js';
import { gql, type ResultOf, type VariablesOf } from '../support/gql.js';

const admin = as('operators', 'admin');
const LIST = gql(`query ($filter: ImageFilterInput, $first: Int, $after: String, $all: Boolean) {
  images(filter: $filter, first: $first, after: $after, includeDeleted: $all, sort: { key: NAME, direction: ASC }) {
    totalCount edges { cursor node { name status deletedAt } } } }`);

onEachDatabase('a list with deleted images', (start) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await start({ AUTH: 'trusted' });
    for (const name of ['a', 'b', 'c', 'd']) {
      const id = await createImage(gateway, { name }, as('owner'));
      if (name === 'b' || name === 'd')
        await run(gateway, gql('mutation ($id: ID!) { deleteImage(id: $id) { id } }'), { id }, as('owner'));
    }
  });
  const list = async (variables: VariablesOf<typeof LIST>, who = admin) =>
    (await run(gateway, LIST, variables, who)).images;
  const names = (images: ResultOf<typeof LIST>['images']) => images.edges.map((edge) => edge.node.name);

  test('is shown to administrators who ask for it', async () => {
    const images = await list({ all: true });
    expect([names(images), images.totalCount]).toEqual([['a', 'b', 'c', 'd'], 4]);
    expect(images.edges[1].node).toEqual({ name: 'b', status: 'deleted', deletedAt: expect.any(String) });
  });

  test('is not shown to administrators who do not ask for it', async () => {
    for (const all of [false, null]) expect(names(await list({ all }))).toEqual(['a', 'c']);
  });

  test('is paged and filtered like any other', async () => {
    const { edges } = await list({ all: true, first: 2 });
    expect(names(await list({ all: true, first: 2, after: edges[1].cursor }))).toEqual(['c', 'd']);
    const deleted = { deletedAt: { isNull: false } };
    expect(names(await list({ all: true, filter: deleted }))).toEqual(['b', 'd']);
    expect(names(await list({ all: true, filter: { status: { eq: 'deleted' } } }))).toEqual(['b', 'd']);
    expect(names(await list({ filter: deleted }))).toEqual([]);
  });

  test('is refused to others', async () => {
    expect(await errorOf(gateway, LIST, { all: true }, as('owner'))).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'includeDeleted',
    });
    expect(names(await list({ all: false }, as('owner')))).toEqual(['a', 'c']);
  });
});
