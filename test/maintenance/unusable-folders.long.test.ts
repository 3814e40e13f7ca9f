import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isMountable, mountedFolder } from '../support/mounted.js';
import { eventually } from '../support/poll.js';
import { endAll, spawnGateway } from '../support/process.js';
import { expectRefusedStart } from '../support/refused-start.js';

/** Root may do all; nobody may not. */
const nobody = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
const FILE = 'glance-graphql.sqlite';
const WRITE = /Let the user that runs the gateway .*write/;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'glance-graphql-test-'));
  ours(folder);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
afterAll(endAll);

function ours(path: string): string {
  if (nobody.uid) chownSync(path, nobody.uid, nobody.gid!);
  return path;
}

function made(name: string, mode = 0o700): string {
  const path = join(folder, name);
  mkdirSync(path);
  ours(path);
  chmodSync(path, mode);
  return path;
}

function madeFile(name: string, content: string, mode = 0o600): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  ours(path);
  chmodSync(path, mode);
  return path;
}

/** Runs a command as another user than root. */
async function ended(args: string[], options: Record<string, string>) {
  const child = spawn(process.execPath, ['dist/main.js', ...args], {
    ...nobody,
    env: { PATH: process.env.PATH, PORT: '0', ...options },
  });
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number]>,
  ]);
  return { code, stdout, stderr };
}

describe('a start names the option, the path and the remedy', { timeout: 120_000 }, () => {
  test('when DATA_DIR cannot be made, or cannot be written to', async () => {
    const locked = made('locked', 0o500);
    await expectRefusedStart(ended, 'DATA_DIR', join(locked, 'data'), WRITE, {
      DATA_DIR: join(locked, 'data'),
    });
    await expectRefusedStart(ended, 'DATA_DIR', locked, WRITE, { DATA_DIR: locked });
  });

  test('when the folder of a store cannot be read, or cannot be made', async () => {
    const DATA_DIR = made('data');
    const unreadable = made('unreadable', 0o300);
    const own = { DATA_DIR, STORES: 'slow:file,fast:file' };
    await expectRefusedStart(ended, 'FILESYSTEM_STORE_DATADIR', unreadable, WRITE, {
      DATA_DIR,
      FILESYSTEM_STORE_DATADIR: unreadable,
    });
    const inside = join(made('locked', 0o500), 'images');
    await expectRefusedStart(ended, 'STORE_FAST_FOLDER', inside, WRITE, {
      ...own,
      STORE_FAST_FOLDER: inside,
    });
    await expectRefusedStart(ended, 'FILE_LOCATION_ROOTS', unreadable, WRITE, {
      DATA_DIR,
      FILE_LOCATION_ROOTS: unreadable,
    });
  });

  test('when the file of the embedded database cannot be used', async () => {
    const DATA_DIR = made('data');
    const file = madeFile(join('data', FILE), '', 0o000);
    await expectRefusedStart(ended, 'DATA_DIR', file, WRITE, { DATA_DIR });
    chmodSync(file, 0o400);
    await expectRefusedStart(ended, 'DATA_DIR', file, WRITE, { DATA_DIR });
  });

  test('when the temporary folder cannot be used', async () => {
    const DATA_DIR = made('data');
    const TMPDIR = made('locked', 0o500);
    const { code, stderr } = await ended([], { DATA_DIR, TMPDIR });
    expect(code).toBe(1);
    expect(stderr).toMatch(
      new RegExp(`^glance-graphql: TMPDIR: the folder ${TMPDIR} .*EACCES.*${WRITE.source}.*\n$`),
    );
  });

  test('in a warning, when only resumable uploads are impossible', async () => {
    const DATA_DIR = made('data');
    const uploads = madeFile(join('data', 'uploads'), '');
    const line = `DATA_DIR: the folder ${uploads} is not a folder: resumable uploads are refused.`;
    const gateway = await spawnGateway({ DATA_DIR });
    // The log writes its lines five times a second.
    await eventually(() => gateway.log().some(({ msg }) => msg.includes(line)));
  });

  test.skipIf(!isMountable)('when its file system is read-only, or full', async () => {
    const disk = mountedFolder('512k');
    try {
      const DATA_DIR = join(disk.path, 'data');
      mkdirSync(DATA_DIR);
      ours(DATA_DIR);
      disk.remount('ro');
      await expectRefusedStart(ended, 'DATA_DIR', DATA_DIR, /read-only: mount it for writing/, { DATA_DIR });
      disk.remount('rw');
      writeFileSync(join(disk.path, 'ballast'), Buffer.alloc(400 * 1024));
      const { code, stderr } = await ended([], { DATA_DIR });
      expect(code).toBe(1);
      expect(stderr).toMatch(
        /^glance-graphql: DATA_DIR: the .* cannot be used.* The disk is full: free some space.*\n$/,
      );
      expect(stderr).toContain(DATA_DIR);
    } finally {
      disk.remove();
    }
  });
});
