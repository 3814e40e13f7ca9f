import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe } from 'vitest';
import { imageSources } from '../../src/image/sources/image-source.js';
import { fileStore } from '../../src/store/file-store.js';
import { httpSource } from '../../src/store/http-source.js';
import { hasSwift, PATIENCE, startSwift, type SwiftServer } from '../support/swift-server.js';
import { hasNginx, startNginx, type Nginx } from '../support/nginx-server.js';
import { conformsAsStore, conformsForReading, stored, type Subject } from './conformance.js';
import { s3Subject, swiftSubject } from './subjects.js';

const root = mkdtempSync(join(tmpdir(), 'glance-graphql-test-'));
afterAll(() => rmSync(root, { recursive: true }));

const folder = join(root, 'files');
const files: Subject = {
  store: fileStore(folder),
  contents: async (imageId) =>
    (await readdir(folder)).filter((name) => name === imageId || name.startsWith('.')),
  putForeign: (imageId, data) => writeFile(join(folder, imageId), data),
};
mkdirSync(folder);

conformsAsStore('a folder', () => files);
conformsForReading('a folder', async (data) =>
  files.store.open(await stored(files.store, randomUUID(), data)),
);

describe.skipIf(!hasSwift)('on a real Swift', () => {
  let server: SwiftServer;
  let swift: Subject;
  let s3: Subject;
  beforeAll(async () => {
    server = await startSwift();
    swift = swiftSubject(server);
    s3 = s3Subject(server);
  }, PATIENCE);
  afterAll(() => server?.stop());

  conformsAsStore('Swift', () => swift);
  conformsForReading('Swift', async (data) =>
    swift.store.open(await stored(swift.store, randomUUID(), data)),
  );
  conformsAsStore('S3', () => s3);
  conformsForReading('S3', async (data) => s3.store.open(await stored(s3.store, randomUUID(), data)));
});

describe.skipIf(!hasNginx)('on a real nginx', () => {
  let server: Nginx;
  beforeAll(async () => {
    server = await startNginx();
  });
  afterAll(() => server?.stop());
  const allowed = { hosts: ['127.0.0.1'], schemes: ['http'], privateNetworks: ['127.0.0.1'], timeout: 10 };
  const sources = imageSources(httpSource(allowed));

  conformsForReading('a web address', async (data) => {
    const name = randomUUID();
    await writeFile(join(server.files, name), data);
    return sources.open(`${server.url}/${name}`, undefined);
  });
});
