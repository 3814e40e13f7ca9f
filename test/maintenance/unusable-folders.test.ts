import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { called } from '../support/command.js';
import { expectRefusedStart } from '../support/refused-start.js';

let folder: string;
let DATA_DIR: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'glance-graphql-test-'));
  DATA_DIR = join(folder, 'data');
  mkdirSync(DATA_DIR);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const inside = (...names: string[]) => join(DATA_DIR, ...names);
const file = (path: string, content = '') => {
  writeFileSync(path, content);
  return path;
};
const madeFolder = (path: string) => {
  mkdirSync(path);
  return path;
};
const OTHER = /is in its place|is not a folder/;
const FOREIGN = 'these bytes are no database, and there are enough of them to be sure of that'.repeat(50);

const onFreePort = (args: string[], options: Record<string, string>) =>
  called(args, { PORT: '0', ...options });

type Case = [what: string, make: () => string, remedy: RegExp, option: string, more?: Record<string, string>];

describe('the start and check name the option, the path and the remedy', () => {
  test.each<Case>([
    ['a file as the temporary folder', () => file(inside('tmp')), OTHER, 'DATA_DIR'],
    ['a folder as the database', () => madeFolder(inside('glance-graphql.sqlite')), OTHER, 'DATA_DIR'],
    [
      'other bytes as the database',
      () => file(inside('glance-graphql.sqlite'), FOREIGN),
      /The file is damaged, or of another program/,
      'DATA_DIR',
    ],
    ['a file as the folder of images', () => file(inside('images')), OTHER, 'FILESYSTEM_STORE_DATADIR'],
    [
      'a file as the folder of a named store',
      () => file(inside('fast')),
      OTHER,
      'STORE_FAST_FOLDER',
      { STORES: 'slow:file,fast:file' },
    ],
    ['a file as a root of locations', () => file(inside('root')), OTHER, 'FILE_LOCATION_ROOTS'],
  ])('for %s', async (_, make, remedy, option, more = {}) => {
    const path = make();
    await expectRefusedStart(onFreePort, option, path, remedy, {
      DATA_DIR,
      ...more,
      ...(option === 'DATA_DIR' ? {} : { [option]: path }),
    });
  });

  test('for a file as DATA_DIR', async () => {
    const path = file(join(folder, 'file'));
    await expectRefusedStart(onFreePort, 'DATA_DIR', path, OTHER, { DATA_DIR: path });
  });

  test('for a folder of resumable uploads, with a warning', async () => {
    const path = file(inside('uploads'));
    const { code, stdout } = await called(['check'], { DATA_DIR });
    const line = `warning: DATA_DIR: the folder ${path} is not a folder: resumable uploads are refused.`;
    expect([code, stdout]).toEqual([1, expect.stringContaining(line)]);
  });
});
