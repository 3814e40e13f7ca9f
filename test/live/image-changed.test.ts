import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { as, createActiveImage, createImage, run } from '../support/client.js';
import { onEachDatabase, type TestGateway } from '../support/gateway.js';
import { gql } from '../support/gql.js';
import { changesFor, type Change, type Transport } from '../support/live.js';
import { eventually } from '../support/poll.js';

const UPDATE = gql(
  'mutation ($id: ID!, $input: UpdateImageInput!) { updateImage(id: $id, input: $input) { id } }',
);
const DELETE = gql('mutation ($id: ID!) { deleteImage(id: $id) { id } }');
const SHARE = gql(
  'mutation ($id: ID!) { addImageMember(imageId: $id, input: { memberId: "guest" }) { memberId } }',
);
const UNSHARE = gql(
  'mutation ($id: ID!) { removeImageMember(imageId: $id, memberId: "guest") { memberId } }',
);
const ACCEPT = gql('mutation ($id: ID!) { acceptImage(id: $id) { memberId } }');
const REJECT = gql('mutation ($id: ID!) { rejectImage(id: $id) { memberId } }');
const TAG = gql('mutation ($id: ID!) { addImageTag(imageId: $id, tag: "new") { id } }');

const admin = as('operators', 'admin');
const owner = as('owner');
const guest = as('guest');
const stranger = as('stranger');

