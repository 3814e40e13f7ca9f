import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createImage, run, sendText } from '../../support/client.js';
import { onSqlite, type TestGateway } from '../../support/gateway.js';
import { gql } from '../../support/gql.js';

const SCHEMA = new URL('../../../schema/schema.graphql', import.meta.url);
const COMPILER = join(
  dirname(createRequire(import.meta.url).resolve('relay-compiler/package.json')),
  'cli.js',
);
const folder = mkdtempSync(join(tmpdir(), 'glance-graphql-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The documents of a page of images, as a Relay application has them. */
const DOCUMENTS = [
  `query PagesQuery($count: Int!, $cursor: String) { ...Pages_query @arguments(count: $count, cursor: $cursor) }`,
  `fragment Pages_query on Query
    @refetchable(queryName: "PagesPaginationQuery")
    @argumentDefinitions(count: { type: "Int!" }, cursor: { type: "String" }) {
    images(first: $count, after: $cursor) @connection(key: "Pages_images") {
      edges { node { id ...PagesImage_image } }
    }
  }`,
  `fragment PagesImage_image on Image @refetchable(queryName: "PagesImageRefetchQuery") {
    name revision size createdAt members { ...PagesMember_member }
  }`,
  `fragment PagesMember_member on ImageMember @refetchable(queryName: "PagesMemberRefetchQuery") {
    memberId status image { id name }
  }`,
  `query PagesSharedQuery($member: ID!) {
    sharedImages(memberId: $member, first: 10) @connection(key: "Pages_sharedImages") { edges { node { id } } }
  }`,
  `query PagesNodesQuery($ids: [ID!]!) { nodes(ids: $ids) { id ...PagesImage_image @alias ...PagesMember_member @alias } }`,
  `mutation PagesDeleteMutation($id: ID!, $connections: [ID!]!) {
    deleteImage(id: $id) { id @deleteEdge(connections: $connections) @deleteRecord }
  }`,
  `mutation PagesDeleteManyMutation($ids: [ID!]!, $connections: [ID!]!) {
    deleteImages(ids: $ids) { image { id @deleteEdge(connections: $connections) } error { code message } }
  }`,
  `mutation PagesUnshareMutation($id: ID!, $member: ID!, $connections: [ID!]!) {
    removeImageMember(imageId: $id, memberId: $member) {
      id @deleteEdge(connections: $connections)
      image { id members { id } }
    }
  }`,
  `mutation PagesCreateMutation($input: CreateImageInput!, $connections: [ID!]!) {
    createImage(input: $input) @prependNode(connections: $connections, edgeTypeName: "ImageEdge") {
      id ...PagesImage_image
    }
  }`,
];

/** Compiles documents as an application does before it is built. Returns the text of each operation by its name. */
async function compiled(documents: readonly string[]): Promise<Map<string, string>> {
  const project = mkdtempSync(join(folder, 'project-'));
  const artifacts = join(project, 'artifacts');
  mkdirSync(join(project, 'src'));
  mkdirSync(artifacts);
  writeFileSync(join(project, 'schema.graphql'), readFileSync(SCHEMA));
  const tags = documents.map((document) => `graphql\`${document}\`;`);
  writeFileSync(
    join(project, 'src', 'Pages.js'),
    `import { graphql } from 'react-relay';\n${tags.join('\n')}\n`,
  );
  const config = join(project, 'relay.config.json');
  writeFileSync(
    config,
    JSON.stringify({
      src: 'src',
      schema: 'schema.graphql',
      language: 'javascript',
      artifactDirectory: 'artifacts',
    }),
  );
  await promisify(execFile)(process.execPath, [COMPILER, config], { cwd: project });
  const texts = readdirSync(artifacts).map((name) => readFileSync(join(artifacts, name), 'utf8'));
  return new Map(
    texts.flatMap((text) => {
      const [, name] = /"name": "(\w+)",\n\s*"operationKind"/.exec(text) ?? [];
      const [, operation] = /"text": ("(?:[^"\\]|\\.)*")/.exec(text) ?? [];
      return name && operation ? [[name, JSON.parse(operation) as string]] : [];
    }),
  );
}

onSqlite('the Relay compiler', (start) => {
  let gateway: TestGateway;
  let operations: Map<string, string>;
  beforeAll(async () => {
    gateway = await start({});
    operations = await compiled(DOCUMENTS);
  });
  const send = async (name: string, variables: object) => {
    const { data, errors } = await sendText(gateway, operations.get(name)!, variables);
    expect(errors).toBeUndefined();
    return data;
  };

  test('compiles pages, objects that are fetched again, and edges that mutations remove', () => {
    expect([...operations.keys()].sort()).toEqual(
      [
        'PagesCreateMutation',
        'PagesDeleteManyMutation',
        'PagesDeleteMutation',
        'PagesImageRefetchQuery',
        'PagesMemberRefetchQuery',
        'PagesNodesQuery',
        'PagesPaginationQuery',
        'PagesQuery',
        'PagesSharedQuery',
        'PagesUnshareMutation',
      ].sort(),
    );
  });

  test('makes operations that the gateway answers', async () => {
    const id = await createImage(gateway, { name: 'one' });
    const share = gql(
      'mutation ($id: ID!) { addImageMember(imageId: $id, input: { memberId: "m" }) { id } }',
    );
    const { addImageMember: membership } = await run(gateway, share, { id });
    expect(await send('PagesQuery', { count: 1 })).toMatchObject({ images: { edges: [{ node: { id } }] } });
    expect(await send('PagesImageRefetchQuery', { id })).toMatchObject({
      node: { __typename: 'Image', name: 'one', members: [{ memberId: 'm', image: { name: 'one' } }] },
    });
    expect(await send('PagesMemberRefetchQuery', { id: membership.id })).toMatchObject({
      node: { __typename: 'ImageMember', memberId: 'm', image: { id } },
    });
    expect(await send('PagesNodesQuery', { ids: [membership.id, id] })).toMatchObject({
      nodes: [{ id: membership.id }, { id }],
    });
    expect(await send('PagesUnshareMutation', { id, member: 'm' })).toEqual({
      removeImageMember: { id: membership.id, image: { id, members: [] } },
    });
    expect(await send('PagesDeleteMutation', { id })).toEqual({ deleteImage: { id } });
  });

  test('refuses a field that the schema does not have', async () => {
    await expect(compiled(['query PagesQuery { image(id: "x") { unheardOf } }'])).rejects.toThrow(
      /unheardOf/,
    );
  });
});
