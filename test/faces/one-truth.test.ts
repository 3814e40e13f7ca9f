import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { run } from '../support/client.js';
import { onEachDatabase, type TestGateway } from '../support/gateway.js';
import { gql } from '../support/gql.js';
import { countedAndSummed } from '../support/owner-counters.js';
import { identity, perform } from './one-truth/faces.js';
import { finds, Model, PROPERTY_QUOTA, type Image } from './one-truth/model.js';
import { EVERYBODY, operations, type Operation, type Who } from './one-truth/operations.js';
import {
  expectedHeaders,
  expectedView,
  graphqlView,
  v1Image,
  v1List,
  v1Members,
  type Told,
  type View,
} from './one-truth/told.js';

/** How many sequences of operations, and where they begin: other seeds and more runs look further. */
const RUNS = Number(process.env.ONE_TRUTH_RUNS ?? 8);
const SEED = Number(process.env.ONE_TRUTH_SEED ?? 498930763);

onEachDatabase('version 1 and GraphQL', (start, place) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await start({
      AUTH: 'trusted',
      ALLOW_ANONYMOUS_ACCESS: 'true',
      IMAGE_PROPERTY_QUOTA: String(PROPERTY_QUOTA),
      LOG_LEVEL: 'error',
    });
  });

  test(
    'tell the same of every image to everybody, whatever was done through either',
    async () => {
      await fc.assert(
        fc.asyncProperty(operations, (sequence) => toldAlike(gateway, sequence)),
        { numRuns: RUNS, seed: SEED, interruptAfterTimeLimit: RUNS * 2500, markInterruptAsFailure: false },
      );
      const [counted, summed] = await countedAndSummed(place);
      expect(counted).toEqual(summed);
    },
    60_000 + RUNS * 5000,
  );
});

async function toldAlike(gateway: TestGateway, sequence: readonly Operation[]): Promise<void> {
  const model = new Model();
  try {
    for (const [step, operation] of sequence.entries()) {
      if ('nth' in operation && model.images.length === 0) continue;
      const id = model.imageOf(operation)?.id ?? randomUUID();
      const expected = model.apply(operation, id);
      const { outcome, said } = await perform(gateway, operation, id);
      expect(outcome, `${JSON.stringify(operation)} was answered ${said}`).toBe(expected);
      const views = await Promise.all(EVERYBODY.map((who) => compareLists(gateway, who, model.images)));
      // One by one they are looked at by one caller, another one at each step.
      await Promise.all(
        model.images.map((image, nth) => {
          const at = (step + nth) % EVERYBODY.length;
          return compareOne(gateway, EVERYBODY[at], image, views[at]);
        }),
      );
    }
  } catch (error) {
    await forgetAll(gateway).catch(() => undefined);
    throw error;
  }
  await forgetAll(gateway);
}

/** The same lists, and of every image the same in GraphQL, in version 1, and in the model. */
async function compareLists(gateway: TestGateway, who: Who, images: readonly Image[]): Promise<View> {
  const view = await graphqlView(gateway, who, images);
  expect(untimed(view), `GraphQL to ${who}`).toEqual(expectedView(who, images, 'graphql'));
  const list = await v1List(gateway, who);
  const expected = expectedView(who, images, 'v1').list.map(({ id }) => view.found[id]);
  expect(list, `the list of version 1 to ${who}`).toEqual(expected);
  return view;
}

async function compareOne(gateway: TestGateway, who: Who, image: Image, view: View): Promise<void> {
  const members = await v1Members(gateway, who, image);
  const isThere = finds(who, image) && image.status !== 'deleted';
  expect(members, `the members in version 1 to ${who}`).toEqual(isThere ? view.members[image.id] : null);

  const head = await v1Image(gateway, 'HEAD', who, image);
  expect(head.status, `HEAD of ${image.id} to ${who}`).toBe(finds(who, image) ? 200 : 404);
  if (head.status !== 200) return;
  expect(head.meta, `HEAD to ${who}`).toEqual(expectedHeaders(image, view.found[image.id]!));

  const got = await v1Image(gateway, 'GET', who, image);
  const data = image.data ?? (image.size === 0 ? '' : undefined);
  if (image.status !== 'active' || data === undefined)
    return expect(got.status, 'GET without data').toBe(404);
  // A download has the bytes of the store, also if an administrator wrote another size into the record (contract C10.3).
  const stored = { ...head.meta, 'x-image-meta-size': String(data.length) };
  expect(got, `GET to ${who}`).toEqual({ status: 200, meta: stored, text: data });
}

/** Times are the database's; the model has none. */
function untimed({ list, found, members }: View): View {
  const cut = ({ ...told }: Told) => {
    for (const time of ['createdAt', 'updatedAt', 'deletedAt'] as const) delete told[time];
    return told;
  };
  const entries = Object.entries(found).map(([id, told]) => [id, told && cut(told)]);
  return { list: list.map(cut), found: Object.fromEntries(entries), members };
}

/** The lists of the next sequence are to hold nothing of this one, whatever came of it. */
async function forgetAll(gateway: TestGateway): Promise<void> {
  const all = gql(
    '{ images(first: 1000, filter: { hidden: { in: [true, false] } }) { edges { node { id } } } }',
  );
  const { images } = await run(gateway, all, {}, identity('ops'));
  const forget = gql(
    'mutation ($id: ID!) { updateImage(id: $id, input: { protected: false }) { id } deleteImage(id: $id) { id } }',
  );
  for (const { node } of images.edges) await run(gateway, forget, node, identity('ops'));
}
