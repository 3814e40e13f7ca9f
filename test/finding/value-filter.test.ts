import { beforeAll, expect, test } from 'vitest';
import { createImage, errorOf, run } from '../support/client.js';
import { onEachDatabase, type TestGateway } from '../support/gateway.js';
import { gql } from '../support/gql.js';
import { sql } from '../support/sql.js';

const MOST = Number.MAX_SAFE_INTEGER;
const IMAGES: [string, object][] = [
  ['plain', {}],
  ['small', { size: 1, minDisk: 1, visibility: 'PRIVATE' }],
  ['large', { size: 5_000_000_000, minDisk: 2147483647, minRam: 5, visibility: 'PUBLIC', protected: true }],
  ['largest', { size: MOST, minRam: 6, visibility: 'COMMUNITY' }],
  ['unknown', { minDisk: 2 }],
  ['hidden', { hidden: true, size: 3 }],
];
/** In the order of IMAGES; `unknown` has no size and was never updated. */
const TIMES = [1, 2, 3, 4, 5, 6].map((second) => `2026-03-01 10:00:0${second}.00000${second}`);

const SEEN = ['plain', 'small', 'large', 'largest', 'unknown'];
const but = (...names: string[]) => SEEN.filter((name) => !names.includes(name));

const CASES: [object, string[]][] = [
  [{ size: { eq: 1 } }, ['small']],
  [{ size: { eq: MOST } }, ['largest']],
  [{ size: { eq: MOST - 1 } }, []],
  [{ size: { eq: null } }, ['unknown']],
  [{ size: { ne: 1 } }, but('small')],
  [{ size: { ne: null } }, but('unknown')],
  [{ size: { in: [0, 1] } }, ['plain', 'small']],
  [{ size: { in: [] } }, []],
  [{ size: { notIn: [0, 1] } }, ['large', 'largest', 'unknown']],
  [{ size: { notIn: [] } }, SEEN],
  [{ size: { isNull: true } }, ['unknown']],
  [{ size: { isNull: false } }, but('unknown')],
  [{ size: { gt: 1 } }, ['large', 'largest']],
  [{ size: { gte: 1 } }, ['small', 'large', 'largest']],
  [{ size: { lt: 1 } }, ['plain']],
  [{ size: { lte: 1 } }, ['plain', 'small']],
  [{ size: { gte: 1, lt: 5_000_000_000 } }, ['small']],
  [{ size: { gt: -5 }, minDisk: { gt: 0 } }, ['small', 'large']],
  [{ virtualSize: { isNull: true } }, SEEN],
  [{ virtualSize: { gte: 0 } }, []],
  [{ minDisk: { eq: 0 } }, ['plain', 'largest']],
  [{ minDisk: { gte: 2147483647 } }, ['large']],
  [{ minDisk: { lt: 5_000_000_000 } }, SEEN],
  [{ minDisk: { eq: 5_000_000_000 } }, []],
  [{ minRam: { in: [5, 6] } }, ['large', 'largest']],
  [{ protected: { eq: true } }, ['large']],
  [{ protected: { eq: false } }, but('large')],
  [{ protected: { ne: true } }, but('large')],
  [{ protected: { in: [true, false] } }, SEEN],
  [{ protected: { notIn: [false] } }, ['large']],
  [{ protected: { eq: null } }, []],
  [{ isPublic: { eq: true } }, ['large']],
  [{ isPublic: { eq: false } }, but('large')],
  [{ isPublic: { ne: true } }, but('large')],
  [{ isPublic: { in: [true] } }, ['large']],
  [{ isPublic: { notIn: [true] } }, but('large')],
  [{ isPublic: { isNull: true } }, []],
  [{ visibility: { eq: 'PUBLIC' } }, ['large']],
  [{ visibility: { ne: 'SHARED' } }, ['small', 'large', 'largest']],
  [{ visibility: { in: ['PRIVATE', 'COMMUNITY'] } }, ['small', 'largest']],
  [{ visibility: { notIn: ['SHARED', 'PUBLIC'] } }, ['small', 'largest']],
  [{ visibility: { in: [] } }, []],
  [{ hidden: { eq: true } }, ['hidden']],
  [{ hidden: { eq: false } }, SEEN],
  [{ hidden: { in: [true, false] } }, [...SEEN, 'hidden']],
  [{ hidden: { ne: null } }, SEEN],
  [{ hidden: {} }, SEEN],
  [{ hidden: null, size: { lt: 4 } }, ['plain', 'small']],
  [{ createdAt: { eq: '2026-03-01T10:00:02.000002Z' } }, ['small']],
  [{ createdAt: { eq: '2026-03-01T10:00:02.000003Z' } }, []],
  [{ createdAt: { eq: '2026-03-01T10:00:02Z' } }, []],
  [{ createdAt: { gt: '2026-03-01T10:00:02.000002Z' } }, ['large', 'largest', 'unknown']],
  [{ createdAt: { gte: '2026-03-01T10:00:02.000002Z' } }, ['small', 'large', 'largest', 'unknown']],
  [{ createdAt: { lt: '2026-03-01T10:00:02.000002Z' } }, ['plain']],
  [{ createdAt: { lte: '2026-03-01T10:00:02.000002' } }, ['plain', 'small']],
  [{ createdAt: { lt: '2026-03-01T12:00:02.000002+02:00' } }, ['plain']],
  [{ createdAt: { lt: '2026-03-01 04:30:02,000002-0530' } }, ['plain']],
  [{ createdAt: { gt: '2026-03-01' } }, SEEN],
  [{ createdAt: { lt: '2026-03-01' } }, []],
  [{ createdAt: { lt: '2026-03-02' } }, SEEN],
  [
    { createdAt: { in: ['2026-03-01T10:00:01.000001Z', '2026-03-01T11:00:03.000003+01:00'] } },
    ['plain', 'large'],
  ],
  [{ updatedAt: { eq: null } }, ['unknown']],
  [{ updatedAt: { ne: '2026-03-01T10:00:01.000001Z' } }, but('plain')],
  [{ updatedAt: { notIn: ['2026-03-01T10:00:01.000001Z'], isNull: false } }, but('plain', 'unknown')],
  [{ updatedAt: { gt: '2026-03-01T10:00:03Z' } }, ['large', 'largest']],
];

