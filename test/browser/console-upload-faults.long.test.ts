import { closeSync, openSync, writeFileSync, writeSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { request } from 'node:http';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { as, run } from '../support/client.js';
import { onSqlite, type TestGateway } from '../support/gateway.js';
import { gql } from '../support/gql.js';
import { answers, interpose, type Interposed } from '../support/interposed.js';
import { eventually } from '../support/poll.js';
import { hasNginx, startNginx } from '../support/nginx-server.js';
import { endAll, spawnGateway } from '../support/process.js';
import { folderOfTests } from '../support/temporary-folder.js';
import { hasBrowser, withBrowser } from './browser.js';
import { closeBoth, focused, openAs, told } from './console-page.js';
import {
  afterBytes,
  choose,
  holdParts,
  imageOf,
  madeFile,
  MIB,
  onParts,
  says,
  sha512Of,
  startUploads,
  transfer,
  withoutFilePicker,
} from './upload-page.js';

const IMAGE = gql('query ($id: ID!) { image(id: $id) { status statusReason size hash { value } } }');
const UNFINISHED = gql('query { viewer { unfinishedUploads { url } } }');

describe.skipIf(!hasBrowser)('an upload in the console', { timeout: 120_000 }, () => {
  const open = withBrowser();
  const folder = folderOfTests();
  const file = (name: string, mebibytes: number, text?: string) =>
    madeFile(join(folder, crypto.randomUUID(), name), mebibytes, text);

  const openConsole = async (url: string, identity = as('red')): Promise<Page> => {
    const page = await openAs(open, identity, 'about:blank');
    await withoutFilePicker(page);
    await page.goto(`${url}/console/images`);
    return page;
  };
  const sizesOf = (between: Interposed) => {
    const sizes: number[] = [];
    const counted = (incoming: IncomingMessage, response: ServerResponse) => {
      sizes.push(Number(incoming.headers['content-length']));
      between.pass(incoming, response);
    };
    between.conduct = onParts(between, counted);
    return sizes;
  };

  onSqlite('behind a connection that fails', (start) => {
    let gateway: TestGateway;
    let between: Interposed;
    beforeAll(async () => {
      gateway = await start({ AUTH: 'trusted' });
      between = await interpose(gateway.url);
    });
    afterAll(() => between.stop());
    beforeEach(() => between.reset());
    const stored = async (id: string) => (await run(gateway, IMAGE, { id }, as('red'))).image!;

    test('goes on where the gateway stands after the connection was cut in a part', async () => {
      open.expectFault(/409|ERR_/);
      const page = await openConsole(between.url);
      let cuts = 0;
      between.conduct = onParts(between, (incoming, response) => {
        cuts += 1;
        between.pass(incoming, response);
        if (cuts === 2) afterBytes(incoming, 20 * MIB, () => incoming.socket.destroy());
      });
      const path = file('cut.raw', 130);
      await startUploads(page, path);
      await says(page, 'cut', 'Same as here.');
      expect(await stored(await imageOf(page, 'cut'))).toMatchObject({
        status: 'active',
        hash: { value: await sha512Of(path) },
      });
      expect(between.requests.filter((each) => each.startsWith('HEAD'))).toHaveLength(1);
    });

    test('whose data was changed on its way never becomes an active image', async () => {
      open.expectFault(/400/);
      const page = await openConsole(between.url);
      between.conduct = onParts(between, (incoming, response) =>
        passChanged(gateway.url, incoming, response),
      );
      await startUploads(page, file('changed-byte.raw', 2));
      await says(page, 'changed-byte', 'The gateway refused the data.');
      const id = await imageOf(page, 'changed-byte');
      expect(await stored(id)).toMatchObject({
        status: 'killed',
        statusReason: expect.stringContaining('SHA512'),
      });
    });

    test('whose last answer got lost is ready, as the image says', async () => {
      open.expectFault(/ERR_EMPTY_RESPONSE|ERR_CONNECTION/);
      const page = await openConsole(between.url);
      between.conduct = onParts(between, (incoming, response) => {
        response.writeHead = () => void incoming.socket.destroy() as never;
        between.pass(incoming, response);
      });
      const path = file('lost-answer.raw', 2);
      await startUploads(page, path);
      await says(page, 'lost-answer', 'Same as here.');
    });
  });

  onSqlite('behind a proxy', (start) => {
    let gateway: TestGateway;
    let between: Interposed;
    beforeAll(async () => {
      gateway = await start({ AUTH: 'trusted' });
      between = await interpose(gateway.url);
    });
    afterAll(() => between.stop());
    beforeEach(() => between.reset());
    const stored = async (id: string) => (await run(gateway, IMAGE, { id }, as('red'))).image!;

    test('that refuses large parts sends smaller ones', async () => {
      open.expectFault(/413/);
      const page = await openConsole(between.url);
      const sizes: number[] = [];
      between.conduct = onParts(between, (incoming, response) => {
        const size = Number(incoming.headers['content-length']);
        sizes.push(size);
        if (size <= 16 * MIB) return between.pass(incoming, response);
        incoming
          .resume()
          .on('end', () => answers(413, '<h1>Request Entity Too Large</h1>')(incoming, response));
      });
      await startUploads(page, file('large-parts.raw', 65));
      await says(page, 'large-parts', 'Same as here.');
      expect(sizes.slice(0, 4)).toEqual([64 * MIB, 32 * MIB, 16 * MIB, 16 * MIB]);
    });

    test('that refuses even small parts stops, and says why', async () => {
      open.expectFault(/413/);
      const page = await openConsole(between.url);
      between.conduct = onParts(between, (incoming, response) => {
        incoming.resume().on('end', () => answers(413, '<h1>Too Large</h1>')(incoming, response));
      });
      await startUploads(page, file('no-parts.raw', 2));
      await says(page, 'no-parts', 'A proxy in front of the gateway refuses even parts of 1 MiB.');
    });

    test('waits for the login, and goes on after it', async () => {
      open.expectFault(/401/);
      const page = await openConsole(between.url);
      const isOut = { now: true };
      between.conduct = (incoming, response) =>
        isOut.now &&
        /^\/(data|graphql)/.test(incoming.url!) &&
        between.requests.some((each) => each.startsWith('PATCH'))
          ? answers(401, '{"code":"UNAUTHENTICATED","message":"no login"}')(incoming, response)
          : between.pass(incoming, response);
      await startUploads(page, file('login.raw', 2));
      await page.getByRole('alertdialog', { name: 'Your login has ended.' }).waitFor();
      await says(page, 'login', 'Waiting for you to log in.');
      // As somebody who logs in again in another tab.
      isOut.now = false;
      await says(page, 'login', 'Same as here.');
    });

    test.each([409, 423])('goes on after %s', async (status) => {
      open.expectFault(new RegExp(String(status)));
      const page = await openConsole(between.url);
      let parts = 0;
      between.conduct = onParts(between, (incoming, response) => {
        parts += 1;
        if (parts > 1) return between.pass(incoming, response);
        incoming
          .resume()
          .on('end', () => answers(status, '{"code":"UPLOAD_LOCKED","message":"busy"}')(incoming, response));
      });
      await startUploads(page, file(`conflict-${status}.raw`, 2));
      await says(page, `conflict-${status}`, 'Same as here.');
    });

    test('counts down to the moment that the gateway names, and tries at once when asked', async () => {
      open.expectFault(/503/);
      const page = await openConsole(between.url);
      const isAway = { now: true };
      between.conduct = onParts(between, (incoming, response) => {
        if (!isAway.now) return between.pass(incoming, response);
        const busy = answers(503, '{"code":"DATABASE_UNAVAILABLE","message":"away"}', {
          'retry-after': '100',
        });
        incoming.resume().on('end', () => busy(incoming, response));
      });
      await startUploads(page, file('busy.raw', 2));
      await says(page, 'busy', /Trying again in (100|9\d) s/);
      await says(page, 'busy', 'It can go on until');
      isAway.now = false;
      await transfer(page, 'busy').getByRole('button', { name: 'Try now' }).click();
      await says(page, 'busy', 'Same as here.');
    });

    test('is paused, and goes on from where the gateway stands', async () => {
      const page = await openConsole(between.url);
      const held = holdParts(between, 2);
      await startUploads(page, file('paused.raw', 200));
      await held.come;
      await transfer(page, 'paused')
        .getByRole('button', { name: /^Pause/ })
        .click();
      await says(page, 'paused', /Paused at 64.0 MiB of 200 MiB/);
      await says(page, 'paused', 'It can go on until');
      const sizes = sizesOf(between);
      await transfer(page, 'paused').getByRole('button', { name: 'Go on' }).click();
      await says(page, 'paused', 'Same as here.');
      expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(136 * MIB);
    });

    test('is given up with its image', async () => {
      const page = await openConsole(between.url);
      const held = holdParts(between, 1);
      await startUploads(page, file('given-up.raw', 70));
      await held.come;
      between.reset();
      const id = await imageOf(page, 'given-up');
      await transfer(page, 'given-up').getByRole('button', { name: 'Give up' }).click();
      await page.getByRole('alertdialog').getByRole('button', { name: 'Give up' }).click();
      await told(page, 'The upload of given-up is given up.');
      expect(await transfer(page, 'given-up').count()).toBe(0);
      expect((await run(gateway, IMAGE, { id }, as('red'))).image).toBeNull();
      const { unfinishedUploads } = (await run(gateway, UNFINISHED, {}, as('red'))).viewer;
      expect(unfinishedUploads.filter(({ url }) => url.includes(id))).toEqual([]);
    });

    test('goes on after a reload with the same file, and refuses others', async () => {
      const page = await openConsole(between.url);
      const held = holdParts(between, 2);
      const path = file('reloaded.raw', 200);
      await startUploads(page, path);
      await held.come;
      page.on('dialog', (dialog) => void dialog.accept());
      await page.reload();
      await says(page, 'reloaded', 'Interrupted at');
      const again = transfer(page, 'reloaded').getByRole('button', { name: 'Choose reloaded.raw again' });
      await choose(page, again, file('reloaded.raw', 199));
      await says(page, 'reloaded', 'its size differs');
      await choose(page, again, file('reloaded.raw', 200, 'other'));
      await says(page, 'reloaded', 'its content differs');
      const sizes = sizesOf(between);
      await choose(page, again, path);
      await says(page, 'reloaded', 'Same as here.');
      expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(136 * MIB);
      expect(await stored(await imageOf(page, 'reloaded'))).toMatchObject({
        status: 'active',
        hash: { value: await sha512Of(path) },
      });
    });

    test('goes on after a reload with one click, where the browser keeps a handle of the file', async () => {
      const page = await openAs(open, as('red'), 'about:blank');
      // A file of the page's own storage has a handle as a chosen one has, and no window asks for it.
      await page.addInitScript(() => {
        Object.assign(globalThis, {
          async showOpenFilePicker() {
            const root = await navigator.storage.getDirectory();
            return [await root.getFileHandle('kept.raw')];
          },
        });
      });
      await page.goto(`${between.url}/console/images`);
      await page.evaluate(async () => {
        const root = await navigator.storage.getDirectory();
        const writable = await (await root.getFileHandle('kept.raw', { create: true })).createWritable();
        await writable.truncate(130 * 1024 ** 2);
        await writable.close();
      });
      const held = holdParts(between, 2);
      await page.getByRole('link', { name: 'New image' }).click();
      await page.getByRole('button', { name: 'Choose files' }).click();
      await page.getByRole('button', { name: 'Start 1 upload' }).click();
      await held.come;
      page.on('dialog', (dialog) => void dialog.accept());
      await page.reload();
      between.reset();
      await transfer(page, 'kept').getByRole('button', { name: 'Go on' }).click();
      await says(page, 'kept', 'Same as here.');
    });

    test('is seen in another tab, which takes it over when the first one is closed', async () => {
      const page = await openConsole(between.url);
      const held = holdParts(between, 2);
      const path = file('two-tabs.raw', 130);
      await startUploads(page, path);
      await held.come;
      const other = await page.context().newPage();
      await withoutFilePicker(other);
      await other.goto(`${between.url}/console/transfers`);
      await says(other, 'two-tabs', 'Another tab of this browser has it.');
      expect(await transfer(other, 'two-tabs').getByRole('button').count()).toBe(0);
      await page.close();
      await says(other, 'two-tabs', 'Interrupted at');
      between.reset();
      await choose(other, transfer(other, 'two-tabs').getByRole('button', { name: /^Choose/ }), path);
      await says(other, 'two-tabs', 'Same as here.');
    });

    test('is sent again after a silence', async () => {
      const page = await openConsole(between.url);
      const held = holdParts(between, 1);
      await startUploads(page, file('silent.raw', 70));
      await held.come;
      await says(page, 'silent', 'Trying again in');
      between.reset();
      await says(page, 'silent', 'Same as here.');
    });

    test('of somebody else is told without its name', async () => {
      const page = await openConsole(between.url);
      const held = holdParts(between, 1);
      await startUploads(page, file('secret-plans.raw', 2));
      await held.come;
      page.on('dialog', (dialog) => void dialog.accept());
      await page.context().setExtraHTTPHeaders(as('blue'));
      await page.goto(`${between.url}/console/transfers`);
      await page.getByText('An upload of somebody else').waitFor();
      expect(await page.locator('body').innerText()).not.toContain('secret-plans');
    });

    test('has the browser warn before one leaves the page, which says until when it can go on then', async () => {
      const page = await openConsole(between.url);
      const held = holdParts(between, 1);
      const begun = page.waitForResponse((response) => response.status() === 201);
      await startUploads(page, file('leaving.raw', 2));
      await held.come;
      const expires = Date.parse((await (await begun).headerValue('upload-expires'))!);
      const hint = page.getByText(/^If you leave the page, what is under way can go on later/);
      expect(await hint.locator('time').getAttribute('datetime')).toBe(new Date(expires).toISOString());
      const warned = page.waitForEvent('dialog');
      void page.close({ runBeforeUnload: true });
      const dialog = await warned;
      expect(dialog.type()).toBe('beforeunload');
      await dialog.accept();
    });

    test('that another device began goes on here', async () => {
      const first = await openConsole(between.url);
      const held = holdParts(between, 2);
      const path = file('two-devices.raw', 130);
      await startUploads(first, path);
      await held.come;
      await first.context().close();
      between.reset();
      const second = await openConsole(between.url);
      await second.goto(`${between.url}/console/transfers`);
      const button = transfer(second, 'two-devices').getByRole('button', { name: /^Choose the file/ });
      await choose(second, button, path);
      await says(second, 'two-devices', 'Same as here.');
    });

    test('of a file that is changed on the disk stops', async () => {
      open.expectFault(/ERR_/);
      const page = await openConsole(between.url);
      const held = holdParts(between, 2);
      const path = file('edited.raw', 130);
      await startUploads(page, path);
      await held.come;
      await transfer(page, 'edited')
        .getByRole('button', { name: /^Pause/ })
        .click();
      await says(page, 'edited', 'Paused');
      writeFileSync(path, 'another content');
      between.reset();
      await transfer(page, 'edited').getByRole('button', { name: 'Go on' }).click();
      await says(page, 'edited', 'The file cannot be read.');
      await transfer(page, 'edited').getByRole('button', { name: 'Choose edited.raw again' }).waitFor();
    });

    test('of a file whose middle was written meanwhile never becomes an active image', async () => {
      open.expectFault(/400/);
      const page = await openConsole(between.url);
      const held = holdParts(between, 2);
      const path = file('written.raw', 300);
      await startUploads(page, path);
      await held.come;
      await digested(page, 'written');
      page.on('dialog', (dialog) => void dialog.accept());
      await page.reload();
      between.reset();
      writeInside(path, 10 * MIB);
      await choose(page, transfer(page, 'written').getByRole('button', { name: /^Choose/ }), path);
      await says(page, 'written', 'The gateway refused the data.');
      expect(await stored(await imageOf(page, 'written'))).toMatchObject({ status: 'killed' });
    });

    test('goes on from the digest that the browser has kept', async () => {
      const page = await openConsole(between.url);
      const held = holdParts(between, 2);
      const path = file('long-digest.raw', 300);
      await startUploads(page, path);
      await held.come;
      await digested(page, 'long-digest');
      page.on('dialog', (dialog) => void dialog.accept());
      await page.reload();
      between.reset();
      await choose(page, transfer(page, 'long-digest').getByRole('button', { name: /^Choose/ }), path);
      await says(page, 'long-digest', 'Same as here.');
      expect((await stored(await imageOf(page, 'long-digest'))).hash?.value).toBe(await sha512Of(path));
    });

    test('waits for its user, where another one has logged in by now', async () => {
      open.expectFault(/404/);
      const page = await openConsole(between.url);
      const held = holdParts(between, 1);
      const path = file('two-users.raw', 70);
      await startUploads(page, path);
      await held.come;
      await transfer(page, 'two-users')
        .getByRole('button', { name: /^Pause/ })
        .click();
      between.reset();
      await page.context().setExtraHTTPHeaders(as('blue'));
      await transfer(page, 'two-users').getByRole('button', { name: 'Go on' }).click();
      await page.getByText('An upload of somebody else').waitFor();
      expect(await page.locator('main').innerText()).not.toContain('two-users');
      await page.context().setExtraHTTPHeaders(as('red'));
      await page.reload();
      const again = transfer(page, 'two-users').getByRole('button', { name: /^Choose/ });
      await choose(page, again, path);
      await says(page, 'two-users', 'Same as here.');
    });

    test('cannot be given up without a connection, and says so', async () => {
      open.expectFault(/ERR_/);
      const page = await openConsole(between.url);
      const held = holdParts(between, 1);
      await startUploads(page, file('stays.raw', 70));
      await held.come;
      between.conduct = (incoming) => void incoming.socket.destroy();
      await transfer(page, 'stays').getByRole('button', { name: 'Give up' }).click();
      const dialog = page.getByRole('alertdialog');
      await dialog.getByRole('button', { name: 'Give up' }).click();
      await dialog.getByRole('alert').waitFor();
      await dialog.getByRole('button', { name: 'Keep the upload' }).click();
      between.reset();
      await transfer(page, 'stays').getByRole('button', { name: 'Go on' }).click();
      await says(page, 'stays', 'Same as here.');
    });

    test('that ends leaves the list, and the focus on its title', async () => {
      const page = await openConsole(between.url);
      await startUploads(page, file('taken-off.raw', 1));
      await says(page, 'taken-off', 'Ready.');
      await transfer(page, 'taken-off').getByRole('button', { name: 'Take off the list' }).click();
      await focused(page, 'Uploads');
      expect(await transfer(page, 'taken-off').count()).toBe(0);
    });
  });

  onSqlite('to a gateway that ends', (start) => {
    test('goes on when a gateway is there again', async () => {
      open.expectFault(/ERR_|50\d/);
      const gateways = [await start({ AUTH: 'trusted' })];
      const between = await interpose(gateways[0].url);
      const page = await openConsole(between.url);
      const held = holdParts(between, 2);
      const path = file('restarted.raw', 130);
      await startUploads(page, path);
      await held.come;
      await gateways[0].close();
      const { port } = new URL(gateways[0].url);
      between.conduct = (incoming) => void incoming.socket.destroy();
      held.drop();
      await says(page, 'restarted', 'Trying again in');
      gateways.push(await start({ AUTH: 'trusted', PORT: port }));
      between.reset();
      await says(page, 'restarted', 'Same as here.');
      await between.stop();
    });
  });

  onSqlite('of 1 GiB', (_start, place) => {
    afterAll(endAll);

    test(
      'sends at most two parts again after the tab was closed and the gateway killed at its middle',
      { timeout: 300_000 },
      async () => {
        const options = { ...place.options, AUTH: 'trusted' };
        const gateway = await spawnGateway(options);
        const between = await interpose(gateway.url);
        const first = await openConsole(between.url);
        let came = 0;
        const atMiddle = new Promise<void>((resolve) => {
          between.conduct = onParts(between, (incoming, response) => {
            incoming.on('data', ({ length }: Buffer) => {
              came += length;
              if (came > 512 * MIB) resolve();
            });
            between.pass(incoming, response);
          });
        });
        const path = file('large.raw', 1024);
        await startUploads(first, path);
        await atMiddle;
        const next = await first.context().newPage();
        await first.close();
        gateway.kill('SIGKILL');
        await gateway.ended;
        await spawnGateway({ ...options, PORT: new URL(gateway.url).port });
        await withoutFilePicker(next);
        await next.goto(`${between.url}/console/transfers`);
        await choose(next, transfer(next, 'large').getByRole('button', { name: /^Choose/ }), path);
        await transfer(next, 'large').getByText('Same as here.').waitFor({ timeout: 200_000 });
        expect(came).toBeLessThanOrEqual((1024 + 2 * 64) * MIB);
        await closeBoth(next, { close: () => between.stop() });
      },
    );
  });

  describe.skipIf(!hasNginx)('behind nginx with its own limits', () => {
    onSqlite('of 1 MiB', (start) => {
      test('sends parts that pass', async () => {
        open.expectFault(/413|ERR_/);
        const gateway = await start({ AUTH: 'trusted' });
        const nginx = await startNginx({ behind: gateway.url, hasOwnLimits: true });
        const page = await openConsole(nginx.proxied);
        const path = file('nginx.raw', 5);
        await startUploads(page, path);
        await says(page, 'nginx', 'Same as here.');
        await nginx.stop();
      });
    });
  });
});

/** Writes to a file, between its ends, which stay as they are. */
function writeInside(path: string, at: number): void {
  const file = openSync(path, 'r+');
  writeSync(file, 'written', at);
  closeSync(file);
}

/** Waits until the browser keeps a digest of the first 256 MiB. */
async function digested(page: Page, name: string): Promise<void> {
  const id = await imageOf(page, name);
  const kept = () =>
    page.evaluate(
      (key) =>
        new Promise<number>((resolve) => {
          const opening = indexedDB.open('glance-graphql-console');
          opening.onsuccess = () => {
            const reading = opening.result.transaction('uploads').objectStore('uploads').get(key);
            reading.onsuccess = () => {
              opening.result.close();
              resolve((reading.result as { hashed?: { at: number } })?.hashed?.at ?? 0);
            };
          };
        }),
      id,
    );
  await eventually(kept, (at) => at === 256 * MIB);
}

/** Passes a request on, with another byte at its middle. */
function passChanged(target: string, incoming: IncomingMessage, response: ServerResponse): void {
  const { method, headers, url } = incoming;
  const middle = Math.floor(Number(headers['content-length']) / 2);
  let at = 0;
  const changed = new Transform({
    transform(piece: Buffer, _encoding, done) {
      if (at <= middle && middle < at + piece.length) piece[middle - at] ^= 1;
      at += piece.length;
      done(null, piece);
    },
  });
  const passed = request(`${target}${url}`, { method, headers }, (answer) => {
    response.writeHead(answer.statusCode!, answer.headers);
    answer.pipe(response);
  });
  incoming.pipe(changed).pipe(passed);
}
