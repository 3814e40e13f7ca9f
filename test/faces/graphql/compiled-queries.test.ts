import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { buildSchema, getIntrospectionQuery, parse, validate } from 'graphql';
import { beforeAll, expect, test } from 'vitest';
import { createImage } from '../../support/client.js';
import { onSqlite, type TestGateway } from '../../support/gateway.js';
import { sql } from '../../support/sql.js';
import { operations } from './generated-operations.js';

/** The number of operations, and the seed; more runs and other seeds find more. */
const RUNS = Number(process.env.COMPILED_RUNS ?? 60);
const SEED = Number(process.env.COMPILED_SEED ?? 20261128);

/** More uses than the gateway needs before it compiles a query. */
const USES = 5;

const schema = buildSchema(readFileSync('schema/schema.graphql', 'utf8'));

onSqlite('a query that has been compiled', (start, place) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await start({ QUERY_ALIAS_LIMIT: '1000', LOG_LEVEL: 'error' });
    for (let n = 1; n <= 3; n += 1) {
      const id = `00000000-0000-4000-8000-00000000000${n}`;
      const properties = [{ name: 'os', value: 'linux' }];
      await createImage(gateway, { id, name: `image ${n}`, tags: ['t'], properties });
    }
    // Other writers to the database store values that the schema cannot show.
    const broken = "min_disk = 3000000000, min_ram = -3000000000, name = 'image 2'";
    await sql(place, `UPDATE images SET ${broken} WHERE id LIKE '%2'`);
  });

  test(
    'gets exactly the same answer as before, whatever its fields and variables are',
    async () => {
      let valid = 0;
      await fc.assert(
        fc.asyncProperty(operations(schema), async ({ query, variables }) => {
          if (isValid(query)) valid += 1;
          const firsts: string[] = [];
          for (let use = 0; use < USES; use += 1) {
            for (const [set, each] of variables.entries()) {
              const answer = await ask(gateway, query, each);
              firsts[set] ??= answer;
              expect(answer, `use ${use + 1} with ${JSON.stringify(each)} of ${query}`).toBe(firsts[set]);
            }
          }
        }),
        { numRuns: RUNS, seed: SEED },
      );
      // Enough of the generated operations must be valid.
      expect(valid).toBeGreaterThan(RUNS / 4);
    },
    60_000 + RUNS * 1000,
  );

  test('is answered alike under every condition, also where its plans are too large to be kept', async () => {
    const lists = Array.from(
      { length: 14 },
      (_, n) =>
        `q${n}: images { edges { node { id @skip(if: $a) name @skip(if: $b) tags @skip(if: $c) ...F } } }`,
    );
    const fields = 'status size owner protected hidden '.repeat(22);
    const query = `query ($a: Boolean!, $b: Boolean!, $c: Boolean!) { ${lists.join(' ')} } fragment F on Image { ${fields} }`;
    for (let use = 0; use < 4 * 8; use += 1) {
      const [a, b, c] = [1, 2, 4].map((bit) => (use & bit) > 0);
      const { data } = JSON.parse(await ask(gateway, query, { a, b, c })) as {
        data: Record<string, { edges: { node: object }[] }>;
      };
      const left = [a ? [] : 'id', b ? [] : 'name', c ? [] : 'tags'].flat();
      const wanted = [...left, 'status', 'size', 'owner', 'protected', 'hidden'];
      for (const { edges } of Object.values(data)) expect(Object.keys(edges[0].node)).toEqual(wanted);
    }
  });

  test('shows the published schema every time', async () => {
    const query = getIntrospectionQuery();
    const first = await ask(gateway, query, {});
    expect(first).not.toContain('Coerced');
    for (let use = 1; use < USES; use += 1) expect(await ask(gateway, query, {})).toBe(first);
    const types = '{ __schema { types { name } } viewer { __typename } }';
    const names = Object.keys(schema.getTypeMap()).sort();
    for (let use = 0; use < USES; use += 1) {
      const { data } = JSON.parse(await ask(gateway, types, {})) as {
        data: { __schema: { types: { name: string }[] }; viewer: unknown };
      };
      expect(data.__schema.types.map(({ name }) => name).sort()).toEqual(names);
      expect(data.viewer).toEqual({ __typename: 'Viewer' });
    }
    for (const name of ['CoercedVariable', 'CoercedValue'])
      for (let use = 0; use < USES; use += 1)
        expect(
          await ask(gateway, `query ($n: String!) { viewer { isAdmin } __type(name: $n) { name } }`, {
            n: name,
          }),
        ).toBe('{"data":{"viewer":{"isAdmin":true},"__type":null}}\n');
  });

  test.each([
    ['a text', (text: string) => `{ images(filter: { name: { eq: ${text} } }) { edges { cursor } } }`],
    [
      'a text in a list',
      (text: string) => `{ images(filter: { name: { in: [${text}] } }) { edges { cursor } } }`,
    ],
    ['an id', (text: string) => `{ image(id: ${text}) { id } }`],
    [
      'the default of a variable',
      (text: string) => `query ($n: ID = ${text}) { sharedImages(memberId: $n) { edges { cursor } } }`,
    ],
  ])('never runs the text of %s as code', async (_, query) => {
    (globalThis as { broken?: boolean }).broken = false;
    // The compiler writes moments into its program in this way.
    for (const mark of [
      'DATE__33a9e76d_02e0_4128_8e92_3530ad3da74d',
      'NAN__57f286b9_4c20_487f_b409_79804ddcb4f8',
    ])
      for (let use = 0; use < USES; use += 1)
        await ask(gateway, query(JSON.stringify(`__MAGIC_${mark}(globalThis.broken = true)`)), {});
    expect((globalThis as { broken?: boolean }).broken).toBe(false);
  });

  test('has no more fields than the document, even with deeply nested fragments', async () => {
    const spread = Array.from(
      { length: 12 },
      (_, n) => `fragment f${n} on Viewer { ...f${n + 1} ...f${n + 1} }`,
    );
    const query = `{ viewer { ...f0 } } ${spread.join(' ')} fragment f12 on Viewer { user }`;
    for (let use = 0; use < USES; use += 1)
      expect(await ask(gateway, query, {})).toBe('{"data":{"viewer":{"user":null}}}\n');
  });
});

function isValid(query: string): boolean {
  try {
    return validate(schema, parse(query)).length === 0;
  } catch {
    return false;
  }
}

/** Returns the answer as it is sent, without the ids of errors. */
async function ask(gateway: TestGateway, query: string, variables: object): Promise<string> {
  const response = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  return (await response.text()).replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}(?=[;"])(?!",)/g, (id) =>
    id.startsWith('00000000-') ? id : 'error',
  );
}
