import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { faultsOf, type UploadFacts } from '../../src/console/page/upload/files/checks.js';
import { doAgree } from '../../src/image/formats.js';

const FACTS: UploadFacts = {
  canCreate: true,
  isReadOnly: false,
  resumable: true,
  sizeCap: null,
  imagesLeft: null,
  bytesLeft: null,
  diskFormats: ['raw', 'qcow2', 'ami'],
  containerFormats: ['bare', 'ova', 'ami'],
  unfinishedLeft: null,
};
const ROW = { size: 100, diskFormat: 'raw', containerFormat: 'bare' };

/** Returns the faults of some files. */
function faults(rows: readonly Partial<typeof ROW>[], facts: Partial<UploadFacts> = {}) {
  return faultsOf(
    rows.map((row) => ({ ...ROW, ...row })),
    { ...FACTS, ...facts },
  );
}

describe('before files are sent, the console finds no fault', () => {
  test.each<[string, Partial<typeof ROW>[], Partial<UploadFacts>]>([
    ['without limits', [{ size: 2 ** 50 }, {}], {}],
    ['in no files at all, whatever is used up', [], { imagesLeft: 0, bytesLeft: 0, unfinishedLeft: 0 }],
    ['in an empty file', [{ size: 0 }], { bytesLeft: 1 }],
    ['at the limits', [{}, {}], { sizeCap: 100, imagesLeft: 2, bytesLeft: 200, unfinishedLeft: 1 }],
    ['in two formats of Amazon', [{ diskFormat: 'ami', containerFormat: 'ami' }], {}],
  ])('%s', (_, rows, facts) => {
    expect(faults(rows, facts)).toEqual({ all: [], rows: rows.map(() => []) });
  });
});

describe('before files are sent, the console says of all of them', () => {
  test.each<[string, Partial<UploadFacts>, object]>([
    ['that the user may not create images', { canCreate: false }, { code: 'notAllowed' }],
    ['that the user may change nothing', { isReadOnly: true }, { code: 'notAllowed' }],
    ['that there are no uploads here', { resumable: false }, { code: 'noUploads' }],
    ['that they are too many images', { imagesLeft: 1 }, { code: 'tooManyImages', limit: 1 }],
    ['that no image is left of a lowered limit', { imagesLeft: -3 }, { code: 'tooManyImages', limit: 0 }],
    ['that they have too many bytes together', { bytesLeft: 199 }, { code: 'tooManyBytes', limit: 199 }],
    ['that no further upload can begin', { unfinishedLeft: 0 }, { code: 'tooManyUploads', limit: 0 }],
  ])('%s', (_, facts, fault) => {
    expect(faults([{}, {}], facts)).toEqual({ all: [fault], rows: [[], []] });
  });

  test('that an empty one is refused too where no byte is left', () => {
    expect(faults([{ size: 0 }], { bytesLeft: 0 }).all).toEqual([{ code: 'tooManyBytes', limit: 0 }]);
  });

  test('every fault at once', () => {
    const { all } = faults([{}, {}], { imagesLeft: 0, bytesLeft: 0, unfinishedLeft: 0 });
    expect(all.map(({ code }) => code)).toEqual(['tooManyImages', 'tooManyBytes', 'tooManyUploads']);
  });

  test('nothing more where the user may not create images at all', () => {
    const { all } = faults([{}], { canCreate: false, resumable: false, imagesLeft: 0 });
    expect(all).toEqual([{ code: 'notAllowed' }]);
  });
});

describe('before files are sent, the console says of one of them', () => {
  test.each<[string, Partial<typeof ROW>, object[]]>([
    ['that it is too large', { size: 101 }, [{ code: 'tooLarge', limit: 100 }]],
    ['that its format is unknown here', { diskFormat: 'vhdx' }, [{ code: 'format', value: 'vhdx' }]],
    ['that it needs a format', { diskFormat: '' }, [{ code: 'format', value: '' }]],
    ['that its container is unknown here', { containerFormat: 'ovf' }, [{ code: 'container', value: 'ovf' }]],
    [
      'that its formats do not go together',
      { diskFormat: 'ami' },
      [{ code: 'formatsDiffer', value: 'bare' }],
    ],
    [
      'everything at once',
      { size: 200, diskFormat: 'x', containerFormat: 'y' },
      [
        { code: 'tooLarge', limit: 100 },
        { code: 'format', value: 'x' },
        { code: 'container', value: 'y' },
      ],
    ],
  ])('%s', (_, row, found) => {
    expect(faults([{}, row, {}], { sizeCap: 100 })).toEqual({ all: [], rows: [[], found, []] });
  });

  test('that its formats do not go together, wherever the gateway would', () => {
    const format = fc.constantFrom('raw', 'bare', 'ova', 'ami', 'aki', 'ari');
    const known = ['raw', 'bare', 'ova', 'ami', 'aki', 'ari'];
    fc.assert(
      fc.property(format, format, (diskFormat, containerFormat) => {
        const formats = { diskFormat, containerFormat };
        const { rows } = faults([formats], { diskFormats: known, containerFormats: known });
        expect(rows[0].length === 0).toBe(doAgree(formats));
      }),
    );
  });
});
