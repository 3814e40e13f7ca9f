import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { run } from '../../src/console/page/change/run.js';
import { conflictsIn, merged } from '../../src/console/page/edit/merge.js';
import { readProperties, writeProperties } from '../../src/console/page/edit/properties/property-text.js';
import { changesOf, faultOf, propertiesOf, rowsOf } from '../../src/console/page/edit/properties/rows.js';
import { Failure } from '../../src/console/page/gateway/failure.js';
import { stretched, toggled } from '../../src/console/page/list/selection.js';
import { hasUnseen, partsOf } from '../../src/console/page/parts/unseen.js';

describe('a selection in the console', () => {
  const ids = ['a', 'b', 'c', 'd', 'e'];

  test('takes an image in, and out again', () => {
    expect([...toggled(new Set(['a']), 'b')]).toEqual(['a', 'b']);
    expect([...toggled(new Set(['a', 'b']), 'b')]).toEqual(['a']);
  });

  test('stretches from the row where it began, to either side', () => {
    const below = stretched(new Set(['b']), ids, { anchor: 'b', end: 'b' }, 'd');
    expect([...below]).toEqual(['b', 'c', 'd']);
    expect([...stretched(below, ids, { anchor: 'b', end: 'd' }, 'a')]).toEqual(['a', 'b']);
  });

  test('keeps images of other pages when it is stretched', () => {
    const wider = stretched(new Set(['far', 'a']), ids, { anchor: 'a', end: 'a' }, 'b');
    expect([...wider]).toEqual(['far', 'a', 'b']);
  });
});

describe('a change of many images in the console', () => {
  const ids = Array.from({ length: 250 }, (_, n) => String(n));
  const done = (part: readonly string[]) => part.map((imageId) => ({ imageId, image: null, error: null }));

  test('goes by requests of 100, and says how many are settled', async () => {
    const [sizes, counts] = [[] as number[], [] as number[]];
    const { endings } = await run(
      ids,
      async (part) => {
        sizes.push(part.length);
        return done(part);
      },
      () => false,
      (count) => counts.push(count),
    );
    expect(sizes).toEqual([100, 100, 50]);
    expect(counts).toEqual([100, 200, 250]);
    expect(endings.map(({ id }) => id)).toEqual(ids);
  });

  test('stops between two requests, and leaves the other images as they are', async () => {
    let sent = 0;
    const { endings } = await run(
      ids,
      async (part) => {
        sent += 1;
        return done(part);
      },
      () => sent === 1,
      () => undefined,
    );
    expect(endings.filter(({ result }) => result === 'done')).toHaveLength(100);
    expect(endings.filter(({ result }) => result === 'left')).toHaveLength(150);
  });

  test('counts an image that is gone as settled, and tells the reason of a failure', async () => {
    const { endings } = await run(
      ['gone', 'kept'],
      async () => [
        { imageId: 'gone', image: null, error: { code: 'IMAGE_NOT_FOUND', message: '' } },
        { imageId: 'kept', image: null, error: { code: 'IMAGE_PROTECTED', message: 'It is protected.' } },
      ],
      () => false,
      () => undefined,
    );
    expect(endings).toEqual([
      { id: 'gone', result: 'gone' },
      { id: 'kept', result: 'failed', reason: 'It is protected.' },
    ]);
  });

  test.each([
    ['has no answer: its images may be changed', new Failure('OFFLINE', 'no connection'), 'unknown'],
    ['is refused: its images are left', new Failure('FORBIDDEN', 'no'), 'left'],
  ])('ends when a request %s', async (_, failure, result) => {
    const { endings } = await run(
      ids,
      async (part) => {
        if (part[0] === '100') throw failure;
        return done(part);
      },
      () => false,
      () => undefined,
    );
    expect(endings.map((each) => each.result)).toEqual([
      ...Array(100).fill('done'),
      ...Array(100).fill(result),
      ...Array(50).fill('left'),
    ]);
  });

  test('ends when the database is away, which would meet every further image', async () => {
    const error = { code: 'DATABASE_UNAVAILABLE', message: 'The database is away.' };
    const { endings, failure } = await run(
      ids,
      async (part) => part.map((imageId) => ({ imageId, image: null, error })),
      () => false,
      () => undefined,
    );
    expect(failure?.code).toBe('DATABASE_UNAVAILABLE');
    expect(endings.filter(({ result }) => result === 'left')).toHaveLength(250);
  });
});

