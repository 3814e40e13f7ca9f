import { randomUUID } from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';
import { ERRORS, type ErrorCode } from '../../src/image/errors.js';
import { createImage, graphql, putData, run } from '../support/client.js';
import { onSqlite, type TestGateway } from '../support/gateway.js';
import { gql } from '../support/gql.js';
import { sql } from '../support/sql.js';
import { meta, v1 } from '../support/v1-client.js';
import { ACCESS, CALLERS, callers, VISIBILITIES, type Caller } from './access-matrix.js';

const ACTIONS = [
  'read',
  'download',
  'update',
  'tag',
  'upload',
  'delete',
  'share',
  'accept',
  'deactivate',
  'reactivate',
  'import',
  'cancel',
] as const;
type Action = (typeof ACTIONS)[number];

/** `+` done · `-` there is no such image, or nothing to be had of it · `x` refused · `?` who are you? */
type Outcome = '+' | '-' | 'x' | '?';

/** The outcome of an action that the access matrix allows, for each status of the image (contract C10, C13, C14). */
const STATES: Record<string, Record<Action, Outcome>> = {
  queued: states('+-++++++xx+x'),
  /** An image that is `saving` here is imported. */
  saving: states('+-++x+++xxx+'),
  active: states('++++x+++++xx'),
  protected: states('++++xx++++xx'),
  deactivated: states('+x++x+++++xx'),
  killed: states('+-++x+++xxxx'),
  deleted: states('+-xxx---xxxx'),
};

/** One outcome for each action, in the order of ACTIONS. */
function states(outcomes: string): Record<Action, Outcome> {
  return Object.fromEntries(ACTIONS.map((action, index) => [action, outcomes[index]])) as Record<
    Action,
    Outcome
  >;
}

/** The actions that version 1 has. */
const IN_V1 = ['read', 'download', 'update', 'upload', 'delete', 'share'] as const;
type V1Action = (typeof IN_V1)[number];

/**
 * The cells in which version 1 answers otherwise than GraphQL, and the clause that has it so: who may not share is
 * told that there is no such image; and an image's state is told to all who see it, whether or not they may fill it.
 */
const ONLY_IN_V1: Record<'C18.6' | 'C12.6', (cell: Cell) => Outcome | false> = {
  'C18.6': ({ action, caller, outcome }) =>
    action === 'share' && outcome === 'x' && caller !== 'anonymous' && '-',
  'C12.6': ({ action, state, sees, outcome }) =>
    action === 'upload' && outcome === '-' && sees && state !== 'queued' && 'x',
};

interface Cell {
  action: V1Action;
  state: string;
  caller: Caller;
  /** The caller is one of those to whom the image is there. */
  sees: boolean;
  outcome: Outcome;
}

function expected(kind: string, state: string): Record<Action, string> {
  const row = (action: Action) => {
    // Protection is looked at before rights: everybody who sees the image is told of it (contract C13.2).
    if (action === 'delete' && state === 'protected') {
      return [...ACCESS[kind].read]
        .map((sees, at) => (sees === '+' ? 'x' : ACCESS[kind].change[at]))
        .join('');
    }
    const access = accessTo(kind, action);
    return [...access].map((outcome) => (outcome === '+' ? STATES[state][action] : outcome)).join('');
  };
  return Object.fromEntries(ACTIONS.map((action) => [action, row(action)])) as Record<Action, string>;
}

function expectedInV1(kind: string, state: string): Record<V1Action, string> {
  const all = expected(kind, state);
  const row = (action: V1Action) =>
    callers.map((caller, at): Outcome => {
      const outcome = all[action][at] as Outcome;
      const cell = { action, state, caller, sees: ACCESS[kind].read[at] === '+', outcome };
      return ONLY_IN_V1['C18.6'](cell) || ONLY_IN_V1['C12.6'](cell) || outcome;
    });
  return Object.fromEntries(IN_V1.map((action) => [action, row(action).join('')])) as Record<
    V1Action,
    string
  >;
}

const READING: readonly Action[] = ['read', 'download'];
const ADMINISTRATORS: readonly Action[] = ['deactivate', 'reactivate'];
/** The actions that change the image, so that the next caller needs a new one. */
const CONSUMING: readonly Action[] = ['upload', 'delete', 'deactivate', 'reactivate', 'import', 'cancel'];

