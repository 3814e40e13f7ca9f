import { beforeAll, expect, test } from 'vitest';
import { run } from '../support/client.js';
import { onEachDatabase, type TestGateway } from '../support/gateway.js';
import { gql } from '../support/gql.js';

const CREATE = gql('mutation ($input: CreateImageInput!) { createImage(input: $input) { id } }');
const PAGE = gql(`query ($first: Int!, $sort: [ImageSort!]) {
  images(first: $first, sort: $sort) { edges { node { name properties { name value } } } pageInfo { hasNextPage } }
}`);
const NAME = gql('query ($id: ID!) { image(id: $id) { name properties { name value } } }');

/** In the order of the database. */
const NAMES = ['a', 'a ', 'b', 'Ａ', '\uffdc'];
const FEW = 2;
const MANY = 120;

onEachDatabase('a page of images with their properties', (start) => {
  let gateway: TestGateway;
  const ids: string[] = [];
  beforeAll(async () => {
    gateway = await start();
    for (const [index, name] of [...NAMES].reverse().entries()) {
      const properties = propertiesOf(index === 0 ? 0 : FEW);
      ids.unshift((await run(gateway, CREATE, { input: { name, properties } })).createImage.id);
    }
  });

  test('has the images and the properties in the order of the database', async () => {
    const { images } = await run(gateway, PAGE, { first: 10, sort: [{ key: 'NAME', direction: 'ASC' }] });
    const found = images.edges.map(({ node }) => node);
    expect(found.map(({ name }) => name)).toEqual(NAMES);
    expect(found).toEqual(await oneByOne());
  });

  test('goes on after its last image, which has no properties', async () => {
    const sort = [{ key: 'NAME' as const, direction: 'DESC' as const }];
    const { images } = await run(gateway, PAGE, { first: 1, sort });
    expect(images.edges[0].node).toEqual({ name: '\uffdc', properties: [] });
    expect(images.pageInfo.hasNextPage).toBe(true);
  });

  test('is whole when its images have very many properties', async () => {
    for (const name of NAMES) await run(gateway, CREATE, { input: { name, properties: propertiesOf(MANY) } });
    for (let again = 0; again < 3; again += 1) {
      const { images } = await run(gateway, PAGE, { first: NAMES.length, sort: [] });
      expect(images.edges.map(({ node }) => node.properties)).toEqual(NAMES.map(() => sorted(MANY)));
    }
  });

  async function oneByOne() {
    const found = [];
    for (const id of ids) found.push((await run(gateway, NAME, { id })).image);
    return found;
  }
});

function propertiesOf(count: number) {
  const texts = ['\uffdc', 'Ａ', 'b', 'C', ...Array.from({ length: MANY }, (_, n) => `p${n}`)];
  return texts.slice(0, count).map((name) => ({ name, value: `value of ${name}` }));
}

function sorted(count: number) {
  return propertiesOf(count).sort((one, other) =>
    Buffer.compare(Buffer.from(one.name), Buffer.from(other.name)),
  );
}