onEachDatabase('a list of images that is watched', (start) => {
  let gateway: TestGateway;
  const open: { end(): void }[] = [];
  beforeAll(async () => {
    gateway = await start({ AUTH: 'trusted' });
  });
  afterEach(() => open.splice(0).forEach((each) => each.end()));

  const watch = async (who: Record<string, string>, variables = {}, transport?: Transport) => {
    const subscription = await changesFor(gateway, who, variables, transport);
    open.push(subscription);
    return {
      subscription,
      /** Returns the changes of an image once the last one is as wanted. */
      until: (id: string, wanted: Partial<Change>) =>
        eventually(
          () => subscription.changes.filter((change) => change.id === id),
          (changes) =>
            Object.entries(wanted).every(([name, value]) => changes.at(-1)?.[name as 'kind'] === value),
        ),
      of: (id: string) => subscription.changes.filter((change) => change.id === id),
    };
  };

  describe.each(['websocket', 'sse'] as const)('over %s', (transport) => {
    test('shows an image that is created, changed and deleted', async () => {
      const mine = await watch(owner, {}, transport);
      const id = await createImage(gateway, { name: 'one' }, owner);
      const [created] = await mine.until(id, { kind: 'CREATED' });
      expect(created.image).toMatchObject({ id, name: 'one', status: 'queued' });
      await run(gateway, UPDATE, { id, input: { name: 'two' } }, owner);
      const updated = (await mine.until(id, { kind: 'UPDATED' })).at(-1)!;
      expect(updated.image).toMatchObject({ name: 'two' });
      await run(gateway, DELETE, { id }, owner);
      expect((await mine.until(id, { kind: 'REMOVED' })).at(-1)!.image).toBeNull();
    });
  });

  test('shows the status while data arrives', async () => {
    const mine = await watch(owner);
    const id = await createActiveImage(gateway, 'data', {}, owner);
    await eventually(() => mine.of(id).at(-1)?.image?.status === 'active');
  });

  test('shows new tags, properties and members', async () => {
    const id = await createImage(gateway, {}, owner);
    const mine = await watch(owner);
    await run(gateway, TAG, { id }, owner);
    await eventually(() => mine.of(id).at(-1)?.image?.tags.includes('new'));
    await run(gateway, UPDATE, { id, input: { properties: { set: [{ name: 'os', value: 'x' }] } } }, owner);
    await eventually(() =>
      mine
        .of(id)
        .at(-1)
        ?.image?.properties.some(({ name }) => name === 'os'),
    );
    await run(gateway, SHARE, { id }, owner);
    await eventually(() =>
      mine
        .of(id)
        .at(-1)
        ?.image?.members.some(({ memberId }) => memberId === 'guest'),
    );
  });

  test('gains an image when it is accepted, and loses it when it is rejected', async () => {
    const id = await createImage(gateway, {}, owner);
    const theirs = await watch(guest);
    await run(gateway, SHARE, { id }, owner);
    await run(gateway, ACCEPT, { id }, guest);
    await theirs.until(id, { kind: 'UPDATED' });
    await run(gateway, REJECT, { id }, guest);
    await theirs.until(id, { kind: 'REMOVED' });
  });

  test('loses an image when its member is removed', async () => {
    const id = await createImage(gateway, {}, owner);
    await run(gateway, SHARE, { id }, owner);
    await run(gateway, ACCEPT, { id }, guest);
    const theirs = await watch(guest);
    await run(gateway, UNSHARE, { id }, owner);
    await theirs.until(id, { kind: 'REMOVED' });
  });

  test('loses an image that is public no longer, and hears nothing of it afterwards', async () => {
    const id = await createImage(gateway, { visibility: 'PUBLIC', owner: 'owner' }, admin);
    const theirs = await watch(stranger);
    const all = await watch(admin);
    await run(gateway, UPDATE, { id, input: { visibility: 'PRIVATE' } }, admin);
    await theirs.until(id, { kind: 'REMOVED' });
    await run(gateway, UPDATE, { id, input: { name: 'secret' } }, admin);
    await eventually(() => all.of(id).at(-1)?.image?.name === 'secret');
    expect(theirs.of(id).filter(({ kind }) => kind === 'REMOVED')).toHaveLength(1);
    expect(theirs.of(id).at(-1)!.kind).toBe('REMOVED');
  });

  test('loses an image that gets another owner', async () => {
    const id = await createImage(gateway, {}, owner);
    const mine = await watch(owner);
    await run(gateway, UPDATE, { id, input: { owner: 'somebody' } }, admin);
    await mine.until(id, { kind: 'REMOVED' });
  });

  test('loses an image that does not pass the filter any more, and gains it when it passes', async () => {
    const mine = await watch(owner, { filter: { name: { startsWith: 'live' } } });
    const id = await createImage(gateway, { name: 'live one' }, owner);
    await mine.until(id, { kind: 'CREATED' });
    await run(gateway, UPDATE, { id, input: { name: 'another' } }, owner);
    await mine.until(id, { kind: 'REMOVED' });
    await run(gateway, UPDATE, { id, input: { name: 'live again' } }, owner);
    await mine.until(id, { kind: 'UPDATED' });
  });

  test('never shows images of others', async () => {
    const theirs = await watch(stranger);
    const all = await watch(admin);
    const id = await createImage(gateway, {}, owner);
    await run(gateway, UPDATE, { id, input: { name: 'private' } }, owner);
    await run(gateway, SHARE, { id }, owner);
    await run(gateway, DELETE, { id }, owner);
    await all.until(id, { kind: 'REMOVED' });
    expect(theirs.of(id)).toEqual([]);
  });

  test('shows another member nothing of the other members', async () => {
    const id = await createImage(gateway, {}, owner);
    await run(gateway, SHARE, { id }, owner);
    await run(gateway, ACCEPT, { id }, guest);
    const other = gql(
      'mutation ($id: ID!) { addImageMember(imageId: $id, input: { memberId: "rival" }) { memberId } }',
    );
    const theirs = await watch(guest);
    await run(gateway, other, { id }, owner);
    const change = (await theirs.until(id, { kind: 'UPDATED' })).at(-1)!;
    expect(change.image!.members).toEqual([{ memberId: 'guest', status: 'accepted' }]);
  });

  test('hears what another gateway changes', async () => {
    const other = await start({ AUTH: 'trusted' });
    const mine = await watch(owner);
    const id = await createImage(other, { name: 'elsewhere' }, owner);
    await mine.until(id, { kind: 'CREATED' });
  });
});
