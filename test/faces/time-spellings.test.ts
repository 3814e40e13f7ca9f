import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { storedTime } from '../../src/image/date-time.js';

const PYTHON = '/usr/bin/python3';
const SCRIPT = fileURLToPath(new URL('iso8601-times.py', import.meta.url));
const hasLibrary = spawnSync(PYTHON, ['-c', 'import iso8601']).status === 0;
if (!hasLibrary && process.env.REQUIRE_ALL)
  throw new Error('REQUIRE_ALL is set, and there is no python3-iso8601');
if (!hasLibrary) process.stderr.write('skipped: spellings of times, since python3-iso8601 is not there\n');

const SEED = Number(process.env.TIMES_SEED ?? 8601);
const RUNS = 12_000;

/** Returns mostly a number of a clock or a calendar, sometimes one at or beyond its limit. */
const number = (least: number, most: number) =>
  fc.oneof(
    {
      weight: 12,
      arbitrary: fc.integer({ min: least, max: most }).map((value) => String(value).padStart(2, '0')),
    },
    fc.constantFrom('0', '1', '9', '00', '12', '23', '24', '29', '30', '31', '59', '60', '99'),
  );
const rarely = (weight: number, usual: fc.Arbitrary<string>, ...rare: string[]) =>
  fc.oneof({ weight, arbitrary: usual }, fc.constantFrom(...rare));
const maybe = (part: fc.Arbitrary<string>) => rarely(3, part, '');
const joined = (...parts: fc.Arbitrary<string>[]) => fc.tuple(...parts).map((each) => each.join(''));

const year = rarely(
  12,
  fc.integer({ min: 1, max: 9999 }).map((value) => String(value).padStart(4, '0')),
  ...['2024', '1900', '1899', '0001', '0000', '9999', '999', '12345'],
);
const dash = fc.constantFrom('-', '-', '');
const colon = fc.constantFrom(':', ':', '');
const separator = rarely(12, fc.constantFrom('T', ' '), 't', '_');
const fraction = joined(
  rarely(12, fc.constantFrom('.', ','), ';'),
  fc.oneof(
    fc.stringMatching(/^[0-9]{0,9}$/),
    fc
      .tuple(fc.stringMatching(/^[0-9]{0,6}$/), fc.nat(36), fc.stringMatching(/^[0-9]{0,2}$/))
      .map(([first, nines, last]) => first + '9'.repeat(nines) + last),
  ),
);
const zone = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('Z', '+01', '-0130', '+05:30', '+01:', '-00:00', '+23:59') },
  fc.constantFrom('z', '+24', '-23:60', '+', ' Z'),
  { weight: 2, arbitrary: joined(fc.constantFrom('+', '-'), number(0, 23), colon, maybe(number(0, 59))) },
);
const clock = joined(
  separator,
  number(0, 23),
  maybe(joined(colon, number(0, 59), maybe(joined(colon, number(0, 59), maybe(fraction))))),
  maybe(zone),
);
const date = joined(year, dash, number(1, 12), dash, number(1, 28));
const shortDate = joined(year, maybe(joined(dash, number(1, 12))));
const spelled = joined(
  fc.oneof({ weight: 5, arbitrary: joined(date, maybe(clock)) }, shortDate),
  rarely(16, fc.constant(''), '\n', ' ', '\n\n'),
);
/** Returns a spelling with one character removed, doubled or replaced. */
const misspelled = fc
  .tuple(
    spelled,
    fc.nat(30),
    fc.constantFrom('', '0', '9', '-', ':', '.', 'T', 'Z', '+', ' ', '\n', '٣', '\u0000'),
    fc.boolean(),
  )
  .map(([text, at, put, replaces]) => text.slice(0, at) + put + text.slice(at + (replaces ? 1 : 0)));

describe.skipIf(!hasLibrary)('a time', () => {
  test(`is taken or refused, and read, as Python's iso8601 does, in ${RUNS} spellings (C8.6, C11.4)`, () => {
    const texts = fc.sample(fc.oneof({ weight: 3, arbitrary: spelled }, misspelled), {
      numRuns: RUNS,
      seed: SEED,
    });
    const { status, stdout, stderr } = spawnSync(PYTHON, [SCRIPT], {
      input: JSON.stringify(texts),
      encoding: 'utf8',
      maxBuffer: 16 * 1024 * 1024,
    });
    expect([status, stderr]).toEqual([0, '']);
    const theirs = JSON.parse(stdout) as ([utc: string, clock: string] | null)[];
    const taken = theirs.filter(Boolean).length;
    // The spellings must contain enough of both kinds.
    expect(Math.min(taken, RUNS - taken)).toBeGreaterThan(RUNS / 5);
    const differences = texts.flatMap((text, index) => {
      const theirTime = theirs[index];
      const ours = [storedTime(text), theirTime ? storedTime(text, 'ignored') : undefined];
      const wanted = theirTime ?? [undefined, undefined];
      return String(ours) === String(wanted) ? [] : [{ text, ours, wanted }];
    });
    expect(differences).toEqual([]);
  });
});
