import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { as, createImage, run } from '../support/client.js';
import { onSqlite, type TestGateway } from '../support/gateway.js';
import { gql } from '../support/gql.js';
import { hasBrowser, withBrowser } from './browser.js';

const SCRIPT = join(
  dirname(createRequire(import.meta.url).resolve('tus-js-client/package.json')),
  'dist/tus.min.js',
);
const PAGE = '<!doctype html><link rel="icon" href="data:,"><script src="/tus.js"></script>';
const SIZE = 1_000_000;

interface Order {
  endpoint: string;
  headers: Record<string, string>;
  size: number;
  /** After how many it stops. */
  parts: number;
}

/** Runs in the page: sends a file, goes on with an upload of it that was broken off, and stops after some parts. */
async function sendFile({ endpoint, headers, size, parts }: Order): Promise<number[]> {
  const file = new File([new Uint8Array(size).fill(7)], 'disk.raw', { lastModified: 1 });
  const offsets: number[] = [];
  await new Promise<void>((resolve, reject) => {
    const upload = new (globalThis as unknown as { tus: typeof import('tus-js-client') }).tus.Upload(file, {
      endpoint,
      headers,
      chunkSize: 400_000,
      retryDelays: null,
      onChunkComplete(_length: number, offset: number) {
        offsets.push(offset);
        if (offsets.length === parts) void upload.abort().then(resolve);
      },
      onSuccess: () => resolve(),
      onError: reject,
    });
    void upload.findPreviousUploads().then(([begun]) => {
      if (begun) upload.resumeFromPreviousUpload(begun);
      upload.start();
    });
  });
  return offsets;
}

describe.skipIf(!hasBrowser)('tus-js-client in a page on another origin', () => {
  const open = withBrowser();

  onSqlite('that CORS_ORIGINS names', (start) => {
    let pages: Server;
    let gateway: TestGateway;
    let origin: string;
    beforeAll(async () => {
      const script = await readFile(SCRIPT);
      pages = createServer((request, response) => {
        const isScript = request.url === '/tus.js';
        response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
        response.end(isScript ? script : PAGE);
      });
      await new Promise<void>((resolve) => pages.listen(0, '127.0.0.1', resolve));
      origin = `http://127.0.0.1:${(pages.address() as AddressInfo).port}`;
      gateway = await start({ AUTH: 'trusted', CORS_ORIGINS: origin });
    });
    afterAll(() => void pages.close());

    test('sends a file in parts, and goes on with it after the page was left', async () => {
      const ours = as('browsing');
      const id = await createImage(gateway, { diskFormat: 'raw', containerFormat: 'bare' }, ours);
      const order = { endpoint: `${gateway.url}/data/${id}/uploads`, headers: ours, size: SIZE };
      const page = await open(origin);
      expect(await page.evaluate(sendFile, { ...order, parts: 1 })).toEqual([400_000]);
      await page.reload();
      expect(await page.evaluate(sendFile, { ...order, parts: 3 })).toEqual([800_000, SIZE]);
      const query = gql('query ($id: ID!) { image(id: $id) { status checksum } }');
      const { image } = await run(gateway, query, { id }, ours);
      const checksum = createHash('md5').update(Buffer.alloc(SIZE, 7)).digest('hex');
      expect(image).toEqual({ status: 'active', checksum });
    });
  });
});