describe('two editors of one image', () => {
  const base = { name: 'old', hidden: false, owner: 'red' };

  test('differ where the other one changed a field to another value than here', () => {
    const found = conflictsIn(
      base,
      { name: 'mine', hidden: true, owner: 'red' },
      { name: 'theirs', hidden: true, owner: 'blue' },
    );
    expect(found).toEqual([
      { key: 'name', mine: 'mine', theirs: 'theirs', isOnlyTheirs: false },
      { key: 'owner', mine: 'red', theirs: 'blue', isOnlyTheirs: true },
    ]);
  });

  test('go on with the chosen sides; a field that was not touched takes the newer value by itself', () => {
    const mine = { ...base, name: 'mine' };
    const conflicts = conflictsIn(base, mine, { ...base, name: 'theirs', owner: 'blue' });
    expect(merged(mine, conflicts, {})).toEqual({ ...base, name: 'mine', owner: 'blue' });
    expect(merged(mine, conflicts, { name: 'theirs', owner: 'mine' })).toEqual({ ...base, name: 'theirs' });
  });
});

describe('properties in the console', () => {
  test('are sent only where they differ', () => {
    const base = propertiesOf([
      { name: 'same', value: '1' },
      { name: 'changed', value: '1' },
      { name: 'removed', value: '1' },
    ]);
    const rows = rowsOf(base, { same: '1', changed: '2', removed: undefined, added: '', passing: undefined });
    expect(rows.map(({ name, state }) => `${name} ${state}`)).toEqual([
      'added new',
      'changed changed',
      'removed removed',
      'same same',
    ]);
    expect(changesOf(rows)).toEqual({
      set: [
        { name: 'added', value: '' },
        { name: 'changed', value: '2' },
      ],
      remove: ['removed'],
    });
    expect(changesOf(rowsOf(base, { ...base }))).toBeUndefined();
  });

  test('may be called as the parts of an object are', () => {
    const rows = rowsOf(propertiesOf([{ name: 'constructor', value: 'x' }]), propertiesOf([]));
    expect(rows).toEqual([{ name: 'constructor', value: 'x', state: 'removed' }]);
  });

  test.each([
    ['', '', 'needs a name'],
    ['n'.repeat(256), '', '255 characters'],
    ['a\nb', '', 'name has a control'],
    ['a', '\u0000', 'value has a control'],
    ['a', 'ä'.repeat(32_768), '65,535 bytes'],
  ])('that the gateway refuses are refused here (%#)', (name, value, why) => {
    expect(faultOf(name, value)).toContain(why);
  });

  test('may have tabs and line breaks in their values', () => {
    expect(faultOf('a', 'b\tc\r\nd')).toBeUndefined();
  });

  test.each([
    [
      'os_distro=debian\n\nempty=\nurl=http://a/?b=c',
      { os_distro: 'debian', empty: '', url: 'http://a/?b=c' },
    ],
    ['{"os_version": 13, "secure": true}', { os_version: '13', secure: 'true' }],
    ['[{"name": "a", "value": "b"}]', { a: 'b' }],
  ])('are read from %j', (text, found) => {
    expect(Object.fromEntries(readProperties(text).properties)).toEqual(found);
  });

  test.each([
    ['a=b\nnonsense', 'Line 2 is no name=value.'],
    ['{"a": {"b": 1}}', 'This is no JSON of names and plain values.'],
    ['{"a": ', 'This is no JSON of names and plain values.'],
    ['[null]', 'This is no JSON of names and plain values.'],
  ])('are not read from %j', (text, fault) => {
    expect(readProperties(text).faults).toEqual([fault]);
  });

  test('are read back as they were written', () => {
    const names = fc.uniqueArray(fc.string({ minLength: 1 }).filter((name) => name !== '__proto__'));
    fc.assert(
      fc.property(names, fc.string(), (all, value) => {
        const pairs = all.map((name) => [name, value] as const);
        expect(readProperties(writeProperties(pairs)).properties).toEqual(new Map(pairs));
      }),
    );
  });
});

describe('characters that nobody sees', () => {
  test.each([
    [' a ', '·a·'],
    ['pay\u200bpal', 'payU+200Bpal'],
    ['\u202Egnp.exe', 'U+202Egnp.exe'],
    ['a\u00a0b', 'aU+00A0b'],
    ['two\nlines', 'two\nlines'],
    ['', ''],
  ])('are shown in %j', (text, shown) => {
    expect(
      partsOf(text)
        .map((part) => part.shown)
        .join(''),
    ).toBe(shown);
    expect(hasUnseen(text)).toBe(text !== shown);
  });

  test('are found at once in a long text', () => {
    expect(partsOf(`a${' '.repeat(65_000)}b`)).toHaveLength(1);
  });
});
