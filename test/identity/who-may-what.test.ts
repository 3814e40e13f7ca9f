import { beforeAll, expect, test } from 'vitest';
import { ERRORS, type ErrorCode } from '../../src/image/errors.js';
import { as, createImage, dataOf, graphql, putData } from '../support/client.js';
import { onSqlite, type TestGateway } from '../support/gateway.js';
import { sql } from '../support/sql.js';
import { meta, v1 } from '../support/v1-client.js';

/** Everybody there is to one image. */
const CALLERS = {
  admin: as('operators', 'admin'),
  owner: as('owner'),
  /** A member that may share the image further. */
  sharer: as('sharer'),
  member: as('member'),
  stranger: as('stranger'),
  /** Known, but of no tenant. */
  homeless: { 'x-identity-status': 'Confirmed', 'x-user-id': 'owner', 'x-roles': 'member' },
  anonymous: {},
};
type Caller = keyof typeof CALLERS;
const callers = Object.keys(CALLERS) as Caller[];

const ACTIONS = ['read', 'download', 'update', 'upload', 'delete', 'share'] as const;
type Action = (typeof ACTIONS)[number];

/** `+` done · `-` there is no such image, or nothing to be had of it · `x` refused · `?` who are you? */
type Outcome = '+' | '-' | 'x' | '?';

/**
 * The one table of who may do what, on every face (contract C18.6, C19, C20.5): for each kind of image and each
 * action a column for every caller, in the order of CALLERS. `change` stands for update, upload and delete.
 */
const ACCESS: Record<string, Record<'read' | 'change' | 'share', string>> = {
  //                                                 a o s m s h a
  //                                                 d w h e t o n
  //                                                 m n a m r m o
  public: /*                               */ { read: '+++++++', change: '++xxxxx', share: '+++xx?x' },
  shared: /*                               */ { read: '++++---', change: '++----x', share: '+++x-?x' },
  private: /*                              */ { read: '++-----', change: '++----x', share: '++---?x' },
  community: /*                            */ { read: '+++++++', change: '++----x', share: '+++xx?x' },
  "nobody's": /*                           */ { read: '+++++++', change: '+-----x', share: '+x+xx?x' },
  'a deleted one': /*                      */ { read: '+------', change: '+-----x', share: '+----?x' },
};

/** What becomes of an action that the table above allows, by the state that the image is in (contract C10, C13, C14). */
const STATES: Record<string, Record<Action, Outcome>> = {
  queued: { read: '+', download: '-', update: '+', upload: '+', delete: '+', share: '+' },
  saving: { read: '+', download: '-', update: '+', upload: 'x', delete: '+', share: '+' },
  active: { read: '+', download: '+', update: '+', upload: 'x', delete: '+', share: '+' },
  protected: { read: '+', download: '+', update: '+', upload: 'x', delete: 'x', share: '+' },
  deactivated: { read: '+', download: 'x', update: '+', upload: 'x', delete: '+', share: '+' },
  killed: { read: '+', download: '-', update: '+', upload: 'x', delete: '+', share: '+' },
  deleted: { read: '+', download: '-', update: 'x', upload: 'x', delete: '-', share: '-' },
};

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
  action: Action;
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
    const access = ACCESS[kind][action === 'share' ? 'share' : READING.includes(action) ? 'read' : 'change'];
    return [...access].map((outcome) => (outcome === '+' ? STATES[state][action] : outcome)).join('');
  };
  return Object.fromEntries(ACTIONS.map((action) => [action, row(action)])) as Record<Action, string>;
}

function expectedInV1(kind: string, state: string): Record<Action, string> {
  const rows = Object.entries(expected(kind, state)) as [Action, string][];
  const inV1 = rows.map(([action, row]) => {
    const outcomes = callers.map((caller, at): Outcome => {
      const outcome = row[at] as Outcome;
      const cell = { action, state, caller, sees: ACCESS[kind].read[at] === '+', outcome };
      return ONLY_IN_V1['C18.6'](cell) || ONLY_IN_V1['C12.6'](cell) || outcome;
    });
    return [action, outcomes.join('')];
  });
  return Object.fromEntries(inV1) as Record<Action, string>;
}

const READING: readonly Action[] = ['read', 'download'];

/** A protocol by which the actions can be tried. */
interface Face {
  attempt(
    gateway: TestGateway,
    action: Action,
    id: string,
    headers: Record<string, string>,
  ): Promise<Outcome>;
}

const BY_STATUS: Record<number, Outcome> = { 401: '?', 403: 'x', 404: '-', 409: 'x' };

const graphqlFace: Face = {
  async attempt(gateway, action, id, headers) {
    if (action === 'download' || action === 'upload') {
      const url = `${gateway.url}/data/${id}`;
      const { status } =
        action === 'upload' ? await putData(gateway, id, 'data', headers) : await fetch(url, { headers });
      return status === 200 ? '+' : BY_STATUS[status];
    }
    const operations = {
      read: `{ it: image(id: "${id}") { id } }`,
      update: `mutation { it: updateImage(id: "${id}", input: { minDisk: 1 }) { id } }`,
      delete: `mutation { it: deleteImage(id: "${id}") { id } }`,
      share: `mutation { it: addImageMember(imageId: "${id}", input: { memberId: "newcomer" }) { memberId } }`,
    };
    const { data, errors } = await graphql<{ it: object | null }>(gateway, operations[action], {}, headers);
    if (errors) return BY_STATUS[ERRORS[errors[0].extensions.code as ErrorCode].status];
    return data?.it ? '+' : '-';
  },
};