function accessTo(kind: string, action: Action): string {
  if (ADMINISTRATORS.includes(action)) return '+xxxxxx';
  if (READING.includes(action)) return ACCESS[kind].read;
  return ACCESS[kind][action === 'share' || action === 'accept' ? action : 'change'];
}

/** A protocol by which the actions can be tried. */
interface Face<Known extends Action> {
  actions: readonly Known[];
  attempt(gateway: TestGateway, action: Known, id: string, headers: Record<string, string>): Promise<Outcome>;
}

const BY_STATUS: Record<number, Outcome> = { 401: '?', 403: 'x', 404: '-', 409: 'x' };

const OPERATIONS = {
  read: gql('query ($id: ID!) { it: image(id: $id) { id } }'),
  update: gql('mutation ($id: ID!) { it: updateImage(id: $id, input: { minDisk: 1 }) { id } }'),
  tag: gql('mutation ($id: ID!) { it: addImageTag(imageId: $id, tag: "new") { id } }'),
  accept: gql('mutation ($id: ID!) { it: acceptImage(id: $id) { status } }'),
  deactivate: gql('mutation ($id: ID!) { it: deactivateImage(id: $id) { id } }'),
  reactivate: gql('mutation ($id: ID!) { it: reactivateImage(id: $id) { id } }'),
  import: gql('mutation ($id: ID!) { it: importImage(id: $id, url: "http://127.0.0.1:1/") { id } }'),
  cancel: gql('mutation ($id: ID!) { it: cancelImport(id: $id) { id } }'),
  delete: gql('mutation ($id: ID!) { it: deleteImage(id: $id) { id } }'),
  share: gql(
    'mutation ($id: ID!) { it: addImageMember(imageId: $id, input: { memberId: "newcomer" }) { memberId } }',
  ),
};

const graphqlFace: Face<Action> = {
  actions: ACTIONS,
  async attempt(gateway, action, id, headers) {
    if (action === 'download' || action === 'upload') {
      const url = `${gateway.url}/data/${id}`;
      const { status } =
        action === 'upload' ? await putData(gateway, id, 'data', headers) : await fetch(url, { headers });
      return status === 200 ? '+' : BY_STATUS[status];
    }
    const { data, errors } = await graphql<{ it: unknown }, { id: string }>(
      gateway,
      OPERATIONS[action],
      { id },
      headers,
    );
    if (errors) return BY_STATUS[ERRORS[errors[0].extensions.code as ErrorCode].status];
    return data?.it ? '+' : '-';
  },
};

const v1Face: Face<V1Action> = {
  actions: IN_V1,
  async attempt(gateway, action, id, headers) {
    const keeping = { 'x-glance-registry-purge-props': 'false', ...headers };
    const path = `/v1/images/${id}`;
    const requests: Record<V1Action, Parameters<typeof v1>> = {
      read: [gateway, 'HEAD', path, headers],
      download: [gateway, 'GET', path, headers],
      update: [gateway, 'PUT', path, { ...keeping, ...meta({ min_disk: '1' }) }],
      upload: [gateway, 'PUT', path, { ...keeping, 'content-type': 'application/octet-stream' }, 'data'],
      delete: [gateway, 'DELETE', path, headers],
      share: [gateway, 'PUT', `${path}/members/newcomer`, headers],
    };
    const { status } = await v1(...requests[action]);
    return status < 300 ? '+' : BY_STATUS[status];
  },
};

const PERMISSIONS = gql(`query ($id: ID!) { image(id: $id) {
  permissions { canUpdate canDelete canShare canDownload canDeactivate canReactivate }
} }`);

