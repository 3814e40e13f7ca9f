import { expect, test } from 'vitest';
import { unusual, usualValues } from '../../src/console/page/edit/properties/usual-values.js';

type Rules = Parameters<typeof unusual>[0][number];
const RULES: Rules = { type: 'STRING', values: [], minimum: null, maximum: null };
const rules = (part: Partial<Rules>): Rules => ({ ...RULES, ...part });
const one = rules({ values: ['a', 'b'] });
const range = rules({ type: 'INTEGER', minimum: 1, maximum: 2000 });

test.each<[name: string, definitions: Rules[], value: string, mark: string | undefined]>([
  ['a text without rules', [RULES], 'anything', undefined],
  ['no definition', [], 'anything', undefined],
  ['a value of the list', [one], 'b', undefined],
  ['a value in another letter case', [one], 'B', 'This is not one of the usual values.'],
  ['a value of the second list', [one, rules({ values: ['c'] })], 'c', undefined],
  ['a value of neither list', [one, rules({ values: ['c'] })], 'd', 'This is not one of the usual values.'],
  ['a flag, whatever its letter case', [rules({ type: 'BOOLEAN' })], 'True', undefined],
  ['no flag', [rules({ type: 'BOOLEAN' })], 'yes', 'This is not one of the usual values.'],
  ['the least number', [range], '1', undefined],
  ['a number below', [range], '0', '1 to 2,000 is usual.'],
  ['a number above one end', [rules({ type: 'INTEGER', maximum: 9 })], '10', 'At most 9 is usual.'],
  ['a fraction', [range], '1.5', 'A whole number is usual here.'],
  ['no value', [range], '', 'A whole number is usual here.'],
  ['a fraction where it may be', [rules({ type: 'NUMBER', minimum: 0 })], '.5', undefined],
  ['a word for a number', [rules({ type: 'NUMBER' })], 'NaN', 'A number is usual here.'],
  ['parts of a list', [rules({ type: 'LIST', values: ['left'] })], '<in> left', undefined],
])('%s', (_, definitions, value, mark) => {
  expect(unusual(definitions, value)).toBe(mark);
});

test('the values of all collections are offered, unless one takes any text', () => {
  expect(usualValues([one, rules({ values: ['b', 'c'] })])).toEqual(['a', 'b', 'c']);
  expect(usualValues([one, RULES])).toEqual([]);
  expect(usualValues([rules({ type: 'BOOLEAN' })])).toEqual(['true', 'false']);
  expect(usualValues([rules({ type: 'LIST', values: ['left'] })])).toEqual([]);
  expect(usualValues([])).toEqual([]);
});
