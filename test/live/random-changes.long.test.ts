import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { as, graphql, run } from '../support/client.js';
import { onEachDatabase, type TestGateway } from '../support/gateway.js';
import { gql } from '../support/gql.js';
import { eventually } from '../support/poll.js';
import { differences, follower, type Follower } from './follower.js';
import { numbers } from '../support/random.js';

const CHANGES_IN_ALL = Number(process.env.CHANGES ?? 500);
const SEED = Number(process.env.CHANGES_SEED ?? Date.now() % 2 ** 31);

const CREATE = gql('mutation ($input: CreateImageInput!) { createImage(input: $input) { id } }');
const UPDATE = gql(
  'mutation ($id: ID!, $input: UpdateImageInput!) { updateImage(id: $id, input: $input) { id } }',
);
const DELETE = gql('mutation ($id: ID!) { deleteImage(id: $id) { id } }');
const ADD = gql(
  'mutation ($id: ID!, $m: ID!) { addImageMember(imageId: $id, input: { memberId: $m }) { memberId } }',
);
const REMOVE = gql(
  'mutation ($id: ID!, $m: ID!) { removeImageMember(imageId: $id, memberId: $m) { memberId } }',
);
const ACCEPT = gql('mutation ($id: ID!, $m: ID) { acceptImage(id: $id, memberId: $m) { memberId } }');
const REJECT = gql('mutation ($id: ID!, $m: ID) { rejectImage(id: $id, memberId: $m) { memberId } }');
const TAG = gql('mutation ($id: ID!, $tag: String!) { addImageTag(imageId: $id, tag: $tag) { id } }');
const admin = as('operators', 'admin');
const SUBSCRIBERS = {
  'an administrator': { who: admin, filter: undefined },
  'an owner': { who: as('owner'), filter: undefined },
  'another owner': { who: as('rival'), filter: undefined },
  'a member': { who: as('guest'), filter: undefined },
  'a stranger': { who: as('stranger'), filter: undefined },
  'an administrator with a filter': {
    who: admin,
    filter: { name: { startsWith: 'a' }, visibility: { ne: 'PRIVATE' } },
  },
} as const;

onEachDatabase(`after ${CHANGES_IN_ALL} random changes by two gateways (CHANGES_SEED=${SEED})`, (start) => {
  const below = numbers(SEED);
  const random = () => below(1_000_000) / 1_000_000;
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)];
  let gateways: TestGateway[];
  let followers: Follower[];
  beforeAll(async () => {
    gateways = [await start({ AUTH: 'trusted' }), await start({ AUTH: 'trusted' })];
    const choose = () => ({ gateway: pick(gateways), transport: pick(['websocket', 'sse'] as const) });
    followers = Object.entries(SUBSCRIBERS).map(([name, { who, filter }]) =>
      follower(name, who, filter, choose),
    );
    for (const each of followers) await each.connect();
    await work();
  }, 600_000);
  afterAll(() => followers.forEach((each) => each.break()));

  describe.each(Object.keys(SUBSCRIBERS))('the picture of %s', (name) => {
    test('is the list as it is now', async () => {
      const client = followers.find((each) => each.name === name)!;
      const wanted = await client.list();
      await eventually(
        () => differences(client.picture, wanted),
        (different) => different === 0,
        10,
      ).catch(() => undefined);
      expect(client.failure).toBeUndefined();
      expect(Object.fromEntries(client.picture)).toEqual(Object.fromEntries(wanted));
      expect([wanted.size > 0, client.expired]).toEqual([true, 0]);
    });

    test('was never told of an image that the caller could not have seen', () => {
      const { name: who, heard } = followers.find((each) => each.name === name)!;
      if (who.startsWith('an administrator')) return;
      expect([...heard].filter((id) => hidden.has(id))).toEqual([]);
    });
  });

  /** Images that only their owner and administrators have ever seen. */
  const hidden = new Set<string>();

  async function work(): Promise<void> {
    const images: string[] = [];
    for (let done = 0; done < CHANGES_IN_ALL; done += 10) {
      await Promise.all(Array.from({ length: 10 }, () => change(images)));
      if (done % 100 === 0) for (const each of followers) if (random() < 0.3) await reconnect(each, images);
    }
    // Private from the start, and changed often: nobody else may hear of it.
    for (let n = 0; n < 5; n += 1) {
      const input = { visibility: 'PRIVATE', owner: 'nobody', name: 'secret' } as const;
      const { id } = (await run(gateways[0], CREATE, { input }, admin)).createImage;
      hidden.add(id);
      await run(gateways[1], UPDATE, { id, input: { name: `secret ${n}` } }, admin);
      await run(gateways[0], DELETE, { id }, admin);
    }
  }

  /** Breaks a connection. Some breaks are long enough for changes. */
  async function reconnect(client: Follower, images: string[]): Promise<void> {
    client.break();
    if (random() < 0.5) for (let n = 0; n < 10; n += 1) await change(images);
    await client.connect();
  }

  /** Makes one change. A refusal, as of a second deletion, changes nothing. */
  async function change(images: string[]): Promise<void> {
    const on = pick(gateways);
    const id = pick(images);
    const m = pick(['guest', 'rival']);
    const dice = random();
    if (!id || dice < 0.15) {
      const input = { name: `${pick(['a', 'b'])}${images.length}`, owner: pick(['owner', 'rival']) };
      const created = await graphql(on, CREATE, { input: { ...input, visibility: visibility() } }, admin);
      if (created.data) images.push(created.data.createImage.id);
    } else if (dice < 0.3)
      await graphql(on, UPDATE, { id, input: { name: `${pick(['a', 'b'])}${done()}` } }, admin);
    else if (dice < 0.42) await graphql(on, UPDATE, { id, input: { visibility: visibility() } }, admin);
    else if (dice < 0.5) await graphql(on, UPDATE, { id, input: { owner: pick(['owner', 'rival']) } }, admin);
    else if (dice < 0.55) await graphql(on, UPDATE, { id, input: { hidden: random() < 0.3 } }, admin);
    else if (dice < 0.65) await graphql(on, ADD, { id, m }, admin);
    else if (dice < 0.75) await graphql(on, ACCEPT, { id, m }, admin);
    else if (dice < 0.8) await graphql(on, REJECT, { id, m }, admin);
    else if (dice < 0.85) await graphql(on, REMOVE, { id, m }, admin);
    else if (dice < 0.93) await graphql(on, TAG, { id, tag: `t${Math.floor(random() * 20)}` }, admin);
    else await graphql(on, DELETE, { id }, admin);
  }

  let counted = 0;
  const done = () => (counted += 1);
  const visibility = () => pick(['PUBLIC', 'SHARED', 'SHARED', 'PRIVATE', 'COMMUNITY'] as const);
});
