import { afterAll, beforeAll, describe, vi } from 'vitest';
import {
  hasSwift,
  PATIENCE,
  resolveBuckets,
  S3_DOMAIN,
  startSwift,
  type SwiftServer,
} from '../support/swift-server.js';
import { conformsAsStore, type Subject } from './conformance.js';
import { s3Subject } from './subjects.js';

describe.skipIf(!hasSwift)("with the bucket in the host's name", () => {
  let server: SwiftServer;
  let virtual: Subject;
  beforeAll(async () => {
    server = await startSwift();
    resolveBuckets();
    virtual = s3Subject(server, `http://${S3_DOMAIN}:${new URL(server.url).port}`);
  }, PATIENCE);
  afterAll(async () => {
    vi.restoreAllMocks();
    await server?.stop();
  });

  conformsAsStore('S3 by virtual hosts', () => virtual);
});
