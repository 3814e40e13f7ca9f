import { createHash, randomBytes } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { onSqlite, type TestGateway } from '../support/gateway.js';
import { AUDIENCE, startOidcProvider } from '../support/oidc-provider.js';
import { createImage, putData } from '../support/client.js';
import { stateOf } from '../support/image-state.js';
import { hasBrowser, withBrowser } from './browser.js';
import { answer, changed, choose, fill, keptTabs, PLACES, run, shown, tabs } from './graphiql-page.js';

describe.skipIf(!hasBrowser)('GraphiQL in a browser', { timeout: 120_000 }, () => {
  const open = withBrowser();

  onSqlite('of a gateway', (start) => {
    let gateway: TestGateway;
    beforeAll(async () => {
      gateway = await start();
    });

    test('opens on example operations, and the first of them answers as it is', async () => {
      const page = await open(`${gateway.url}/graphiql`);
      await page.getByRole('tab', { name: 'CreateImage' }).waitFor();
      expect(await tabs(page)).toEqual([
        'Images',
        'CreateImage',
        'UploadImage',
        'UpdateImage',
        'ImageChanges',
        'DeleteImage',
        'ViewerAndFormats',
      ]);
      await run(page);
      expect(await answer(page)).toMatchObject({ data: { images: { edges: [] } } });
    });

    test('completes what is typed from the schema, and runs it', async () => {
      const page = await open(`${gateway.url}/graphiql`);
      await page.getByRole('button', { name: 'New tab' }).click();
      await page.locator('.graphiql-query-editor .view-lines').click();
      await page.keyboard.type('{ vie');
      // The list is narrowed a moment after the typing: only what is focused is taken by Enter.
      await page
        .locator('.suggest-widget .monaco-list-row.focused')
        .filter({ hasText: /^viewer/ })
        .waitFor();
      await page.keyboard.press('Enter');
      await page.keyboard.type(' { isAdmin } }');
      await run(page);
      expect(await answer(page)).toEqual({ data: { viewer: { isAdmin: true } } });
      await page.locator('.graphiql-response').getByText('"isAdmin"').waitFor();
    });

    test('shows the documentation of the schema', async () => {
      const page = await open(`${gateway.url}/graphiql`);
      await page.getByRole('button', { name: 'Show Documentation Explorer' }).click();
      await page.locator('.graphiql-doc-explorer').getByRole('link', { name: 'Query', exact: true }).click();
      await page.getByText('Returns the caller.').first().waitFor();
    });

    test('marks what the schema does not have', async () => {
      const page = await open(`${gateway.url}/graphiql`);
      await fill(page, 'query', '{ images { nothing } }');
      await page.locator('.graphiql-query-editor .squiggly-error').waitFor();
    });

    test('has examples that run one after the other unchanged, each on the image created before', async () => {
      const page = await open(`${gateway.url}/graphiql`);
      const next = async (name: string) => {
        await choose(page, name);
        await run(page);
        return answer(page);
      };
      for (let round = 0; round < 2; round += 1) {
        expect(await next('Images')).toMatchObject({ data: { images: {} } });
        const { id } = (await next('CreateImage')).data!.createImage!;
        expect(await next('UploadImage')).toMatchObject({ data: { uploadImage: { id, status: 'active' } } });
        expect(await shown(page, 'variable')).toContain(id);
        expect(await next('UpdateImage')).toMatchObject({ data: { updateImage: { id, minDisk: 4 } } });
        await choose(page, 'ImageChanges');
        await run(page);
        await changed(page, { imageId: id, kind: 'CREATED', image: { name: 'debian-13-server' } });
        expect(await next('DeleteImage')).toMatchObject({ data: { deleteImage: { id, status: 'deleted' } } });
        expect(await next('ViewerAndFormats')).toMatchObject({ data: { viewer: { isAdmin: true } } });
        // The page is opened again later, with the tabs as they were.
        await keptTabs(page, (kept) => kept.length === 7);
        await page.reload();
        await page.getByRole('tab', { name: 'ViewerAndFormats', selected: true }).waitFor();
      }
    });

    test('keeps an id that the user wrote, and sends no default file to that image', async () => {
      const page = await open(`${gateway.url}/graphiql`);
      await choose(page, 'UploadImage');
      const id = await createImage(gateway);
      await fill(page, 'variable', JSON.stringify({ id }));
      await choose(page, 'CreateImage');
      await run(page);
      await answer(page);
      await choose(page, 'UploadImage');
      expect(await shown(page, 'variable')).toContain(id);
      await run(page);
      expect((await answer(page)).errors![0].message).toContain('$data');
      expect(await stateOf(gateway, id)).toMatchObject({ status: 'queued' });
      open.expectFault(/status of 400/);
    });

    test('shows changes as they happen, until the user stops it', async () => {
      const page = await open(`${gateway.url}/graphiql`);
      await choose(page, 'ImageChanges');
      await run(page);
      await page.getByRole('button', { name: /^Stop query/ }).waitFor();
      const id = await createImage(gateway, { name: 'new', diskFormat: 'raw', containerFormat: 'bare' });
      await changed(page, { imageId: id, kind: 'CREATED', image: { name: 'new', status: 'queued' } });
      await putData(gateway, id, 'data');
      await changed(page, { imageId: id, kind: 'UPDATED', image: { name: 'new', status: 'active' } });
      await page.getByRole('button', { name: /^Stop query/ }).click();
      await page.getByRole('button', { name: /^Execute query/ }).waitFor();
      await createImage(gateway, { name: 'later' });
      await fill(page, 'variable', '{ "filter": { "name": { "eq": "nothing" } } }');
      expect(await answer(page)).toMatchObject({ data: { imageChanged: { imageId: id } } });
    });

    test('says why it cannot follow changes', async () => {
      const page = await open(`${gateway.url}/graphiql`);
      await choose(page, 'ImageChanges');
      await fill(page, 'variable', '{ "filter": { "nothing": 1 } }');
      await run(page);
      expect((await answer(page)).errors![0].extensions.code).toBe('BAD_USER_INPUT');
    });

    test('creates an image and uploads its data', async () => {
      const page = await open(`${gateway.url}/graphiql`);
      await choose(page, 'CreateImage');
      await run(page);
      const { id, status } = (await answer(page)).data!.createImage!;
      expect(status).toBe('queued');

      const data = randomBytes(300_000);
      await choose(page, 'UploadImage');
      await fill(page, 'variable', JSON.stringify({ id }));
      await page
        .getByLabel('$data')
        .setInputFiles({ name: 'disk.raw', mimeType: 'application/octet-stream', buffer: data });
      await page.getByText('disk.raw, 300000 bytes').waitFor();
      await run(page);
      const checksum = createHash('md5').update(data).digest('hex');
      const uploaded = { status: 'active', size: data.length, checksum };
      expect(await answer(page)).toEqual({ data: { uploadImage: { id, ...uploaded } } });
      expect(await stateOf(gateway, id)).toMatchObject(uploaded);
    });

    test('offers to choose a file only for operations that take one', async () => {
      const page = await open(`${gateway.url}/graphiql`);
      await choose(page, 'UploadImage');
      await page.getByLabel('$data').waitFor();
      await choose(page, 'DeleteImage');
      await page.getByLabel('$data').waitFor({ state: 'detached' });
    });

    test('sends the headers that are written, and does not keep them', async () => {
      const page = await open(`${gateway.url}/graphiql`);
      await page.getByRole('button', { name: 'Headers' }).click();
      expect(await shown(page, 'header')).toContain('// Headers that this tab sends');
      await fill(page, 'header', '{ "x-openstack-request-id": "req-from-the-page" /* as it is */ }');
      await run(page);
      await answer(page);
      expect(gateway.log.some(({ reqId }) => reqId === 'req-from-the-page')).toBe(true);
      await keptTabs(page, (kept) => kept.includes('Images'));
      const stored: string = await page.evaluate('JSON.stringify({ ...localStorage })');
      expect(stored).not.toContain('req-from-the-page');
    });

    test('keeps its tabs across a reload', async () => {
      const page = await open(`${gateway.url}/graphiql`);
      await choose(page, 'ViewerAndFormats');
      await fill(page, 'query', 'query OfMyOwn { viewer { isAdmin } }');
      await page.getByRole('tab', { name: 'OfMyOwn' }).waitFor();
      await keptTabs(page, (kept) => kept.includes('OfMyOwn'));
      await page.reload();
      await page.getByRole('tab', { name: 'OfMyOwn', selected: true }).waitFor();
      expect(await tabs(page)).toHaveLength(7);
      await run(page);
      expect(await answer(page)).toEqual({ data: { viewer: { isAdmin: true } } });
    });
  });

  onSqlite('of a gateway that asks who is calling', (start) => {
    test('says that it does not know the sender, takes a token, and says then who that is', async () => {
      const provider = await startOidcProvider();
      const gateway = await start({ AUTH: 'oidc', OIDC_ISSUER: provider.issuer, OIDC_AUDIENCE: AUDIENCE });
      const page = await open(`${gateway.url}/graphiql`);
      const bar = page.getByRole('status', { name: 'Who you are' });
      await bar.filter({ hasText: 'does not know you (401)' }).waitFor();

      const token = await provider.token({ tenant: 'demo', roles: ['member', 'admin'] });
      await page.getByRole('button', { name: 'Headers' }).click();
      await fill(page, 'header', JSON.stringify({ 'X-Auth-Token': token }));
      await run(page);
      await bar.filter({ hasText: 'You are user console of tenant demo' }).waitFor();
      expect(await bar.innerText()).toContain('with the roles member, admin; you are an administrator.');
      expect(await answer(page)).toMatchObject({ data: { images: { edges: [] } } });
      await page.getByRole('button', { name: 'Show Documentation Explorer' }).click();
      await page
        .locator('.graphiql-doc-explorer')
        .getByRole('link', { name: 'Query', exact: true })
        .waitFor();
      expect(await page.evaluate('JSON.stringify({ ...localStorage })')).not.toContain(token);
      open.expectFault(/status of 401/);
      await provider.stop();
    });

    test('takes one token for all its tabs, and keeps it only through a reload', async () => {
      const provider = await startOidcProvider();
      const gateway = await start({ AUTH: 'oidc', OIDC_ISSUER: provider.issuer, OIDC_AUDIENCE: AUDIENCE });
      const page = await open(`${gateway.url}/graphiql`);
      const bar = page.getByRole('status', { name: 'Who you are' });
      const token = await provider.token({ tenant: 'demo', roles: ['member', 'admin'] });
      await page.getByLabel('Token').fill(token);
      await page.getByRole('button', { name: 'Use in all tabs' }).click();
      await bar.filter({ hasText: 'You are user console of tenant demo' }).waitFor();
      const runs = async () => {
        await run(page);
        const { data, errors } = await answer(page);
        expect([errors, Object.keys(data!)]).toEqual([undefined, [expect.any(String)]]);
      };
      for (const name of [
        'CreateImage',
        'UploadImage',
        'UpdateImage',
        'ImageChanges',
        'DeleteImage',
        'Images',
      ]) {
        await choose(page, name);
        await runs();
      }
      await keptTabs(page, (kept) => kept.length === 7);
      await page.reload();
      await bar.filter({ hasText: 'You are user console of tenant demo' }).waitFor();
      // GraphiQL mixes up its tabs when one is chosen before its editors are there, so this one runs again.
      await page.locator(`${PLACES.query} .view-line`).first().waitFor();
      await runs();
      expect(await page.evaluate('JSON.stringify({ ...localStorage })')).not.toContain(token);

      await page.getByRole('button', { name: 'Forget the token' }).click();
      await bar.filter({ hasText: 'does not know you (401)' }).waitFor();
      expect(await page.evaluate('JSON.stringify({ ...sessionStorage })')).not.toContain(token);
      open.expectFault(/status of 401/);
      await provider.stop();
    });

    test('says that the token is no longer accepted, and takes another', async () => {
      const provider = await startOidcProvider();
      const gateway = await start({ AUTH: 'oidc', OIDC_ISSUER: provider.issuer, OIDC_AUDIENCE: AUDIENCE });
      const page = await open(`${gateway.url}/graphiql`);
      const bar = page.getByRole('status', { name: 'Who you are' });
      await page.getByLabel('Token').fill('tökén');
      await page.getByRole('button', { name: 'Use in all tabs' }).click();
      expect(await page.locator('.token-field input:invalid').count()).toBe(1);
      const use = async (token: string) => {
        await page.getByLabel('Token').fill(token);
        await page.getByRole('button', { name: 'Use in all tabs' }).click();
      };
      await use(await provider.token({ tenant: 'demo', roles: ['member'] }));
      await bar.filter({ hasText: 'of tenant demo' }).waitFor();
      await use('eyJhbGciOiJub25lIn0.e30.');
      await bar.filter({ hasText: 'The gateway does not accept this token (401)' }).waitFor();
      await run(page);
      expect((await answer(page)).errors![0].extensions.code).toBe('UNAUTHENTICATED');
      await use(await provider.token({ tenant: 'other', roles: ['member'] }));
      await bar.filter({ hasText: 'of tenant other' }).waitFor();
      open.expectFault(/status of 401/);
      await provider.stop();
    });

    test('says that everybody is administrator where that is so', async () => {
      const gateway = await start();
      const page = await open(`${gateway.url}/graphiql`);
      const bar = page.getByRole('status', { name: 'Who you are' });
      await bar.filter({ hasText: 'Everybody is an administrator here, without a login.' }).waitFor();
    });
  });
});