onSqlite('who may do what', (start, place) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await start({
      AUTH: 'trusted',
      ALLOW_ANONYMOUS_ACCESS: 'true',
      HTTP_SOURCE_HOSTS: '127.0.0.1',
    });
  });

  async function make(kind: string, state: string): Promise<string> {
    const input = {
      visibility: VISIBILITIES[kind] ?? 'SHARED',
      owner: 'owner',
      diskFormat: 'raw',
      containerFormat: 'bare',
      protected: state === 'protected',
    };
    const id = await createImage(gateway, input, CALLERS.admin);
    const share = gql(`mutation ($id: ID!) {
      replaceImageMembers(imageId: $id, members: [{ memberId: "sharer", canShare: true }, { memberId: "member" }]) {
        memberId
      }
    }`);
    await run(gateway, share, { id }, CALLERS.admin);
    if (['active', 'protected', 'deactivated', 'deleted'].includes(state))
      await putData(gateway, id, 'data', CALLERS.admin);
    if (state === 'deleted')
      await run(gateway, gql('mutation ($id: ID!) { deleteImage(id: $id) { id } }'), { id }, CALLERS.admin);
    if (['saving', 'deactivated', 'killed'].includes(state))
      await sql(place, `UPDATE images SET status = '${state}' WHERE id = '${id}'`);
    if (state === 'saving')
      await sql(
        place,
        `INSERT INTO gateway_imports (upload_id, image_id, bytes_received) VALUES ('${randomUUID()}', '${id}', 0)`,
      );
    if (kind === "nobody's") await sql(place, `UPDATE images SET owner = NULL WHERE id = '${id}'`);
    return id;
  }

  const cases = Object.keys(STATES).flatMap((state) =>
    Object.keys(ACCESS)
      .filter((kind) => (kind === 'a deleted one') === (state === 'deleted'))
      .map((kind) => [kind, state] as const),
  );

  test.concurrent.each(cases)('with an image that is %s and %s, on either face', async (kind, state) => {
    expect(await attempts(graphqlFace, kind, state)).toEqual(expected(kind, state));
    expect(await attempts(v1Face, kind, state)).toEqual(expectedInV1(kind, state));
  });

  async function attempts<Known extends Action>(
    face: Face<Known>,
    kind: string,
    state: string,
  ): Promise<Partial<Record<Action, string>>> {
    const seen: Partial<Record<Action, string>> = {};
    let id = await make(kind, state);
    for (const action of face.actions) {
      let row = '';
      for (const caller of callers) {
        const outcome = await face.attempt(gateway, action, id, CALLERS[caller]);
        row += outcome;
        if (outcome === '+' && CONSUMING.includes(action)) id = await make(kind, state);
      }
      seen[action] = row;
    }
    return seen;
  }

  test.each(cases)('`permissions` predict it for an image that is %s and %s', async (kind, state) => {
    const id = await make(kind, state);
    const seen = {
      canUpdate: '',
      canDelete: '',
      canShare: '',
      canDownload: '',
      canDeactivate: '',
      canReactivate: '',
    };
    for (const caller of callers) {
      const { image } = await run(gateway, PERMISSIONS, { id }, CALLERS[caller]);
      for (const each of Object.keys(seen) as (keyof typeof seen)[])
        seen[each] += image?.permissions[each] ? '+' : '.';
    }
    const { update, delete: deletion, share, download, deactivate, reactivate } = expected(kind, state);
    const may = (row: string) => row.replace(/[^+]/g, '.');
    // To do again what is done already is allowed, and nothing to offer.
    const changes = (row: string, isDone: boolean) => may(isDone ? row.replace(/./g, '.') : row);
    expect(seen).toEqual({
      canUpdate: may(update),
      canDelete: may(deletion),
      canShare: may(share),
      canDownload: may(download),
      canDeactivate: changes(deactivate, state === 'deactivated'),
      canReactivate: changes(reactivate, state !== 'deactivated'),
    });
  });
});

onSqlite('`permissions`', (start) => {
  test('of a page cost as many statements as those of one image, and differ by image', async () => {
    const gateway = await start({ AUTH: 'trusted' });
    const ids = [
      await createImage(gateway, { visibility: 'PUBLIC', owner: 'owner' }, CALLERS.admin),
      await createImage(gateway, { visibility: 'PUBLIC', owner: 'other' }, CALLERS.admin),
    ];
    const query = gql(
      '{ images(sort: [{ key: CREATED_AT, direction: ASC }]) { edges { node { id permissions { canUpdate } } } } }',
    );
    const { images } = await run(gateway, query, {}, CALLERS.owner);
    expect(images.edges.map(({ node }) => [node.id, node.permissions.canUpdate])).toEqual([
      [ids[0], true],
      [ids[1], false],
    ]);
  });

  test('are in the answer to a change', async () => {
    const gateway = await start({ AUTH: 'trusted' });
    const query = gql(
      'mutation { createImage(input: { protected: true }) { permissions { canUpdate canDelete } } }',
    );
    expect((await run(gateway, query, {}, CALLERS.owner)).createImage.permissions).toEqual({
      canUpdate: true,
      canDelete: false,
    });
  });
});
