import { randomUUID } from 'node:crypto';
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { print } from 'graphql';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  as,
  createActiveImage,
  createImage,
  type CreateImageInput,
  putData,
  run,
  sendText,
} from '../support/client.js';
import { onSqlite, type TestGateway } from '../support/gateway.js';
import { gql } from '../support/gql.js';
import { v1 } from '../support/v1-client.js';

type Headers = Record<string, string>;
/** Makes a request as a caller, and returns whether it is allowed. */
type Try = (headers: Headers) => Promise<boolean>;

onSqlite('under POLICY=secure-rbac', (start) => {
  let gateway: TestGateway;
  const admin = as('ops', 'admin');
  const formats = { diskFormat: 'raw', containerFormat: 'bare' };
  beforeAll(async () => {
    gateway = await start({ AUTH: 'trusted', POLICY: 'secure-rbac' });
  });

  const may = async <Variables extends object>(
    document: TypedDocumentNode<unknown, Variables>,
    variables: NoInfer<Variables>,
    headers: Headers,
  ) => {
    const { errors } = await sendText(gateway, print(document), variables, headers);
    const codes = errors?.map(({ extensions }) => extensions.code) ?? [];
    expect([[], ['FORBIDDEN']]).toContainEqual(codes);
    return codes.length === 0;
  };
  const answered = ({ status }: { status: number }) => {
    expect([200, 201, 204, 403]).toContain(status);
    return status !== 403;
  };
  /** An image of the tenant t. */
  const queued = (input: CreateImageInput = {}) => createImage(gateway, { ...formats, ...input }, as('t'));
  const active = (input: CreateImageInput = {}) => createActiveImage(gateway, 'data', input, as('t'));
  const shared = async () => {
    const id = await active({ visibility: 'SHARED' });
    const share = gql(
      'mutation ($id: ID!) { addImageMember(imageId: $id, input: { memberId: "u" }) { memberId } }',
    );
    await run(gateway, share, { id }, as('t'));
    return id;
  };
  const get = (path: string, headers: Headers) => fetch(gateway.url + path, { headers });
  const tus = (headers: Headers) => ({ 'tus-resumable': '1.0.0', 'upload-length': '3', ...headers });

  const LOOKING: Record<string, Try> = {
    'list images': (who) => may(gql('{ images { edges { node { id } } } }'), {}, who),
    'read an image': async (who) =>
      may(gql('query ($id: ID!) { image(id: $id) { name } }'), { id: await active() }, who),
    'read its members': async (who) =>
      may(gql('query ($id: ID!) { image(id: $id) { members { memberId } } }'), { id: await active() }, who),
    'list by version 1': async (who) => answered(await v1(gateway, 'GET', '/v1/images', who)),
    'list in detail by version 1': async (who) =>
      answered(await v1(gateway, 'GET', '/v1/images/detail', who)),
    'read by version 1': async (who) =>
      answered(await v1(gateway, 'HEAD', `/v1/images/${await active()}`, who)),
    'read members by version 1': async (who) =>
      answered(await v1(gateway, 'GET', `/v1/images/${await active()}/members`, who)),
  };

  const WRITING: Record<string, Try> = {
    download: async (who) => answered(await get(`/data/${await active()}`, who)),
    'download by version 1': async (who) =>
      answered(await v1(gateway, 'GET', `/v1/images/${await active()}`, who)),
    create: (who) => may(gql('mutation { createImage(input: {}) { id } }'), {}, who),
    'create by version 1': async (who) => answered(await v1(gateway, 'POST', '/v1/images', who)),
    change: async (who) =>
      may(
        gql('mutation ($id: ID!) { updateImage(id: $id, input: { name: "x" }) { id } }'),
        { id: await queued() },
        who,
      ),
    'change by version 1': async (who) =>
      answered(
        await v1(gateway, 'PUT', `/v1/images/${await queued()}`, { 'x-image-meta-name': 'x', ...who }),
      ),
    communitize: async (who) =>
      may(
        gql('mutation ($id: ID!) { updateImage(id: $id, input: { visibility: COMMUNITY }) { id } }'),
        { id: await queued() },
        who,
      ),
    tag: async (who) =>
      may(
        gql('mutation ($id: ID!) { addImageTag(imageId: $id, tag: "x") { id } }'),
        { id: await queued() },
        who,
      ),
    upload: async (who) => answered(await putData(gateway, await queued(), 'data', who)),
    'upload by version 1': async (who) => {
      const headers = { 'content-type': 'application/octet-stream', ...who };
      return answered(await v1(gateway, 'PUT', `/v1/images/${await queued()}`, headers, 'data'));
    },
    'begin a resumable upload': async (who) =>
      answered(await v1(gateway, 'POST', `/data/${await queued()}/uploads`, tus(who))),
    deactivate: async (who) =>
      may(gql('mutation ($id: ID!) { deactivateImage(id: $id) { id } }'), { id: await active() }, who),
    share: async (who) =>
      may(
        gql('mutation ($id: ID!) { addImageMember(imageId: $id, input: { memberId: "m" }) { memberId } }'),
        { id: await active({ visibility: 'SHARED' }) },
        who,
      ),
    'end the sharing': async (who) =>
      may(
        gql('mutation ($id: ID!) { removeImageMember(imageId: $id, memberId: "u") { memberId } }'),
        { id: await shared() },
        who,
      ),
    'share by version 1': async (who) =>
      answered(
        await v1(gateway, 'PUT', `/v1/images/${await active({ visibility: 'SHARED' })}/members/m`, who),
      ),
    delete: async (who) =>
      may(gql('mutation ($id: ID!) { deleteImage(id: $id) { id } }'), { id: await queued() }, who),
    'delete by version 1': async (who) =>
      answered(await v1(gateway, 'DELETE', `/v1/images/${await queued()}`, who)),
  };

  const PUBLISHING: Record<string, Try> = {
    publish: async (who) =>
      may(
        gql('mutation ($id: ID!) { updateImage(id: $id, input: { visibility: PUBLIC }) { id } }'),
        { id: await queued() },
        who,
      ),
    'publish by version 1': async (who) =>
      answered(
        await v1(gateway, 'PUT', `/v1/images/${await queued()}`, {
          'x-image-meta-is_public': 'True',
          ...who,
        }),
      ),
  };

  describe.each<[string, string, boolean, boolean, boolean]>([
    ['a reader', 'reader', true, false, false],
    ['a member', 'member', true, true, false],
    ['a member as Keystone names one', 'member,reader', true, true, false],
    ['an administrator', 'admin', true, true, true],
    ['somebody with another role', 'auditor', false, false, false],
    ['somebody without a role', '', false, false, false],
  ])('%s of the project', (_, roles, looks, writes, publishes) => {
    const cases = [
      ...Object.entries(LOOKING).map((each) => [...each, looks] as const),
      ...Object.entries(WRITING).map((each) => [...each, writes] as const),
      ...Object.entries(PUBLISHING).map((each) => [...each, publishes] as const),
    ];
    test.each(cases)('may %s: %#', async (_name, attempt, expected) => {
      expect(await attempt(as('t', roles))).toBe(expected);
    });
  });

  test('a caller without a project is refused in every role', async () => {
    const nowhere = { 'x-identity-status': 'Confirmed', 'x-user-id': 'u', 'x-roles': 'member,reader' };
    expect(await LOOKING['list images'](nowhere)).toBe(false);
    expect(await WRITING.create(nowhere)).toBe(false);
    expect(await LOOKING['list by version 1'](nowhere)).toBe(false);
  });

  test('other projects read public and community images, download their data, and change nothing', async () => {
    const community = await active({ visibility: 'COMMUNITY' });
    const open = await createActiveImage(gateway, 'data', { visibility: 'PUBLIC' }, admin);
    for (const id of [community, open]) {
      const query = gql('query ($id: ID!) { image(id: $id) { id } }');
      expect((await run(gateway, query, { id }, as('other', 'reader'))).image).toEqual({ id });
      expect((await get(`/data/${id}`, as('other', 'reader'))).status).toBe(403);
      expect((await get(`/data/${id}`, as('other', 'member'))).status).toBe(200);
      expect((await v1(gateway, 'DELETE', `/v1/images/${id}`, as('other'))).status).not.toBe(200);
    }
    const own = await active();
    expect(
      (await run(gateway, gql('query ($own: ID!) { image(id: $own) { id } }'), { own }, as('other'))).image,
    ).toBeNull();
    expect((await get(`/data/${own}`, as('other'))).status).toBe(404);
  });

  test('a member of the project that an image is shared with may accept it, a reader may not', async () => {
    const id = await shared();
    const accept = gql('mutation ($id: ID!) { acceptImage(id: $id) { status } }');
    expect(await may(accept, { id }, as('u', 'reader'))).toBe(false);
    expect(await may(accept, { id }, as('u', 'member'))).toBe(true);
    expect((await get(`/data/${id}`, as('u', 'reader'))).status).toBe(403);
    expect(await (await get(`/data/${id}`, as('u', 'member'))).text()).toBe('data');
  });

  test('`permissions` shows exactly the changes that the caller may make', async () => {
    const query = gql(
      'query ($id: ID!) { image(id: $id) { permissions { canUpdate canDelete canShare canDownload canDeactivate } } }',
    );
    const id = await active();
    const told = async (roles: string) =>
      Object.values((await run(gateway, query, { id }, as('t', roles))).image!.permissions);
    expect(await told('reader')).toEqual([false, false, false, false, false]);
    expect(await told('member')).toEqual([true, true, true, true, true]);
  });

  test('refuses before it reads the image, so that a caller who may not write does not learn whether it exists', async () => {
    const remove = gql('mutation ($id: ID!) { deleteImage(id: $id) { id } }');
    expect(await may(remove, { id: randomUUID() }, as('t', 'reader'))).toBe(false);
  });
});
