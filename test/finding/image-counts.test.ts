import { beforeAll, expect, test } from 'vitest';
import { as, createActiveImage, createImage, errorOf, run } from '../support/client.js';
import { onEachDatabase, type TestGateway } from '../support/gateway.js';
import { gql, type VariablesOf } from '../support/gql.js';
import { sql } from '../support/sql.js';

const COUNTS = gql(`query ($filter: ImageFilterInput, $search: String, $memberStatus: MemberStatusFilter,
  $includeDeleted: Boolean, $by: [ImageFacet!]!) {
  imageCounts(filter: $filter, search: $search, memberStatus: $memberStatus, includeDeleted: $includeDeleted, by: $by) {
    by value count
  }
}`);
const TOTAL = gql(`query ($filter: ImageFilterInput, $search: String, $memberStatus: MemberStatusFilter,
  $includeDeleted: Boolean) {
  images(filter: $filter, search: $search, memberStatus: $memberStatus, includeDeleted: $includeDeleted) { totalCount }
}`);

type Request = Omit<VariablesOf<typeof COUNTS>, 'by'>;
type Facet = VariablesOf<typeof COUNTS>['by'][number];

/** Each field, with the values that an image can have in this test. */
const FACETS: Record<Facet, (string | null)[]> = {
  STATUS: ['queued', 'active', 'deleted', 'saving'],
  VISIBILITY: ['PUBLIC', 'COMMUNITY', 'SHARED', 'PRIVATE'],
  DISK_FORMAT: ['raw', 'qcow2', null, 'iso'],
  CONTAINER_FORMAT: ['bare', 'ovf', null],
  HIDDEN: ['true', 'false'],
};
const ALL = Object.keys(FACETS) as Facet[];

const REQUESTS: Request[] = [
  {},
  { filter: { status: { eq: 'queued' } } },
  { filter: { visibility: { eq: 'COMMUNITY' } } },
  { filter: { visibility: { in: ['SHARED', 'PUBLIC'] }, diskFormat: { eq: 'raw' } } },
  { filter: { diskFormat: { eq: null }, containerFormat: { ne: 'ovf' } } },
  { filter: { diskFormat: { in: ['raw', 'qcow2'], ne: 'raw' }, hidden: { eq: true } } },
  { filter: { hidden: { eq: false }, status: { notIn: ['active'] } } },
  { filter: { or: [{ hidden: { eq: true } }, { diskFormat: { eq: 'raw' } }] } },
  { filter: { not: { status: { eq: 'active' } }, and: [{ visibility: { eq: 'COMMUNITY' } }] } },
  { filter: { name: { containsIgnoreCase: 'A' }, status: { eq: 'none' } } },
  { search: 'a' },
  { search: 'a', filter: { diskFormat: { eq: 'qcow2' } } },
  { memberStatus: 'PENDING' },
  { memberStatus: 'ALL', filter: { visibility: { eq: 'SHARED' } } },
  { includeDeleted: true },
  { includeDeleted: true, filter: { status: { eq: 'deleted' } } },
];

