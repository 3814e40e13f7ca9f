import { execFile, spawnSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { generate, type CodegenConfig } from '@graphql-codegen/cli';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createActiveImage, createImage, run } from '../support/client.js';
import { onSqlite, type TestGateway } from '../support/gateway.js';
import { gql } from '../support/gql.js';
import { AUDIENCE, startOidcProvider, type OidcProvider } from '../support/oidc-provider.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const execute = promisify(execFile);

onSqlite('the guide to clients', (start) => {
  let folder: string;
  let provider: OidcProvider;
  let gateway: TestGateway;
  let token: string;
  let id: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'glance-graphql-clients-'));
    await cp(join(ROOT, 'test/docs/clients'), folder, { recursive: true });
    await cp(join(ROOT, 'schema/schema.graphql'), join(folder, 'schema.graphql'));
    const guide = await readFile(join(ROOT, 'docs/guide/clients.md'), 'utf8');
    for (const [, name, text] of guide.matchAll(/^```\w+ (\S+)\n(.*?)^```$/gms)) {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(join(folder, name), text);
    }
    // The settings of npm are in the user's home, and the tests have an empty home.
    const env = { ...process.env, HOME: userInfo().homedir };
    const installed = spawnSync('npm', ['ci', '--prefer-offline'], { cwd: folder, env, encoding: 'utf8' });
    if (installed.status !== 0) throw new Error(installed.stderr);

    provider = await startOidcProvider();
    gateway = await start({ AUTH: 'oidc', OIDC_ISSUER: provider.issuer, OIDC_AUDIENCE: AUDIENCE });
    token = await provider.token({ tenant: 'demo', roles: ['admin'] });
    const ours = { 'x-auth-token': token };
    id = await createActiveImage(
      gateway,
      'data',
      { name: 'a', properties: [{ name: 'os', value: 'debian' }] },
      ours,
    );
    for (const name of ['b', 'c']) await createImage(gateway, { name }, ours);
    const add = gql(
      'mutation ($id: ID!) { addImageMember(imageId: $id, input: { memberId: "guest" }) { id } }',
    );
    await run(gateway, add, { id }, ours);
  }, 400_000);
  afterAll(async () => {
    await provider.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const use = async (client: string) => {
    const args = [`use-${client}`, gateway.url, token, id];
    const { stdout, stderr } = await execute(process.execPath, args, { cwd: folder });
    expect(stderr).toBe('');
    return JSON.parse(stdout);
  };
  const reset = async (name: string) => {
    const ours = { 'x-auth-token': token };
    const input = { name, properties: { set: [{ name: 'os', value: 'debian' }] } };
    const change = gql(
      'mutation ($id: ID!, $input: UpdateImageInput!) { updateImage(id: $id, input: $input) { id } }',
    );
    await run(gateway, change, { id, input }, ours);
    await run(
      gateway,
      gql('mutation ($id: ID!) { rejectImage(id: $id, memberId: "guest") { id } }'),
      { id },
      ours,
    );
  };
  const changed = () => ({
    id,
    name: 'a renamed',
    size: 4,
    createdAt: expect.stringMatching(/^\d{4}-.*Z$/),
    properties: [],
    members: [{ id: `${id}:guest`, status: 'accepted' }],
  });

  describe('is true', { timeout: 120_000 }, () => {
    test('of Apollo Client, whose list grows by a page and shows a change', async () => {
      await reset('a');
      const { images, cached, node } = await use('apollo.js');
      expect(images.map(({ name }: { name: string }) => name)).toEqual(['a renamed', 'b', 'c']);
      expect(images[0]).toMatchObject(changed());
      expect([cached, node]).toEqual(['a renamed', 'a renamed']);
    });

    test('of urql with its own settings, which asks by GET', async () => {
      await reset('a');
      const { images, cached, methods } = await use('urql.js');
      expect(images.map(({ name }: { name: string }) => name)).toEqual(['a renamed', 'b', 'c']);
      expect(images[0]).toMatchObject(changed());
      expect(cached).toBe('a renamed');
      expect(methods).toEqual(['GET', 'GET', 'POST', 'POST']);
    });

    test('of graphql-request, by POST and by GET', async () => {
      await reset('a');
      expect(await use('graphql-request.js')).toEqual({ names: ['a', 'a'], wrong: 'BAD_USER_INPUT' });
    });

    test('of Relay, which fetches an image again by its fragment', async () => {
      await reset('a');
      const compiler = join(folder, 'node_modules/relay-compiler/cli.js');
      await execute(process.execPath, [compiler, 'relay.config.json'], { cwd: folder });
      // The compiler writes its files for bundlers.
      await build({
        entryPoints: [join(folder, 'use-relay.js')],
        outfile: join(folder, 'use-relay.mjs'),
        bundle: true,
        format: 'esm',
        platform: 'node',
        define: { 'process.env.NODE_ENV': '"production"' },
      });
      const { ids, refetched, row } = await use('relay.mjs');
      expect(ids).toHaveLength(3);
      expect(refetched).toBe(true);
      expect(row).toMatchObject({
        name: 'a',
        status: 'active',
        size: 4,
        members: [{ id: `${id}:guest`, status: 'rejected' }],
      });
    });

    test('of GraphQL Code Generator, which knows every scalar', async () => {
      const { default: config } = (await import(pathToFileURL(join(folder, 'codegen.js')).href)) as {
        default: CodegenConfig;
      };
      const files = (await generate({ ...config, cwd: ROOT }, false)) as {
        filename: string;
        content: string;
      }[];
      const types = files.find(({ filename }) => filename.endsWith('graphql.ts'))!.content;
      expect(types).toMatch(/SafeInt: \{ input: number; output: number; \}/);
      expect(types).toMatch(/DateTime: \{ input: string; output: string; \}/);
      expect(types).toMatch(/Upload: \{ input: File; output: File; \}/);
      expect(types).not.toMatch(/(input|output): (unknown|any)\b/);
    });
  });
});
