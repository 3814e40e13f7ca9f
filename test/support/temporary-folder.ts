import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';

/** A temporary folder for the gateways of one test file only, so that a file left in it comes from them. */
export function ownTemporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'glance-graphql-spool-'));
  const before = process.env.TMPDIR;
  beforeAll(() => {
    process.env.TMPDIR = folder;
  });
  afterAll(() => {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
    rmSync(folder, { recursive: true });
  });
  return folder;
}

/** Returns a folder for the files of one test file, which goes when its tests have ended. */
export function folderOfTests(): string {
  const folder = mkdtempSync(join(tmpdir(), 'glance-graphql-test-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
