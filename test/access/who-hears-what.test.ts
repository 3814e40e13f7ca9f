import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createImage, putData, run } from '../support/client.js';
import { onEachDatabase, type TestGateway } from '../support/gateway.js';
import { gql, type VariablesOf } from '../support/gql.js';
import { CHANGES, subscribeTo, type Change } from '../support/live.js';
import { eventually } from '../support/poll.js';
import { sql } from '../support/sql.js';
import { ACCESS, CALLERS, callers, VISIBILITIES, type Caller } from './access-matrix.js';

const KINDS = Object.keys(ACCESS).filter((kind) => kind !== 'a deleted one');
const STATES = ['queued', 'saving', 'active', 'protected', 'deactivated', 'killed'] as const;

/** The phases in the life of every image. The subscribers hear of all of them. */
const PHASES = ['created', 'changed', 'given another audience', 'changed again', 'deleted'] as const;
type Phase = (typeof PHASES)[number];

/** Everybody finds an image without an owner by its id, but only its members have it in their lists. */
const LISTED: Record<string, string> = { "nobody's": '+-++---' };

/** The lists that together hold all that a caller may list, each with the transport by which it is watched. */
const LISTS = [
  { filter: undefined, transport: 'websocket' },
  { filter: { visibility: { eq: 'COMMUNITY' } }, transport: 'sse' },
] as const;

const LIST = gql(`query ($filter: ImageFilterInput) { images(filter: $filter, first: 500) { edges { node {
  id name status visibility owner tags properties { name value } members { memberId status }
} } } }`);
const SHARE = gql(`mutation ($id: ID!) {
  replaceImageMembers(imageId: $id, members: [{ memberId: "sharer", canShare: true }, { memberId: "member" }]) {
    memberId
  }
  sharer: acceptImage(id: $id, memberId: "sharer") { status }
  member: acceptImage(id: $id, memberId: "member") { status }
}`);
const UPDATE = gql(`mutation ($ids: [ID!]!, $input: UpdateImageInput!) {
  updateImages(ids: $ids, input: $input) { error { code } }
}`);
const DEACTIVATE = gql('mutation ($id: ID!) { deactivateImage(id: $id) { id } }');
const DELETE = gql('mutation ($ids: [ID!]!) { deleteImages(ids: $ids) { error { code } } }');

interface Case {
  readonly kind: string;
  readonly state: (typeof STATES)[number];
  /** The kind that the image becomes. Each kind becomes every other one in some state. */
  readonly next: string;
}

interface Subscriber {
  readonly caller: Caller;
  readonly filter: (typeof LISTS)[number]['filter'];
  /** The images that the subscriber has by the changes alone. */
  readonly picture: Map<string, Change['image']>;
  /** Returns the changes that have come. */
  changes(): Change[];
  end(): void;
}

