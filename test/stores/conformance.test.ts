import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { S3Client, ListMultipartUploadsCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, vi } from 'vitest';
import { imageSources } from '../../src/image/sources/image-source.js';
import { fileStore } from '../../src/store/file-store.js';
import { httpSource } from '../../src/store/http-source.js';
import { s3Store } from '../../src/store/s3-store.js';
import { swiftStore } from '../../src/store/swift-store.js';
import {
  hasSwift,
  PATIENCE,
  resolveBuckets,
  S3_DOMAIN,
  startSwift,
  SWIFT_KEY,
  SWIFT_USER,
  type SwiftServer,
} from '../support/swift-server.js';
import { hasNginx, startNginx, type Nginx } from '../support/nginx-server.js';
import { conformsAsStore, conformsForReading, SEGMENT, stored, type Subject } from './conformance.js';

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

  describe("with the bucket in the host's name", () => {
    let virtual: Subject;
    beforeAll(() => {
      resolveBuckets();
      virtual = s3Subject(server, `http://${S3_DOMAIN}:${new URL(server.url).port}`);
    });
    afterAll(() => void vi.restoreAllMocks());

    conformsAsStore('S3 by virtual hosts', () => virtual);
  });
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

function swiftSubject(server: SwiftServer): Subject {
  const store = swiftStore(
    {
      authUrl: server.authUrl,
      authVersion: '1',
      user: SWIFT_USER,
      key: SWIFT_KEY,
      userDomainName: 'Default',
      projectDomainName: 'Default',
      endpointType: 'public',
      container: 'images',
      reference: 'archive',
      credentialsInLocation: false,
      segmentSize: SEGMENT,
      timeout: 10,
    },
    'archive',
  );
  return {
    store,
    contents: async (id) => (await server.objects('images')).filter((name) => name.startsWith(id)),
    async putForeign(id, data) {
      await server.request('PUT', `images/${encodeURIComponent(id)}`, { body: data });
    },
  };
}

/** @param virtual where the server is asked with the bucket in the host's name */
function s3Subject(server: SwiftServer, virtual?: string): Subject {
  const credentials = { accessKeyId: SWIFT_USER, secretAccessKey: SWIFT_KEY };
  const store = s3Store(
    {
      endpoint: virtual ?? server.url,
      region: 'us-east-1',
      bucket: 'image-bucket',
      accessKey: SWIFT_USER,
      secretKey: SWIFT_KEY,
      isPathStyle: virtual === undefined,
      credentialsInLocation: false,
      segmentSize: SEGMENT,
      timeout: 10,
    },
    'cloud',
  );
  const client = new S3Client({
    endpoint: server.url,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials,
  });
  return {
    store,
    async contents(id) {
      const { Uploads } = await client.send(new ListMultipartUploadsCommand({ Bucket: 'image-bucket' }));
      const begun = (Uploads ?? [])
        .filter(({ Key }) => Key === id)
        .map(({ UploadId }) => `upload ${UploadId}`);
      return [...(await server.objects('image-bucket')).filter((name) => name === id), ...begun];
    },
    async putForeign(id, data) {
      await server.request('PUT', `image-bucket/${encodeURIComponent(id)}`, { body: data });
    },
  };
}
