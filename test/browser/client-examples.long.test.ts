import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { createActiveImage, createImage, run } from '../support/client.js';
import { serveFolder, type FileServer } from '../support/file-server.js';
import { onSqlite, type TestGateway } from '../support/gateway.js';
import { gql } from '../support/gql.js';
import { AUDIENCE, startOidcProvider, type OidcProvider } from '../support/oidc-provider.js';
import { eventually } from '../support/poll.js';
import { stallingProxy } from '../support/stalling-proxy.js';
import { hasBrowser, testInBrowser as test, type OpenPage } from './browser.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** Installing and building take long on a slow machine. */
const LONG = 400_000;
/** Each client with the method by which it asks. */
const CLIENTS: [client: string, method: string][] = [
  ['apollo', 'POST'],
  ['urql', 'GET'],
  ['relay', 'POST'],
  ['tanstack-query', 'GET'],
];
const RENAME = gql(
  'mutation ($id: ID!, $name: String!) { updateImage(id: $id, input: { name: $name }) { id } }',
);
const DELETE = gql('mutation ($id: ID!) { deleteImage(id: $id) { id } }');
/** Folders that a clone of the repository does not have. */
const MADE = ['node_modules', 'public/build', 'src/gql', 'src/relay/__generated__'];

/** Runs in a page whose subscriptions are to bring nothing. */
const SILENT = `
  globalThis.WebSocket = class extends EventTarget {};
  const send = fetch;
  globalThis.fetch = (address, options) =>
    new Headers(options?.headers).get('accept') === 'text/event-stream'
      ? new Promise(() => undefined)
      : send(address, options);
`;

