import { describe, expect, test } from 'vitest';
import { Failure } from '../../src/console/page/gateway/failure.js';
import type { CreateImageInput, ImportedFragment } from '../../src/console/page/gateway/operations.js';
import { importAnnouncer } from '../../src/console/page/import/import-announcements.js';
import {
  draftAgain,
  filled,
  fits,
  FRESH_DRAFT,
  recordOf,
} from '../../src/console/page/import/import-draft.js';
import { lost, stateBy, type ImportState } from '../../src/console/page/import/import-rows.js';

describe('an import of the console, by the record of its image', () => {
  const image = (part: Partial<ImportedFragment>) => part as ImportedFragment;
  const by = (part: Partial<ImportedFragment>) =>
    stateBy(image(part), { isCreated: true, requestId: 'req-1' });

  test('runs while the gateway receives data, also before anybody knows the size', () => {
    expect(by({ status: 'saving', importProgress: { bytesReceived: 3, size: 8 } })).toEqual({
      kind: 'running',
      bytes: 3,
      size: 8,
    });
    expect(by({ status: 'saving', importProgress: null })).toEqual({ kind: 'running', bytes: 0, size: null });
  });

  test.each(['active', 'deactivated'])('is done when the image is %s, with the stronger digest', (status) => {
    const [hash, checksum] = [{ algorithm: 'sha512', value: 'ab' }, 'cd'];
    expect(by({ status, hash, checksum })).toEqual({ kind: 'done', digest: hash });
    const digest = { algorithm: 'md5', value: 'cd' };
    expect(by({ status, hash: null, checksum })).toEqual({ kind: 'done', digest });
  });

  test('has failed for good when the image is killed: with its reason, and the request that began it', () => {
    const failure = new Failure('IMPORT_FAILED', 'No use.', 'req-1');
    expect(by({ status: 'killed', statusReason: 'No use.' })).toEqual(lost(failure));
  });

  test.each(['deleted', 'pending_delete'])('is lost when the image is %s', (status) => {
    expect(by({ status })).toMatchObject({ isLost: true, failure: { code: 'IMAGE_NOT_FOUND' } });
  });

  test('is lost without its image, unless that was never created', () => {
    expect(stateBy(null, { isCreated: true })).toMatchObject({ isLost: true });
    expect(stateBy(null, {})).toBeUndefined();
  });

  test('needs data still when the image is queued', () => {
    expect(by({ status: 'queued' })).toBeUndefined();
  });
});

describe('a screen reader hears of an import', () => {
  const failure = new Failure('IMPORT_FAILED', '');
  const row = (kind: ImportState['kind']) => ({
    id: 'a',
    name: 'debian',
    state: { kind, failure } as ImportState,
  });
  const heard = (...kinds: ImportState['kind'][]) => {
    const newsOf = importAnnouncer();
    return kinds.flatMap((kind) => newsOf([row(kind)]));
  };

  test('its start and its end, once each and politely', () => {
    expect(heard('ordering', 'running', 'running', 'done', 'done')).toEqual([
      { text: 'The import of debian begins.', isUrgent: false },
      { text: 'debian is ready.', isUrgent: false },
    ]);
  });

  test('its failure', () => {
    expect(heard('ordering', 'failed').map(({ text }) => text)).toEqual(['The import of debian has failed.']);
  });

  test('only the end of one that an earlier page began', () => {
    expect(heard('found', 'running', 'done').map(({ text }) => text)).toEqual(['debian is ready.']);
  });
});

describe('the form of an import that failed', () => {
  const input: CreateImageInput = {
    id: 'one',
    name: 'debian',
    diskFormat: 'qcow2',
    containerFormat: 'bare',
    hash: { algorithm: 'sha256', value: 'a'.repeat(64) },
    visibility: 'PRIVATE',
    protected: true,
    minDisk: 2,
    minRam: 256,
    tags: ['lts'],
    properties: [
      { name: 'os', value: 'line\nbreak' },
      { name: 'rng', value: 'a=b' },
    ],
  };
  const record = { id: 'one', by: 'me', begunAt: 1, input, isCreated: true };

  test('goes on with its image while nothing else differs', () => {
    const draft = filled({ ...draftAgain({ record }, false), address: 'https://host/other.iso' });
    expect(fits(draft)).toBe(true);
    expect(recordOf(draft, 'me')).toEqual({ ...record, store: undefined });
  });

  test('makes a new image for another record', () => {
    const draft = filled({ ...draftAgain({ record }, false), name: 'alma' });
    expect(fits(draft)).toBe(false);
    const { id, input: other } = recordOf(draft, 'me');
    expect(id).not.toBe('one');
    expect(other).toEqual({ ...input, id, name: 'alma' });
  });

  test('makes a new image with the same record when the other one takes no data any more', () => {
    const draft = filled(draftAgain({ record, address: 'https://host/debian.qcow2' }, true));
    const { id, input: same } = recordOf(draft, 'me');
    expect(id).not.toBe('one');
    expect(same).toEqual({ ...input, id });
  });

  test('keeps an MD5 as a checksum', () => {
    const md5 = 'b'.repeat(32);
    const draft = filled({ ...FRESH_DRAFT, address: 'https://host/a.raw', sums: `${md5}  a.raw` });
    expect(recordOf(draft, 'me').input).toMatchObject({ name: 'a', diskFormat: 'raw', checksum: md5 });
  });
});