const v1Face: Face = {
  async attempt(gateway, action, id, headers) {
    const keeping = { 'x-glance-registry-purge-props': 'false', ...headers };
    const path = `/v1/images/${id}`;
    const requests: Record<Action, Parameters<typeof v1>> = {
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

onSqlite('who may do what', (start, place) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await start({ AUTH: 'trusted', ALLOW_ANONYMOUS_ACCESS: 'true' });
  });

  async function make(kind: string, state: string): Promise<string> {
    const visibility = kind in { public: 1, private: 1, community: 1 } ? kind.toUpperCase() : 'SHARED';
    const input = {
      visibility,
      owner: 'owner',
      diskFormat: 'raw',
      containerFormat: 'bare',
      protected: state === 'protected',
    };
    const id = await createImage(gateway, input, CALLERS.admin);
    const members = '[{ memberId: "sharer", canShare: true }, { memberId: "member" }]';
    const share = `mutation { replaceImageMembers(imageId: "${id}", members: ${members}) { memberId } }`;
    await dataOf(gateway, share, {}, CALLERS.admin);
    if (['active', 'protected', 'deactivated', 'deleted'].includes(state))
      await putData(gateway, id, 'data', CALLERS.admin);
    if (state === 'deleted')
      await dataOf(gateway, `mutation { deleteImage(id: "${id}") { id } }`, {}, CALLERS.admin);
    if (['saving', 'deactivated', 'killed'].includes(state))
      await sql(place, `UPDATE images SET status = '${state}' WHERE id = '${id}'`);
    if (kind === "nobody's") await sql(place, `UPDATE images SET owner = NULL WHERE id = '${id}'`);
    return id;
  }

  const cases = Object.keys(STATES).flatMap((state) =>
    Object.keys(ACCESS)
      .filter((kind) => (kind === 'a deleted one') === (state === 'deleted'))
      .map((kind) => [kind, state] as const),
  );

  test.concurrent.each(cases)('with an image that is %s and %s, on either face', async (kind, state) => {
    let id = await make(kind, state);
    const permissions = await permissionsOf(id);
    const seen = { graphql: {} as Record<Action, string>, v1: {} as Record<Action, string> };
    for (const action of ACTIONS) {
      for (const [name, face] of [['graphql', graphqlFace] as const, ['v1', v1Face] as const]) {
        seen[name][action] = '';
        for (const caller of callers) {
          const outcome = await face.attempt(gateway, action, id, CALLERS[caller]);
          seen[name][action] += outcome;
          if (outcome === '+' && (action === 'delete' || action === 'upload')) id = await make(kind, state);
        }
      }
    }
    expect(seen).toEqual({ graphql: expected(kind, state), v1: expectedInV1(kind, state) });

    // What `permissions` said beforehand.
    const may = (row: string) => row.replace(/[^+]/g, '.');
    const { update, delete: deletion, share, download } = seen.graphql;
    expect(permissions).toEqual({
      canUpdate: may(update),
      canDelete: may(deletion),
      canShare: may(share),
      canDownload: may(download),
    });
  });

  async function permissionsOf(id: string): Promise<Record<string, string>> {
    const query = `{ image(id: "${id}") { permissions { canUpdate canDelete canShare canDownload } } }`;
    const said: Record<string, string> = { canUpdate: '', canDelete: '', canShare: '', canDownload: '' };
    for (const caller of callers) {
      const { image } = await dataOf(gateway, query, {}, CALLERS[caller]);
      for (const each of Object.keys(said)) said[each] += image?.permissions[each] ? '+' : '.';
    }
    return said;
  }
});

onSqlite('`permissions`', (start) => {
  test('of a page cost as many statements as of one image, and are of each image', async () => {
    const gateway = await start({ AUTH: 'trusted' });
    const ids = [
      await createImage(gateway, { visibility: 'PUBLIC', owner: 'owner' }, CALLERS.admin),
      await createImage(gateway, { visibility: 'PUBLIC', owner: 'other' }, CALLERS.admin),
    ];
    const query =
      '{ images(sort: [{ key: CREATED_AT, direction: ASC }]) { edges { node { id permissions { canUpdate } } } } }';
    const { images } = await dataOf(gateway, query, {}, CALLERS.owner);
    expect(images.edges.map(({ node }: any) => [node.id, node.permissions.canUpdate])).toEqual([
      [ids[0], true],
      [ids[1], false],
    ]);
  });

  test('come with what a change answers with', async () => {
    const gateway = await start({ AUTH: 'trusted' });
    const query =
      'mutation { createImage(input: { protected: true }) { permissions { canUpdate canDelete } } }';
    expect((await dataOf(gateway, query, {}, CALLERS.owner)).createImage.permissions).toEqual({
      canUpdate: true,
      canDelete: false,
    });
  });
});