onEachDatabase('the counts of images', (start, place) => {
  let gateway: TestGateway;
  const admin = as('operators', 'admin');
  beforeAll(async () => {
    gateway = await start({ AUTH: 'trusted' });
    const make = (tenant: string, input: object, roles = 'member') =>
      createImage(gateway, input, as(tenant, roles));
    for (const tenant of ['one', 'two']) {
      await make(tenant, { name: 'a1', diskFormat: 'raw', containerFormat: 'bare' });
      await make(tenant, { name: 'a2', diskFormat: 'raw', visibility: 'COMMUNITY' });
      await make(tenant, { name: 'b1', diskFormat: 'qcow2', containerFormat: 'ovf', visibility: 'PRIVATE' });
      await make(tenant, { name: 'A3', diskFormat: 'qcow2', containerFormat: 'bare', hidden: true });
      await make(tenant, { name: 'b2', containerFormat: 'bare' });
      await make(tenant, { diskFormat: 'raw', containerFormat: 'bare', visibility: 'PUBLIC' }, 'admin');
      await createActiveImage(gateway, 'data', { name: 'a4' }, as(tenant));
    }
    const shared = await make('two', { name: 'a5', diskFormat: 'iso' });
    const share = gql(
      'mutation ($id: ID!) { addImageMember(imageId: $id, input: { memberId: "one" }) { status } }',
    );
    await run(gateway, share, { id: shared }, as('two'));
    const deleted = await make('one', { name: 'a6', diskFormat: 'raw' });
    await run(gateway, gql('mutation ($id: ID!) { deleteImage(id: $id) { id } }'), { id: deleted }, admin);
  });

  const counts = async (request: Request, by: Facet[], who = admin) =>
    (await run(gateway, COUNTS, { ...request, by }, who)).imageCounts;

  test.each(REQUESTS.flatMap((request) => ['operators', 'one', 'two'].map((who) => [request, who] as const)))(
    'are those of the lists with each value as the condition: %j for %s',
    async (request, who) => {
      if (request.includeDeleted && who !== 'operators') return;
      const caller = who === 'operators' ? admin : as(who);
      const expected: Record<string, number> = {};
      for (const facet of ALL) {
        for (const value of FACETS[facet]) {
          const { images } = await run(gateway, TOTAL, withCondition(request, facet, value), caller);
          if (images.totalCount > 0) expected[`${facet} ${value}`] = images.totalCount;
        }
      }
      const together = await counts(request, ALL, caller);
      expect(byValue(together)).toEqual(expected);
      for (const facet of ALL) {
        const alone = await counts(request, [facet], caller);
        expect(alone).toEqual(together.filter(({ by }) => by === facet));
      }
    },
  );

  test('come in the order of the fields, each once, the most frequent value first', async () => {
    const found = await counts({}, ['DISK_FORMAT', 'STATUS', 'DISK_FORMAT']);
    expect(found.map(({ by, value }) => [by, value])).toEqual([
      ['DISK_FORMAT', 'raw'],
      ['DISK_FORMAT', null],
      ['DISK_FORMAT', 'qcow2'],
      ['DISK_FORMAT', 'iso'],
      ['STATUS', 'queued'],
      ['STATUS', 'active'],
    ]);
    expect(await counts({}, [])).toEqual([]);
  });

  test('are those of fifty values at most', async () => {
    const values = Array.from({ length: 60 }, (_, n) => n);
    const rows = values.map(
      (n) => `('00000000-0000-4000-8000-0000000000${n + 10}', 'f${n}', '2026-01-01', 0, 'queued', 0, 0)`,
    );
    await sql(
      place,
      `INSERT INTO images (id, disk_format, created_at, deleted, status, min_disk, min_ram) VALUES ${rows.join()}`,
    );
    try {
      expect(await counts({}, ['DISK_FORMAT'])).toHaveLength(50);
    } finally {
      await sql(place, "DELETE FROM images WHERE id LIKE '00000000-0000-4000-8000-%'");
    }
  });

  test('of deleted images are for administrators only', async () => {
    const variables = { includeDeleted: true, by: ['STATUS'] };
    expect(await errorOf(gateway, COUNTS, variables, as('one'))).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'includeDeleted',
    });
  });

  test('are refused for a wrong filter, search or field', async () => {
    const refused = (variables: object) => errorOf(gateway, COUNTS, { by: ['STATUS'], ...variables }, admin);
    const filter = { name: { in: Array.from({ length: 1001 }, String) } };
    expect(await refused({ filter })).toMatchObject({ code: 'BAD_USER_INPUT', field: 'filter.name.in' });
    const status = { eq: 'a', and: null };
    expect(await refused({ filter: { status } })).toMatchObject({ code: 'BAD_USER_INPUT' });
    expect(await refused({ search: 'x'.repeat(101) })).toMatchObject({ field: 'search' });
    expect(await refused({ by: ['OWNER'] })).toMatchObject({ code: 'BAD_USER_INPUT' });
  });
});

function withCondition({ filter, ...request }: Request, facet: Facet, value: string | null): Request {
  const field = facet.toLowerCase().replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
  const eq = facet === 'HIDDEN' ? value === 'true' : value;
  return { ...request, filter: { ...filter, [field]: { eq } } };
}

function byValue(counts: { by: string; value: string | null; count: number }[]): Record<string, number> {
  return Object.fromEntries(counts.map(({ by, value, count }) => [`${by} ${value}`, count]));
}
