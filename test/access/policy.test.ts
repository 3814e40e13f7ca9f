import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { as, createActiveImage, createImage, errorOf, graphql, putData, run } from '../support/client.js';
import { onSqlite, startGateway, type TestGateway } from '../support/gateway.js';
import { gql } from '../support/gql.js';
import { eventually } from '../support/poll.js';
import { endAll, spawnGateway } from '../support/process.js';

const folder = mkdtempSync(join(tmpdir(), 'glance-graphql-test-'));
afterAll(async () => {
  await endAll();
  rmSync(folder, { recursive: true });
});

let files = 0;
function policyFile(text: string, ending = 'yaml'): string {
  const path = join(folder, `policy-${(files += 1)}.${ending}`);
  writeFileSync(path, text);
  return path;
}

const LIST = gql('{ images(first: 1) { edges { node { id } } } }');
const UPDATE = gql('mutation ($id: ID!) { updateImage(id: $id, input: { minDisk: 1 }) { id } }');

onSqlite('a policy file', (start) => {
  describe('that lets only administrators write', () => {
    let gateway: TestGateway;
    let id: string;
    beforeAll(async () => {
      const POLICY = policyFile(
        JSON.stringify({
          context_is_admin: 'role:admin',
          default: 'role:admin',
          get_images: 'not role:denied',
          get_image: 'not role:denied',
          add_image: 'role:admin or role:uploader or role:maker',
          communitize_image: 'role:uploader',
        }),
        'json',
      );
      gateway = await start({ AUTH: 'trusted', POLICY });
      id = await createActiveImage(gateway, 'hello', { visibility: 'PUBLIC' }, as('t', 'admin'));
    });

    test('lets others read', async () => {
      expect(
        (await run(gateway, gql('query ($id: ID!) { image(id: $id) { id } }'), { id }, as('t'))).image,
      ).toEqual({ id });
      expect((await run(gateway, LIST, {}, as('t'))).images.edges).toHaveLength(1);
    });

    test.each([
      [
        'change',
        gql('mutation ($id: ID!) { updateImage(id: $id, input: { name: "x" }) { id } }'),
        'modify_image',
      ],
      [
        'publish',
        gql('mutation ($id: ID!) { updateImage(id: $id, input: { visibility: PUBLIC }) { id } }'),
        'modify_image',
      ],
      ['tag', gql('mutation ($id: ID!) { addImageTag(imageId: $id, tag: "x") { id } }'), 'modify_image'],
      [
        'take a tag off',
        gql('mutation ($id: ID!) { removeImageTag(imageId: $id, tag: "x") { id } }'),
        'modify_image',
      ],
      ['deactivate', gql('mutation ($id: ID!) { deactivateImage(id: $id) { id } }'), 'deactivate'],
      ['reactivate', gql('mutation ($id: ID!) { reactivateImage(id: $id) { id } }'), 'reactivate'],
      ['delete', gql('mutation ($id: ID!) { deleteImage(id: $id) { id } }'), 'delete_image'],
      ['delete what is not there', gql('mutation { deleteImage(id: "unknown") { id } }'), 'delete_image'],
      [
        'share',
        gql('mutation ($id: ID!) { addImageMember(imageId: $id, input: { memberId: "m" }) { memberId } }'),
        'modify_member',
      ],
      [
        'end the sharing',
        gql('mutation ($id: ID!) { removeImageMember(imageId: $id, memberId: "m") { memberId } }'),
        'delete_member',
      ],
      ['accept', gql('mutation ($id: ID!) { acceptImage(id: $id) { status } }'), 'modify_member'],
      ['create', gql('mutation { createImage(input: {}) { id } }'), 'add_image'],
      [
        'import',
        gql('mutation ($id: ID!) { importImage(id: $id, url: "http://127.0.0.1/") { id } }'),
        'upload_image',
      ],
      ['cancel an import', gql('mutation ($id: ID!) { cancelImport(id: $id) { id } }'), 'upload_image'],
    ])('does not let others %s', async (_, mutation, rule) => {
      const error = await errorOf(gateway, mutation, { id }, as('t'));
      expect(error).toMatchObject({ code: 'FORBIDDEN', rule });
    });

    test('lets a role open an image to everybody who knows its id', async () => {
      const community = { visibility: 'COMMUNITY' } as const;
      const query = gql('mutation ($input: CreateImageInput!) { createImage(input: $input) { visibility } }');
      const refused = await errorOf(gateway, query, { input: community }, as('t', 'maker'));
      expect(refused).toMatchObject({ code: 'FORBIDDEN', rule: 'communitize_image' });
      const { createImage: made } = await run(gateway, query, { input: community }, as('t', 'uploader'));
      expect(made).toEqual(community);
    });

    test('does not let others see members', async () => {
      const query = gql('query ($id: ID!) { image(id: $id) { members { memberId } } }');
      expect(await errorOf(gateway, query, { id }, as('t'))).toMatchObject({ rule: 'get_members' });
      expect((await run(gateway, query, { id }, as('t', 'admin'))).image!.members).toEqual([]);
    });

    test('refuses data in the same way whether the image has data or not', async () => {
      const queued = await createImage(gateway, { visibility: 'PUBLIC' }, as('t', 'admin'));
      for (const each of [id, queued, 'unknown']) {
        const answer = await fetch(`${gateway.url}/data/${each}`, { headers: as('t') });
        expect([answer.status, await answer.json()]).toMatchObject([
          403,
          { code: 'FORBIDDEN', rule: 'download_image' },
        ]);
      }
    });

    test('lets a role do only what the rule names', async () => {
      const made = await createImage(gateway, {}, as('t', 'uploader'));
      const answer = await putData(gateway, made, 'x', as('t', 'uploader'));
      expect([answer.status, await answer.json()]).toMatchObject([403, { rule: 'upload_image' }]);
    });

    test('refuses a role that it names', async () => {
      for (const query of [
        LIST,
        gql('{ images(search: "a", first: 0) { totalCount } }'),
        gql('{ imageCounts(by: [STATUS]) { count } }'),
        gql('{ imageTags { value } }'),
        gql('{ owners { edges { cursor } } }'),
        gql('{ imagePropertyNames { value } }'),
        gql('{ imagePropertyValues(name: "os") { value } }'),
      ])
        expect((await errorOf(gateway, query, {}, as('t', 'member, denied'))).rule).toBe('get_images');
    });
  });

  describe('is written in the language of Glance’s files:', () => {
    let gateway: TestGateway;
    const path = policyFile('');
    beforeAll(async () => {
      gateway = await start({ AUTH: 'trusted', POLICY: path });
    });
    const allows = async (rule: string, roles: string) => {
      writeFileSync(path, `"never": "!"\n"cloud": "role:cloud"\nget_images: ${rule}\n`);
      gateway.reload();
      const { errors } = await graphql(gateway, LIST, {}, as('tenant', roles, 'user'));
      return errors === undefined;
    };

    test.each([
      ['""', 'x'],
      ['[]', 'x'],
      ['"@"', 'x'],
      ['role:cloud', 'x, Cloud'],
      ['role:CLOUD', 'cloud'],
      ['rule:cloud', 'cloud'],
      ['not role:cloud', 'x'],
      ['not not role:cloud', 'cloud'],
      ['NOT role:x AND role:y', 'y'],
      ['role:a or role:b and role:c', 'a'],
      ['(role:a or role:b) and role:c', 'b,c'],
      ['((role:a))', 'a'],
      ['not (role:a and role:b)', 'a'],
      ['[["role:a", "role:b"], ["role:c"]]', 'c'],
      ['[["role:a", "role:b"], ["role:c"]]', 'a,b'],
      ['["role:a", "role:b"]', 'b'],
      ['is_admin:True', 'admin'],
      ['tenant:tenant', 'x'],
      ['project_id:tenant', 'x'],
      ['user_id:user', 'x'],
      [`"'lit':lit"`, 'x'],
      ['True:True', 'x'],
    ])('%s lets %s through', async (rule, roles) => {
      expect(await allows(rule, roles)).toBe(true);
    });

    test.each([
      ['"!"', 'admin'],
      ['role:cloud', 'clouds'],
      ['rule:never', 'cloud'],
      ['role:a or role:b and role:c', 'b'],
      ['(role:a or role:b) and role:c', 'a'],
      ['[["role:a", "role:b"], ["role:c"]]', 'a'],
      ['is_admin:True', 'member'],
      ['is_admin:true', 'admin'],
      ['tenant:other', 'x'],
      ['user_id:tenant', 'x'],
      ['system_scope:all', 'admin'],
      ['constructor:x', 'x'],
    ])('%s does not let %s through', async (rule, roles) => {
      expect(await allows(rule, roles)).toBe(false);
    });
  });

  describe('that compares with the image', () => {
    let gateway: TestGateway;
    beforeAll(async () => {
      const POLICY = policyFile(`
modify_image: role:editor and project_id:%(owner)s
delete_image: "'private':%(visibility)s"
download_image: is_admin:True or not restricted:%(access)s and not 'restricted':%(access)s
upload_image: tenant:%(project_id)s or None:%(owner)s
publicize_image: "'raw':%(disk_format)s"
copy_from: "'raw':%(disk_format)s"
`);
      gateway = await start({ AUTH: 'trusted', POLICY, HTTP_SOURCE_HOSTS: '127.0.0.1' });
    });

    test('refuses before it reads the image if no image could satisfy it', async () => {
      const error = await errorOf(gateway, UPDATE, { id: 'unknown' }, as('t'));
      expect(error.rule).toBe('modify_image');
      expect((await errorOf(gateway, UPDATE, { id: 'unknown' }, as('t', 'editor'))).code).toBe(
        'IMAGE_NOT_FOUND',
      );
    });

    test('limits the images that data is imported into, and the imports that may be cancelled', async () => {
      const image = (diskFormat: string) =>
        createImage(gateway, { diskFormat, containerFormat: 'bare' }, as('t'));
      const query = gql(
        'mutation ($id: ID!) { importImage(id: $id, url: "http://127.0.0.1:1/") { status } }',
      );
      const [raw, other] = [await image('raw'), await image('qcow2')];
      expect((await run(gateway, query, { id: raw }, as('t'))).importImage.status).toBe('saving');
      const refused = { code: 'FORBIDDEN', rule: 'copy_from' };
      expect(await errorOf(gateway, query, { id: other }, as('t'))).toMatchObject(refused);
      const cancel = gql('mutation ($other: ID!) { cancelImport(id: $other) { id } }');
      expect(await errorOf(gateway, cancel, { other }, as('t'))).toMatchObject(refused);
    });

    test('distinguishes the caller’s images from others', async () => {
      const own = await createImage(gateway, {}, as('t', 'editor'));
      const others = await createImage(gateway, {}, as('u'));
      const admin = as('t', 'editor, admin');
      expect((await run(gateway, UPDATE, { id: own }, admin)).updateImage.id).toBe(own);
      expect((await errorOf(gateway, UPDATE, { id: others }, admin)).rule).toBe('modify_image');
    });

    test('knows the columns of the image', async () => {
      const remove = gql('mutation ($id: ID!) { deleteImage(id: $id) { id } }');
      const shared = await createImage(gateway, {}, as('t'));
      expect((await errorOf(gateway, remove, { id: shared }, as('t'))).rule).toBe('delete_image');
      const own = await createImage(gateway, { visibility: 'PRIVATE' }, as('t'));
      expect((await run(gateway, remove, { id: own }, as('t'))).deleteImage.id).toBe(own);
    });

    test('knows an image that is being created', async () => {
      const create = gql(
        'mutation ($f: String) { createImage(input: { visibility: PUBLIC, diskFormat: $f }) { id } }',
      );
      expect((await errorOf(gateway, create, { f: 'qcow2' }, as('t'))).rule).toBe('publicize_image');
      expect((await run(gateway, create, { f: 'raw' }, as('t'))).createImage.id).toBeTruthy();
    });

    test('knows the properties of the image', async () => {
      const free = await createActiveImage(
        gateway,
        'x',
        { properties: [{ name: 'access', value: 'all' }] },
        as('t'),
      );
      const properties = [{ name: 'access', value: 'restricted' }];
      const bound = await createActiveImage(gateway, 'x', { properties }, as('t'));
      const get = (id: string, roles: string) =>
        fetch(`${gateway.url}/data/${id}`, { headers: as('t', roles) });
      expect((await get(free, 'member')).status).toBe(200);
      expect((await get(bound, 'member')).status).toBe(403);
      expect((await get(bound, 'admin')).status).toBe(200);
    });
  });

  describe('does not name', () => {
    test('a rule that `default` answers', async () => {
      const gateway = await start({ AUTH: 'trusted', POLICY: policyFile('default: role:x\nget_images: ""') });
      expect((await run(gateway, LIST, {}, as('t'))).images).toBeTruthy();
      expect((await errorOf(gateway, gql('{ image(id: "x") { id } }'), {}, as('t'))).rule).toBe('get_image');
    });

    test('a rule that stays as shipped without `default`', async () => {
      const gateway = await start({ AUTH: 'trusted', POLICY: policyFile('get_images: "!"') });
      expect((await errorOf(gateway, LIST, {}, as('t', 'admin'))).rule).toBe('get_images');
      const publish = gql('mutation { createImage(input: { visibility: PUBLIC }) { id } }');
      expect((await errorOf(gateway, publish, {}, as('t'))).rule).toBe('publicize_image');
      expect((await run(gateway, publish, {}, as('t', 'admin'))).createImage.id).toBeTruthy();
    });

    test('the administrators, which `default` never decides', async () => {
      const gateway = await start({ AUTH: 'trusted', POLICY: policyFile('default: "@"') });
      expect((await run(gateway, gql('{ viewer { isAdmin } }'), {}, as('t'))).viewer.isAdmin).toBe(false);
    });
  });

  test('names administrators beside ADMIN_ROLE (C20.4)', async () => {
    const POLICY = policyFile('context_is_admin: role:boss or user_id:root');
    const gateway = await start({ AUTH: 'trusted', POLICY, ADMIN_ROLE: 'cloud-admin' });
    const isAdmin = async (headers: Record<string, string>) =>
      (await run(gateway, gql('{ viewer { isAdmin } }'), {}, headers)).viewer.isAdmin;
    expect(await isAdmin(as('t', 'boss'))).toBe(true);
    expect(await isAdmin(as('t', 'x', 'root'))).toBe(true);
    expect(await isAdmin(as('t', 'cloud-admin'))).toBe(true);
    expect(await isAdmin(as('t', 'admin'))).toBe(false);
  });

  test('is read again on demand; a wrong one is logged, and the old rules stay', async () => {
    const POLICY = policyFile('get_images: role:a');
    const gateway = await start({ AUTH: 'trusted', POLICY });
    const mayList = async (role: string) => !(await graphql(gateway, LIST, {}, as('t', role))).errors;
    expect([await mayList('a'), await mayList('b')]).toEqual([true, false]);
    writeFileSync(POLICY, 'get_images: role:b');
    gateway.reload();
    expect([await mayList('a'), await mayList('b')]).toEqual([false, true]);
    for (const bad of ['get_images: "role:"', 'get_images: [', '- a']) {
      writeFileSync(POLICY, bad);
      gateway.reload();
      expect([await mayList('a'), await mayList('b')]).toEqual([false, true]);
    }
    rmSync(POLICY);
    gateway.reload();
    expect(await mayList('b')).toBe(true);
    expect(gateway.log.filter(({ level }) => level === 50)).toHaveLength(4);
  });
});