onEachDatabase('a subscriber of images of every kind', (start, place) => {
  const cases: Case[] = KINDS.flatMap((kind, at) =>
    STATES.map((state, nth) => ({ kind, state, next: KINDS[(at + 1 + (nth % 4)) % KINDS.length] })),
  );
  const ids: string[] = [];
  const subscribers: Subscriber[] = [];
  const seen = {} as Record<Phase, { heard: string[]; shown: string[]; wrong: unknown[] }>;
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await start({ AUTH: 'trusted', ALLOW_ANONYMOUS_ACCESS: 'true' });
    for (const caller of callers) for (const list of LISTS) subscribers.push(subscribe(caller, list));
    for (const phase of PHASES) {
      const before = subscribers.map(({ changes }) => changes().length);
      await happen[phase]();
      await everythingHeard();
      seen[phase] = await observed(before);
    }
  });
  afterAll(() => subscribers.forEach((each) => each.end()));

  describe.each(PHASES)('when they are %s', (phase) => {
    test('hears of no image that he may not read', () => {
      const allowed = cases.map((each) => readers(each, phase));
      const trespasses = seen[phase].heard.flatMap((row, at) =>
        callers
          .filter((_, nth) => row[nth] === '+' && allowed[at][nth] !== '+')
          .map((who) => [who, cases[at]]),
      );
      expect(trespasses).toEqual([]);
    });

    test('gets those that he may list, and loses the others', () => {
      const wanted = cases.map((each) => [each, holders(each, phase)]);
      expect(cases.map((each, at) => [each, seen[phase].shown[at]])).toEqual(wanted);
    });

    test('is shown of them what `images` shows to him', () => {
      expect(seen[phase].wrong).toEqual([]);
    });
  });

  const happen: Record<Phase, () => Promise<unknown>> = {
    created: async () => ids.push(...(await Promise.all(cases.map(make)))),
    changed: () => update(ids, { name: 'first' }),
    'given another audience': () =>
      Promise.all(
        KINDS.map((kind) =>
          update(
            ids.filter((_, at) => cases[at].next === kind),
            { visibility: VISIBILITIES[kind] ?? 'SHARED', owner: kind === "nobody's" ? null : 'owner' },
          ),
        ),
      ),
    'changed again': () => update(ids, { name: 'second', protected: false }),
    deleted: async () => {
      const { deleteImages } = await run(gateway, DELETE, { ids }, CALLERS.admin);
      expect(deleteImages.filter(({ error }) => error)).toEqual([]);
    },
  };

  async function make({ kind, state }: Case): Promise<string> {
    const input = {
      visibility: VISIBILITIES[kind] ?? 'SHARED',
      owner: kind === "nobody's" ? null : 'owner',
      diskFormat: 'raw',
      containerFormat: 'bare',
      protected: state === 'protected',
    };
    const id = await createImage(gateway, input, CALLERS.admin);
    if (['active', 'protected', 'deactivated'].includes(state))
      await putData(gateway, id, 'data', CALLERS.admin);
    if (state === 'deactivated') await run(gateway, DEACTIVATE, { id }, CALLERS.admin);
    if (['saving', 'killed'].includes(state))
      await sql(place, `UPDATE images SET status = '${state}' WHERE id = '${id}'`);
    await run(gateway, SHARE, { id }, CALLERS.admin);
    return id;
  }

  async function update(some: string[], input: VariablesOf<typeof UPDATE>['input']): Promise<void> {
    const { updateImages } = await run(gateway, UPDATE, { ids: some, input }, CALLERS.admin);
    expect(updateImages.filter(({ error }) => error)).toEqual([]);
  }

  function subscribe(caller: Caller, { filter, transport }: (typeof LISTS)[number]): Subscriber {
    const headers: Record<string, string> = CALLERS[caller];
    const { results, end } = subscribeTo(gateway, CHANGES, { variables: { filter }, headers, transport });
    const changes = () => results.map(({ imageChanged }) => imageChanged);
    return { caller, filter, picture: new Map(), changes, end };
  }

  /** Waits for a public image, which comes to everybody behind all changes until now. */
  async function everythingHeard(): Promise<void> {
    const id = await createImage(gateway, { visibility: 'PUBLIC' }, CALLERS.admin);
    for (const { changes } of subscribers)
      await eventually(() => changes().some((change) => change.id === id));
  }

  async function observed(before: readonly number[]) {
    const news = subscribers.map(({ changes }, nth) => changes().slice(before[nth]));
    subscribers.forEach(({ picture }, nth) => {
      for (const { id, image } of news[nth]) {
        if (image) picture.set(id, image);
        else picture.delete(id);
      }
    });
    const row = (isOne: (subscriber: Subscriber, nth: number) => boolean) =>
      callers
        .map((who) => (subscribers.some((each, nth) => each.caller === who && isOne(each, nth)) ? '+' : '-'))
        .join('');
    return {
      heard: ids.map((id) => row((_, nth) => news[nth].some((change) => change.id === id))),
      shown: ids.map((id) => row(({ picture }) => picture.has(id))),
      wrong: (await Promise.all(subscribers.map(differences))).flat(),
    };
  }

  /** Returns the images that a picture shows otherwise than the list. */
  async function differences({ caller, filter, picture }: Subscriber) {
    const { images } = await run(gateway, LIST, { filter }, CALLERS[caller]);
    const list = new Map(images.edges.map(({ node }) => [node.id, node]));
    return [...new Set([...list.keys(), ...picture.keys()])]
      .filter((id) => !isDeepStrictEqual(list.get(id), picture.get(id)))
      .map((id) => ({ caller, filter, listed: list.get(id), pictured: picture.get(id) }));
  }
});

/** Returns the row of the callers who may hear of an image in a phase: those who may read it before or after. */
function readers({ kind, next }: Case, phase: Phase): string {
  const [before, after] = [ACCESS[kind].read, ACCESS[next].read];
  if (phase === 'created' || phase === 'changed') return before;
  if (phase === 'given another audience')
    return [...before].map((may, at) => (may === '+' ? may : after[at])).join('');
  return after;
}

/** Returns the row of the callers who have an image in a list after a phase. */
function holders({ kind, next }: Case, phase: Phase): string {
  if (phase === 'deleted') return '-------';
  const now = phase === 'created' || phase === 'changed' ? kind : next;
  return LISTED[now] ?? ACCESS[now].read;
}