describe.skipIf(!hasBrowser)('the clients among the examples', { timeout: 120_000, concurrent: true }, () => {
  onSqlite('on another origin than the gateway', (start) => {
    let folder: string;
    let clients: string;
    let files: FileServer;
    let provider: OidcProvider;
    let options: Record<string, string>;
    let gateway: TestGateway;
    let strict: TestGateway;
    let checked: Promise<void>;

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'glance-graphql-clients-'));
      clients = join(folder, 'examples/clients');
      const from = join(ROOT, 'examples/clients');
      await cp(from, clients, { recursive: true, filter: (path) => !MADE.includes(relative(from, path)) });
      await cp(join(ROOT, 'schema'), join(folder, 'schema'), { recursive: true });
      await npm(clients, 'ci --prefer-offline --no-audit');
      await npm(clients, 'run generate');
      checked = npm(clients, 'run check');
      checked.catch(() => undefined);
      await npm(clients, 'run build');

      files = await serveFolder(join(clients, 'public'));
      provider = await startOidcProvider();
      options = {
        AUTH: 'oidc',
        OIDC_ISSUER: provider.issuer,
        OIDC_AUDIENCE: AUDIENCE,
        CORS_ORIGINS: files.origin,
      };
      gateway = await start(options);
      strict = await start({
        ...options,
        PERSISTED_DOCUMENTS: join(clients, 'src/gql/persisted-documents.json'),
      });
    }, LONG);
    afterAll(async () => {
      await checked.catch(() => undefined);
      files?.close();
      await provider?.stop();
      await rm(folder, { recursive: true, force: true });
    });

    /** A tenant with the images a, b and c, its page, and what the page has asked for. */
    async function pageOf(
      open: OpenPage,
      client: string,
      tenant: string,
      { at = gateway, isLive = true, way = '' } = {},
    ) {
      const headers = { 'x-auth-token': await provider.token({ tenant, roles: ['member'] }) };
      const ids: Record<string, string> = {};
      for (const name of ['c', 'b']) ids[name] = await createImage(gateway, { name }, headers);
      ids.a = await createActiveImage(gateway, 'data', { name: 'a', protected: true }, headers);
      const page = await open(`${files.origin}/empty`);
      await page.evaluate(`sessionStorage.setItem('token', '${headers['x-auth-token']}')`);
      if (!isLive) await page.addInitScript(SILENT);
      const asked: { method: string; text: string }[] = [];
      page.on('request', (request) => {
        if (!request.url().startsWith(`${at.url}/graphql`) || request.method() === 'OPTIONS') return;
        asked.push({
          method: request.method(),
          text: request.postData() ?? decodeURIComponent(request.url()),
        });
      });
      await page.goto(`${files.origin}/?client=${client}&gateway=${at.url}&way=${way}`);
      const subscribed: string[] = [];
      const noteSubscription = (text: string) => /subscription /.test(text) && subscribed.push(text);
      page.on('websocket', (socket) =>
        socket.on('framesent', ({ payload }) => noteSubscription(String(payload))),
      );
      page.on('request', (request) => noteSubscription(request.postData() ?? ''));
      const lists = () => asked.filter(({ text }) => /\bimages\s*\(/.test(text));
      return { page, ids, headers, asked, lists, subscribed };
    }

    test('have types: the compiler of TypeScript finds no error', () => checked, LONG);

    test('get a type for each scalar', async () => {
      const types = await readFile(join(clients, 'src/gql/graphql.ts'), 'utf8');
      expect(types).toMatch(/SafeInt: \{ input: number; output: number; \}/);
      expect(types).toMatch(/DateTime: \{ input: string; output: string; \}/);
      expect(types).toMatch(/Upload: \{ input: File; output: File; \}/);
      expect(types).not.toMatch(/(input|output): (unknown|any)\b/);
    });

    describe.each(CLIENTS)('%s', (client, method) => {
      test('lists page by page, and shows its own changes from its cache', async ({ open }) => {
        const { page, lists } = await pageOf(open, client, `${client}-lists`, { isLive: false });
        await names(page, ['a', 'b']);
        await page.getByRole('button', { name: 'More' }).click();
        await names(page, ['a', 'b', 'c']);
        page.once('dialog', (dialog) => dialog.accept('b renamed'));
        await row(page, 'b').getByRole('button', { name: 'Rename' }).click();
        await names(page, ['a', 'b renamed', 'c']);
        await row(page, 'c').getByRole('button', { name: 'Delete' }).click();
        await names(page, ['a', 'b renamed']);
        expect(lists().map((each) => each.method)).toEqual([method, method]);
      });

      test('tells errors apart by their code', async ({ open }) => {
        const { page } = await pageOf(open, client, `${client}-errors`);
        await row(page, 'a').getByRole('button', { name: 'Delete' }).click();
        const problem = page.getByRole('alert');
        await problem
          .filter({ hasText: 'This image is protected from deletion. (IMAGE_PROTECTED)' })
          .waitFor();
        await page.evaluate("sessionStorage.setItem('token', 'ended')");
        await page.reload();
        await problem.filter({ hasText: 'Your login has ended. Log in again. (UNAUTHENTICATED)' }).waitFor();
        open.expectFault(/status of 401/);
        // React writes every error that a component of the page catches.
        if (client === 'relay') open.expectFault(/The token is not accepted/);
      });
    });

    describe.each(CLIENTS)('%s', (client) => {
      test('shows what others change', async ({ open }) => {
        const { page, ids, headers } = await pageOf(open, client, `${client}-live`);
        await names(page, ['a', 'b']);
        await run(gateway, RENAME, { id: ids.b, name: 'b renamed' }, headers);
        await names(page, ['a', 'b renamed']);
        await run(gateway, DELETE, { id: ids.b }, headers);
        await names(page, ['a']);
        await createImage(gateway, { name: 'aa' }, headers);
        await page.getByRole('button', { name: 'Show new images' }).click();
        await names(page, ['a', 'aa']);
      });

      test('goes on after the last change when its connection breaks, and says when the login has ended', async ({
        open,
      }) => {
        const proxy = await stallingProxy(Number(new URL(gateway.url).port));
        const at = { ...gateway, url: `http://127.0.0.1:${proxy.port}` };
        const { page, ids, headers, subscribed } = await pageOf(open, client, `${client}-broken`, { at });
        await names(page, ['a', 'b']);
        await run(gateway, RENAME, { id: ids.b, name: 'b before' }, headers);
        await names(page, ['a', 'b before']);
        proxy.refuse();
        await run(gateway, RENAME, { id: ids.b, name: 'b meanwhile' }, headers);
        proxy.resume();
        await names(page, ['a', 'b meanwhile']);
        expect(subscribed.map((text) => /"after":"/.test(text))).toEqual([false, true]);

        await page.evaluate("sessionStorage.setItem('token', 'ended')");
        proxy.refuse();
        proxy.resume();
        await page.getByRole('alert').filter({ hasText: 'Your login has ended.' }).waitFor();
        if (client === 'tanstack-query') {
          open.expectFault(/ERR_INCOMPLETE_CHUNKED_ENCODING/);
          open.expectFault(/status of 401/);
        }
        await proxy.stop();
      });
    });

    test('Relay fetches one image again by its id', async ({ open }) => {
      const { page, ids, headers, asked } = await pageOf(open, 'relay', 'relay-node');
      const add = gql(
        'mutation ($id: ID!) { addImageMember(imageId: $id, input: { memberId: "guest" }) { id } }',
      );
      await run(gateway, add, { id: ids.a }, headers);
      await row(page, 'a').getByRole('button', { name: 'Members' }).click();
      await row(page, 'a').getByText('guest: pending').waitFor();
      expect(asked.at(-1)!.text).toMatch(/\bnode\(id: \$id\)/);
    });

    describe('a page that names documents by their hashes', () => {
      test.for(['fetch', 'apollo', 'urql'])(
        'runs those of its manifest with %s on a gateway that runs nothing else',
        async (client, { open }) => {
          const tenant = `known ${client}`;
          const { page, asked } = await pageOf(open, 'persisted', tenant, {
            at: strict,
            way: `${client}-known`,
          });
          await page.getByText('a, b, c').waitFor();
          expect(asked.map(({ text }) => text)).toEqual([expect.stringMatching(/[0-9a-f]{64}/)]);
          expect(asked[0].text).not.toMatch(/images\(/);
        },
      );

      test.for(['apollo', 'urql'])(
        'sends with %s the text only once: when the gateway does not know it',
        async (client, { open }) => {
          const fresh = await start(options);
          const tenant = `automatic ${client}`;
          const { page, asked } = await pageOf(open, 'persisted', tenant, {
            at: fresh,
            way: `${client}-automatic`,
          });
          await page.getByText('a, b, c').waitFor();
          await page.reload();
          await page.getByText('a, b, c').waitFor();
          expect(asked.map(({ text }) => [/[0-9a-f]{64}/.test(text), /images\(/.test(text)])).toEqual([
            [true, false],
            [true, true],
            [true, false],
          ]);
        },
      );
    });

    describe.each(['in one pass', 'in parts, which can be resumed', 'in one form with the record'])(
      'an upload %s',
      (way) => {
        test('makes the image active, and shows how much has been sent', async ({ open }) => {
          const { page, headers } = await pageOf(open, 'uploads', `uploads ${way}`);
          const data = randomBytes(3_000_000);
          await send(page, way, data);
          await page.getByText('The image is active.').waitFor();
          if (!way.includes('form')) expect(await page.getByLabel('Sent').getAttribute('value')).toBe('1');
          const query = gql(
            '{ images(filter: { name: { eq: "disk.raw" } }) { edges { node { status size checksum } } } }',
          );
          const { images } = await run(gateway, query, {}, headers);
          const checksum = createHash('md5').update(data).digest('hex');
          expect(images.edges.map(({ node }) => node)).toEqual([
            { status: 'active', size: data.length, checksum },
          ]);
        });

        test('tells by the code why it failed', async ({ open }) => {
          const small = await start({ ...options, IMAGE_SIZE_CAP: '100' });
          const { page } = await pageOf(open, 'uploads', `too large ${way}`, { at: small });
          await send(page, way, randomBytes(1000));
          await page.getByText('This file is too large for an image. (IMAGE_TOO_LARGE)').waitFor();
          if (!way.includes('form')) open.expectFault(/status of 413/);
        });
      },
    );
  });
});

/** Runs npm in a folder. Its settings are in the user's home, and the tests have an empty home. */
async function npm(cwd: string, command: string): Promise<void> {
  const env = { ...process.env, HOME: userInfo().homedir };
  await promisify(execFile)('npm', command.split(' '), { cwd, env }).catch(
    ({ stdout, stderr }: { stdout: string; stderr: string }) => {
      throw new Error(`npm ${command}: ${stdout}${stderr}`);
    },
  );
}

const row = (page: Page, name: string) =>
  page.getByRole('row').filter({ has: page.getByRole('rowheader', { name, exact: true }) });

/** Waits until the list holds these names, in this order. */
async function names(page: Page, wanted: string[]): Promise<void> {
  await eventually(
    () => page.getByRole('rowheader').allInnerTexts(),
    (shown) => JSON.stringify(shown) === JSON.stringify(wanted),
    60,
  );
}

async function send(page: Page, way: string, buffer: Buffer): Promise<void> {
  await page
    .getByLabel('Data')
    .setInputFiles({ name: 'disk.raw', mimeType: 'application/octet-stream', buffer });
  await page.getByLabel('Way').selectOption(way);
  await page.getByRole('button', { name: 'Send' }).click();
}