describe('a policy file that is wrong stops the start with its line:', () => {
  test.each([
    ['get_images: role:a\nget_image: role:a or', ':2: get_image: a check is missing at the end'],
    ['\n\nget_image: admin', ':3: get_image: admin is no check'],
    ['get_image: (role:a', ':1: get_image: a parenthesis is not closed'],
    ['get_image: role:a role:b', ':1: get_image: role:b is not expected there'],
    ['get_image: role:a)', ':1: get_image: ) is not expected there'],
    ['a: rule:b\nb: rule:a', ':1: a refers to itself'],
    ['a: rule:nothing', ':1: a: there is no rule nothing'],
    ['a: https://example.org/', ':1: a: rules that ask another server are not known here'],
    ['a: 5', ':1: a: expected a text or a list'],
    ['a: {b: c}', ':1: a: expected a text or a list'],
    ['a:', ':1: a: expected a text or a list'],
    ['a: [[5]]', ':1: a: expected texts in the list'],
    ['a: ""\na: ""', ':2: Map keys must be unique'],
    ['a: "', ':1: Missing closing "quote'],
    ['just text', ':1: expected names of rules, each with its rule'],
  ])('%j', async (text, message) => {
    const POLICY = policyFile(text);
    await expect(startGateway({ DATA_DIR: join(folder, 'data'), POLICY })).rejects.toThrow(
      `${POLICY}${message}`,
    );
  });

  test('a policy file that cannot be read, with its reason', async () => {
    const POLICY = join(folder, 'missing.yaml');
    await expect(startGateway({ DATA_DIR: join(folder, 'data'), POLICY })).rejects.toThrow(
      `${POLICY}: cannot be read (ENOENT)`,
    );
  });
});

test('SIGHUP reads the policy file again', async () => {
  const POLICY = policyFile('get_images: "!"');
  const gateway = await spawnGateway({ DATA_DIR: join(folder, 'spawned'), POLICY });
  expect((await errorOf(gateway, LIST)).rule).toBe('get_images');
  writeFileSync(POLICY, 'get_images: ""');
  gateway.kill('SIGHUP');
  expect(await eventually(async () => (await graphql(gateway, LIST)).data)).toMatchObject({
    images: { edges: [] },
  });
  gateway.kill('SIGTERM');
  expect((await gateway.ended).code).toBe(0);
});
