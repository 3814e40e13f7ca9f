import { beforeAll, describe, expect, test } from 'vitest';
import { createImage, errorOf, run } from '../support/client.js';
import { onEachDatabase, onSqlite, type TestGateway } from '../support/gateway.js';
import { gql } from '../support/gql.js';

const IMAGES: [string, object][] = [
  ['small', { minRam: 1, minDisk: 1 }],
  ['big', { minRam: 9, minDisk: 9, diskFormat: 'raw', properties: [{ name: 'os', value: 'linux' }] }],
  ['wide', { minRam: 9, minDisk: 1, diskFormat: 'qcow2' }],
  ['hidden', { minRam: 1, minDisk: 1, hidden: true }],
];
const ALL = ['small', 'big', 'wide'];
const ram = (n: number) => ({ minRam: { eq: n } });
const disk = (n: number) => ({ minDisk: { eq: n } });
const raw = { diskFormat: { eq: 'raw' } };

const CASES: [object, string[]][] = [
  [{ and: [] }, ALL],
  [{ or: [] }, []],
  [{ not: {} }, []],
  [{ not: { not: {} } }, ALL],
  [{ not: { and: [] } }, []],
  [{ not: { or: [] } }, ALL],
  [{ and: null, or: null, not: null }, ALL],
  [{ and: [{}, {}] }, ALL],
  [{ or: [{}] }, ALL],
  [{ or: [{}, ram(5)] }, ALL],
  [{ and: [ram(9), disk(1)] }, ['wide']],
  [{ ...ram(9), and: [disk(1)] }, ['wide']],
  [{ or: [disk(9), ram(1)] }, ['small', 'big']],
  [{ ...disk(1), or: [disk(9), ram(1)] }, ['small']],
  [{ or: [{ ...ram(9), ...disk(1) }, raw] }, ['big', 'wide']],
  [{ not: { ...ram(9), ...disk(1) } }, ['small', 'big']],
  [{ not: { or: [raw, ram(1)] } }, ['wide']],
  [{ not: { and: [ram(9), raw] } }, ['small', 'wide']],
  // Nothing lies between: an image without a format is not one with another.
  [{ not: raw }, ['small', 'wide']],
  [{ not: { diskFormat: { ne: 'raw' } } }, ['big']],
  [{ not: { not: raw } }, ['big']],
  [{ or: [{ diskFormat: { isNull: true } }, raw] }, ['small', 'big']],
  [{ not: { properties: [{ name: 'os', value: { eq: 'linux' } }] } }, ['small', 'wide']],
  [{ or: [{ properties: [{ name: 'os', exists: true }] }, ram(1)] }, ['small', 'big']],
  [{ not: { properties: [{ name: 'os', exists: true, value: { eq: 'linux' } }] } }, ['small', 'wide']],
  [{ and: [{ or: [{ and: [{ or: [{ not: raw }] }] }] }] }, ['small', 'wide']],
  // A filter that names `hidden` at any place decides about hidden images.
  [{ or: [{ hidden: { eq: true } }, raw] }, ['hidden', 'big']],
  [{ and: [{ hidden: { in: [true, false] } }] }, [...ALL, 'hidden']],
  [{ not: { hidden: { eq: false } } }, ['hidden']],
];

const LIST = gql('query ($filter: ImageFilterInput) { images(filter: $filter) { edges { node { name } } } }');

onEachDatabase('and, or, not', (start) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await start();
    for (const [name, input] of IMAGES) await createImage(gateway, { name, ...input });
  });
  const found = async (filter: object) =>
    (await run(gateway, LIST, { filter })).images.edges.map((edge) => edge.node.name).sort();

  test.each(CASES)('%j', async (filter, expected) => {
    expect(await found(filter)).toEqual([...expected].sort());
  });

  test('takes sixteen properties in each of several branches', async () => {
    const properties = Array.from({ length: 16 }, () => ({ name: 'os', value: { eq: 'linux' } }));
    expect(await found({ or: [{ properties }, { properties }, { properties }] })).toEqual(['big']);
  });

  test('takes as many values as a filter may have', async () => {
    const among = Array.from({ length: 1000 }, (_, n) => n);
    const filter = { and: Array.from({ length: 5 }, () => ({ minRam: { in: among } })) };
    expect(await found(filter)).toEqual([...ALL].sort());
  });
});

onSqlite('a filter that is too large', (start) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await start();
  });
  const refusal = (filter: object) => errorOf(gateway, LIST, { filter });
  const nested = (levels: number): object => (levels === 0 ? raw : { not: nested(levels - 1) });

  test('is refused over five levels, naming the place', async () => {
    expect(await run(gateway, LIST, { filter: nested(5) })).toEqual({ images: { edges: [] } });
    expect(await refusal(nested(6))).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'filter.not.not.not.not.not.not',
      constraints: [expect.stringContaining('5')],
    });
  });

  describe('is refused over a hundred conditions', () => {
    test.each(['and', 'or'])('below %s', async (word) => {
      // Each branch counts, and what it says.
      const branches = (count: number) => ({ [word]: Array.from({ length: count }, () => ram(5)) });
      expect(await run(gateway, LIST, { filter: branches(50) })).toEqual({ images: { edges: [] } });
      expect(await refusal(branches(51))).toMatchObject({
        code: 'BAD_USER_INPUT',
        field: `filter.${word}[50]`,
      });
      expect(await refusal({ [word]: Array.from({ length: 101 }, () => ({})) })).toMatchObject({
        code: 'BAD_USER_INPUT',
        field: `filter.${word}[100]`,
      });
    });
  });

  test('is refused over five thousand values', async () => {
    const among = Array.from({ length: 1000 }, (_, n) => n);
    const filter = { and: [...Array.from({ length: 5 }, () => ({ minRam: { in: among } })), ram(1)] };
    expect(await refusal(filter)).toMatchObject({
      code: 'BAD_USER_INPUT',
      constraints: [expect.stringContaining('5000')],
    });
  });
});
