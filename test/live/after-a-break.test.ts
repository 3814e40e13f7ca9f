import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { as, createImage, run } from '../support/client.js';
import { onEachDatabase, type TestGateway } from '../support/gateway.js';
import { gql } from '../support/gql.js';
import { changesFor } from '../support/live.js';
import { eventually } from '../support/poll.js';
import { sql } from '../support/sql.js';

const RENAME = gql(
  'mutation ($id: ID!, $name: String!) { updateImage(id: $id, input: { name: $name }) { id } }',
);
const DELETE = gql('mutation ($id: ID!) { deleteImage(id: $id) { id } }');
const VISIBILITY = gql(
  'mutation ($id: ID!, $visibility: Visibility!) { updateImage(id: $id, input: { visibility: $visibility }) { id } }',
);

const admin = as('operators', 'admin');
const owner = as('owner');
const stranger = as('stranger');

onEachDatabase('a subscription that goes on after a break', (start, place) => {
  let gateway: TestGateway;
  const open: { end(): void }[] = [];
  beforeAll(async () => {
    gateway = await start({ AUTH: 'trusted' });
  });
  afterEach(() => open.splice(0).forEach((each) => each.end()));

  const watch = async (who: Record<string, string>, variables = {}, on = gateway) => {
    const subscription = await changesFor(on, who, variables);
    open.push(subscription);
    return subscription;
  };
  /** Watches until an image is created, and returns the cursor behind it. */
  const cursorBehind = async (who: Record<string, string>, visibility: 'PUBLIC' | 'SHARED' = 'SHARED') => {
    const before = await watch(who);
    const id = await createImage(gateway, { name: 'first', visibility, owner: 'owner' }, admin);
    const change = await eventually(() => before.changes.find((each) => each.id === id));
    before.end();
    return { id, cursor: change!.cursor };
  };

  test('brings each image that has changed since, once, and none that has not', async () => {
    const { id, cursor } = await cursorBehind(owner);
    const second = await createImage(gateway, { name: 'second' }, owner);
    await run(gateway, RENAME, { id: second, name: 'twice' }, owner);
    await run(gateway, RENAME, { id: second, name: 'thrice' }, owner);
    const after = await watch(owner, { after: cursor });
    await eventually(() => after.changes.some((change) => change.id === second));
    const last = await createImage(gateway, {}, owner);
    await eventually(() => after.changes.some((change) => change.id === last));
    expect(after.changes.map((change) => [change.id, change.kind, change.image?.name])).toEqual([
      [second, 'CREATED', 'thrice'],
      [last, 'CREATED', null],
    ]);
    expect(after.changes.some((change) => change.id === id)).toBe(false);
  });

  test('goes on at another gateway', async () => {
    const { id, cursor } = await cursorBehind(owner);
    await run(gateway, DELETE, { id }, owner);
    const after = await watch(owner, { after: cursor }, await start({ AUTH: 'trusted' }));
    await eventually(() => after.changes.some((change) => change.id === id && change.kind === 'REMOVED'));
  });

  test('tells a stranger that an image was public before, and nothing else of it', async () => {
    const { id, cursor } = await cursorBehind(stranger, 'PUBLIC');
    const hidden = await createImage(gateway, {}, owner);
    await run(gateway, VISIBILITY, { id, visibility: 'PRIVATE' }, admin);
    await run(gateway, RENAME, { id, name: 'secret' }, admin);
    const after = await watch(stranger, { after: cursor });
    await eventually(() => after.changes.some((change) => change.id === id));
    expect(after.changes.filter((change) => change.id === id)).toMatchObject([
      { kind: 'REMOVED', image: null },
    ]);
    expect(after.changes.some((change) => change.id === hidden)).toBe(false);
  });

  test('is refused with a cursor of another caller, of another filter, or made up', async () => {
    const { cursor } = await cursorBehind(owner);
    for (const [who, variables] of [
      [stranger, { after: cursor }],
      [owner, { after: cursor, filter: { name: { eq: 'x' } } }],
      [owner, { after: `${cursor}x` }],
    ] as const) {
      const refused = await watch(who, variables);
      await eventually(() => refused.errors.length > 0);
      expect(refused.errors[0].extensions).toEqual({ code: 'INVALID_CURSOR', field: 'after' });
    }
  });

  test('is refused after more than a week', async () => {
    const { cursor } = await cursorBehind(owner);
    const content = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as unknown[];
    content[2] = '2020-01-01 00:00:00.000000';
    const old = Buffer.from(JSON.stringify(content)).toString('base64url');
    const refused = await watch(owner, { after: old });
    await eventually(() => refused.errors.length > 0);
    expect(refused.errors[0].extensions.code).toBe('CHANGES_EXPIRED');
  });

  test('is refused while the rules or the roles of the caller are others', async () => {
    const PROPERTY_PROTECTION_FILE = join(place.options.DATA_DIR, 'protection');
    const POLICY = join(place.options.DATA_DIR, 'policy.yaml');
    const OPEN = '[.]\ncreate = @\nread = @\n';
    writeFileSync(PROPERTY_PROTECTION_FILE, OPEN);
    writeFileSync(POLICY, '{}');
    const options = { AUTH: 'trusted', PROPERTY_PROTECTION_FILE, POLICY };
    const guarded = await start(options);
    const reader = as('owner', 'reader');
    const before = await watch(reader, {}, guarded);
    const id = await createImage(guarded, {}, reader);
    const { cursor } = (await eventually(() => before.changes.find((change) => change.id === id)))!;
    const goesOn = async (who = reader) => {
      const after = await watch(who, { after: cursor }, guarded);
      const next = await createImage(guarded, {}, owner);
      await eventually(() => after.errors.length > 0 || after.changes.some((change) => change.id === next));
      after.end();
      return after.errors.length > 0 ? after.errors[0].extensions : 'goes on';
    };
    const refused = { code: 'CHANGES_EXPIRED', field: 'after' };

    expect(await goesOn(as('owner', 'writer'))).toEqual(refused);
    for (const [path, text] of [
      [PROPERTY_PROTECTION_FILE, '[.]\ncreate = @\nread = writer\n'],
      [POLICY, 'download_image: role:writer'],
    ]) {
      const same = readFileSync(path, 'utf8');
      writeFileSync(path, text);
      guarded.reload();
      expect(await goesOn()).toEqual(refused);
      writeFileSync(path, same);
      guarded.reload();
      expect(await goesOn()).toBe('goes on');
    }
  });

  test('is told to read the list again when the rules change', async () => {
    const listening = await watch(owner);
    gateway.reload();
    await eventually(() => listening.errors.length > 0);
    expect(listening.errors[0].extensions.code).toBe('CHANGES_EXPIRED');
  });

  test('the sweep forgets former audiences after more than a week', async () => {
    const { id } = await cursorBehind(owner, 'PUBLIC');
    await run(gateway, VISIBILITY, { id, visibility: 'PRIVATE' }, admin);
    const count = async () =>
      (await sql(place, `SELECT id FROM gateway_audiences WHERE image_id = '${id}'`)).length;
    expect(await count()).toBe(1);
    await sql(
      place,
      `UPDATE gateway_audiences SET ended_at = '2020-01-01 00:00:00' WHERE image_id = '${id}'`,
    );
    await start({ AUTH: 'trusted' });
    await eventually(async () => (await count()) === 0);
  });
});
