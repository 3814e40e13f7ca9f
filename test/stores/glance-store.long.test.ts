import { spawnSync } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fileStore } from '../../src/store/file-store.js';
import type { Store } from '../../src/store/store.js';
import { s3Store } from '../../src/store/s3-store.js';
import { swiftStore } from '../../src/store/swift-store.js';
import { hasKeystone, startKeystone, type Keystone } from '../support/keystone-server.js';
import {
  hasSwift,
  PATIENCE,
  startSwift,
  SWIFT_KEY,
  SWIFT_USER,
  type SwiftServer,
} from '../support/swift-server.js';
import { readAll, stored } from './conformance.js';

const PYTHON = '/usr/bin/python3';
const SCRIPT = fileURLToPath(new URL('glance-store.py', import.meta.url));
const hasGlanceStore = spawnSync(PYTHON, ['-c', 'import glance_store, swiftclient, boto3']).status === 0;
if (!hasGlanceStore && process.env.REQUIRE_ALL)
  throw new Error('REQUIRE_ALL is set, and there is no python3-glance-store');
if (!hasGlanceStore)
  process.stderr.write("skipped: everything on Glance's stores, since python3-glance-store is not there\n");

const MIB = 1024 * 1024;

describe.skipIf(!hasGlanceStore || !hasSwift)("beside Glance's own stores", () => {
  const folder = mkdtempSync(join(tmpdir(), 'glance-graphql-test-'));
  let server: SwiftServer;
  beforeAll(async () => {
    server = await startSwift();
    const common = { container: 'glance', segmentSize: MIB, timeout: 10, credentialsInLocation: true };
    const swift = {
      ...common,
      authUrl: server.authUrl,
      authVersion: '1' as const,
      user: SWIFT_USER,
      key: SWIFT_KEY,
      userDomainName: 'Default',
      projectDomainName: 'Default',
      endpointType: 'public' as const,
      reference: 'ref1',
    };
    const references = join(folder, 'references.conf');
    writeFileSync(
      references,
      `[ref1]\nuser = ${SWIFT_USER}\nkey = ${SWIFT_KEY}\nauth_address = ${server.authUrl}\nauth_version = 1\n`,
    );
    const glanceSwift = {
      stores: ['swift'],
      default_store: 'swift',
      swift_store_auth_version: '1',
      swift_store_auth_address: server.authUrl,
      swift_store_user: SWIFT_USER,
      swift_store_key: SWIFT_KEY,
      swift_store_create_container_on_put: true,
      swift_store_large_object_size: 1,
      swift_store_large_object_chunk_size: 1,
    };
    Object.assign(subjects, {
      file: [
        fileStore(folder),
        { stores: ['file'], default_store: 'file', filesystem_store_datadir: folder },
      ],
      'swift with credentials': [swiftStore(swift, 'swift'), glanceSwift],
      'swift with a reference': [
        swiftStore({ ...swift, credentialsInLocation: false }, 'swift'),
        { ...glanceSwift, swift_store_config_file: references, default_swift_reference: 'ref1' },
      ],
    });
  }, PATIENCE);
  afterAll(async () => {
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const subjects: Record<string, [Store, object]> = {};

  test.each(['file', 'swift with credentials', 'swift with a reference'])(
    '%s: each reads and removes the data of the other',
    async (name) => {
      const [store, options] = subjects[name];
      await areInterchangeable(store, options, randomBytes(2.5 * MIB));
      expect(await server.objects('glance')).toEqual([]);
    },
    PATIENCE,
  );
});

/** Its driver cannot read a location whose access key has a colon in it, as those of tempauth have. */
describe.skipIf(!hasGlanceStore || !hasSwift || !hasKeystone)("beside Glance's own store on S3", () => {
  const LARGE = 5 * MIB;
  let keystone: Keystone;
  let swift: SwiftServer;
  let access: { accessKey: string; secretKey: string };
  beforeAll(async () => {
    keystone = await startKeystone();
    swift = await startSwift(keystone);
    const { body } = await keystone.request('POST', `/users/${keystone.users.alice}/credentials/OS-EC2`, {
      tenant_id: keystone.projects.demo,
    });
    access = { accessKey: body.credential.access, secretKey: body.credential.secret };
  }, PATIENCE);
  afterAll(async () => {
    await swift?.stop();
    await keystone?.stop();
  });

  test.each([
    ['a small image', MIB],
    ['a large one', 2.5 * LARGE],
  ])(
    '%s: each reads and removes the data of the other',
    async (_, size) => {
      const store = s3Store(
        {
          ...access,
          endpoint: swift.url,
          region: 'us-east-1',
          bucket: 'glance',
          isPathStyle: true,
          credentialsInLocation: true,
          segmentSize: LARGE,
          timeout: 10,
        },
        's3',
      );
      const options = {
        stores: ['s3'],
        default_store: 's3',
        s3_store_host: swift.url,
        s3_store_access_key: access.accessKey,
        s3_store_secret_key: access.secretKey,
        s3_store_bucket: 'glance',
        s3_store_bucket_url_format: 'path',
        s3_store_large_object_size: 5,
        s3_store_large_object_chunk_size: 5,
      };
      await areInterchangeable(store, options, randomBytes(size));
    },
    PATIENCE,
  );
});

async function areInterchangeable(store: Store, options: object, data: Buffer): Promise<void> {
  const ours = await stored(store, randomUUID(), data);
  expect(glance(options, 'read', ours).equals(data)).toBe(true);
  glance(options, 'delete', ours);
  await expect(store.open(ours)).rejects.toMatchObject({ fault: 'missing' });
  const id = randomUUID();
  const theirs = glance(options, 'add', id, data).toString().trim();
  expect(theirs).toBe(store.locationOf(id));
  expect((await readAll(store, theirs)).equals(data)).toBe(true);
  await store.remove(theirs);
  await expect(store.open(theirs)).rejects.toMatchObject({ fault: 'missing' });
}

function glance(options: object, action: string, argument: string, input?: Buffer): Buffer {
  const { status, stdout, stderr } = spawnSync(PYTHON, [SCRIPT, JSON.stringify(options), action, argument], {
    input,
    maxBuffer: 16 * MIB,
  });
  if (status !== 0) throw new Error(`Glance's store failed: ${stderr}`);
  return stdout;
}