const LIST = gql('query ($filter: ImageFilterInput) { images(filter: $filter) { edges { node { name } } } }');

onEachDatabase('a filter on a value', (start, place) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await start();
    await Promise.all(IMAGES.map(([name, input]) => createImage(gateway, { name, ...input })));
    for (const [index, [name]] of IMAGES.entries()) {
      const times = `created_at = '${TIMES[index]}', updated_at = '${TIMES[index]}'`;
      await sql(place, `UPDATE images SET ${times} WHERE name = '${name}'`);
    }
    await sql(place, "UPDATE images SET size = NULL, updated_at = NULL WHERE name = 'unknown'");
  });

  test.each(CASES)('%j', async (filter, expected) => {
    const { images } = await run(gateway, LIST, { filter });
    expect(images.edges.map((edge) => edge.node.name).sort()).toEqual([...expected].sort());
  });

  test.each(CASES.filter(([filter]) => !('hidden' in filter)))(
    'not %j finds exactly the others',
    async (filter, expected) => {
      const { images } = await run(gateway, LIST, { filter: { not: filter } });
      expect(images.edges.map((edge) => edge.node.name).sort()).toEqual(but(...expected).sort());
    },
  );

  test.each([
    { size: { gt: null } },
    { minDisk: { gte: null } },
    { createdAt: { lt: null } },
    { updatedAt: { lte: null } },
  ])('refuses to compare with null: %j', async (filter) => {
    const [[field, operators]] = Object.entries(filter);
    expect(await errorOf(gateway, LIST, { filter })).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: `filter.${field}.${Object.keys(operators)[0]}`,
    });
  });

  test.each([
    'yesterday',
    '2026-02-30',
    '2026-13-01',
    '2026-03-01T25:00:00Z',
    '2026-03-01T10:00:60Z',
    '0999-01-01',
    '9999-12-31T23:59:59-01:00',
    '1772359200',
    '',
    1772359200,
    true,
  ])('refuses what is not a time: %j', async (time) => {
    const error = await errorOf(gateway, LIST, { filter: { createdAt: { gt: time } } });
    expect(error.code).toBe('BAD_USER_INPUT');
  });

  test.each([
    { size: { gt: '1' } },
    { size: { gt: 1.5 } },
    { size: { eq: 2 ** 53 } },
    { size: { eq: true } },
  ])('refuses what is not a whole number: %j', async (filter) => {
    expect((await errorOf(gateway, LIST, { filter })).code).toBe('BAD_USER_INPUT');
  });
});
