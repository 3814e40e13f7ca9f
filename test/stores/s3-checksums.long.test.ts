import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { checkedS3, type CheckedS3 } from '../support/checked-s3.js';
import { createActiveImage, createImage, putData, statusAndCode } from '../support/client.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import {
  hasSwift,
  heldBy,
  PATIENCE,
  startSwift,
  storesAt,
  type SwiftServer,
} from '../support/swift-server.js';

const MIB = 1024 * 1024;
const FORMATS = { diskFormat: 'raw', containerFormat: 'bare' };
const MD5 = 'content-md5';
const CRC32 = 'x-amz-checksum-crc32';

describe.skipIf(!hasSwift)('the checksum of a part in S3', () => {
  const folder = mkdtempSync(join(tmpdir(), 'glance-graphql-test-'));
  let swift: SwiftServer;
  let server: CheckedS3;
  let gateway: TestGateway;

  beforeAll(async () => {
    swift = await startSwift();
  }, PATIENCE);
  // Each test has a gateway of its own: a gateway remembers what its server takes.
  beforeEach(async () => {
    server = await checkedS3(swift.url);
    gateway = await startGateway({ ...storesAt(server.url), STORES: 'cloud:s3', DATA_DIR: folder });
  });
  afterEach(async () => {
    await gateway?.close();
    await server?.stop();
  });
  afterAll(async () => {
    await swift?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Sends an image of parts of 5 MiB each, and requires that it comes back as it was. */
  async function sent(parts: number): Promise<void> {
    const data = randomBytes((parts - 0.5) * 5 * MIB);
    const id = await createActiveImage(gateway, data);
    const answer = await fetch(`${gateway.url}/data/${id}`);
    expect(Buffer.from(await answer.arrayBuffer()).equals(data)).toBe(true);
  }

  test('is CRC32 in place of MD5 once the server has said that it takes CRC32', async () => {
    await sent(4);
    // The second part is digested while the first answer is on its way.
    const [first, , ...later] = server.checksums;
    expect([first, ...later]).toEqual([`${MD5} and ${CRC32}`, CRC32, CRC32]);
    server.checksums = [];
    await sent(2);
    await sent(1);
    expect(server.checksums).toEqual([CRC32, CRC32, CRC32]);
  });

  test.each([
    ['CRC32', 'takes', CRC32],
    ['MD5', 'unknown', MD5],
  ] as const)(
    'shows the server damage on the way, and the part is sent again: %s',
    async (_, crc32, kind) => {
      server.crc32 = crc32;
      await sent(4);
      server.checksums = [];
      server.damaged = 2;
      await sent(3);
      expect(server.damaged).toBe(0);
      expect(server.checksums).toEqual(Array(5).fill(kind));
    },
  );

  test('is MD5 for a server that does not know CRC32', async () => {
    server.crc32 = 'unknown';
    await sent(4);
    await sent(1);
    expect(server.checksums).toEqual([MD5, MD5, MD5, MD5, MD5]);
  });

  test('is MD5 for a server that refuses an upload with CRC32', async () => {
    server.crc32 = 'refuses';
    await sent(2);
    await sent(2);
    expect(server.checksums).toEqual([MD5, MD5, MD5, MD5]);
  });

  test('is required in the answer: a server that ignores it gets no image until it is sent MD5', async () => {
    await sent(3);
    server.crc32 = 'ignores';
    const id = await createImage(gateway, FORMATS);
    server.damaged = 1;
    const answer = await putData(gateway, id, randomBytes(12 * MIB));
    expect(await statusAndCode(answer)).toEqual([503, 'STORE_UNAVAILABLE']);
    expect((await heldBy(swift)).filter((name) => name.startsWith(id))).toEqual([]);
    server.crc32 = 'unknown';
    await sent(2);
  });
});
