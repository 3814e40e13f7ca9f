import { expect, test } from 'vitest';
import { errorOf, graphql, type GraphqlAnswer, run, sendText } from '../../support/client.js';
import { onSqlite } from '../../support/gateway.js';
import { gql } from '../../support/gql.js';

/** `images { edges { node { … } } }` is three levels deep. */
const page = (inside: string, size = '') => `images${size} { edges { node { ${inside} } } }`;

onSqlite('an operation over a limit', (start) => {
  const refusalOf = async (...sent: Parameters<typeof sendText>) =>
    (await sendText(...sent)).errors?.[0].extensions;
  const depth = (levels: number) => start({ QUERY_DEPTH_LIMIT: String(levels) });

  test('is refused at one level over the depth limit', async () => {
    const query = `{ ${page('properties { name }')} }`;
    expect((await sendText(await depth(5), query)).data).toEqual({ images: { edges: [] } });
    expect(await refusalOf(await depth(4), query)).toEqual({ code: 'QUERY_TOO_DEEP' });
  });

  test.each([
    [
      'named fragments',
      `{ ...a } fragment a on Query { ${page('...b')} } fragment b on Image { properties { name } }`,
    ],
    ['inline fragments', `{ ... on Query { ${page('... on Image { properties { ... { name } } }')} } }`],
  ])('is refused also through %s', async (_, query) => {
    expect((await sendText(await depth(5), query)).data).toEqual({ images: { edges: [] } });
    expect(await refusalOf(await depth(4), query)).toEqual({ code: 'QUERY_TOO_DEEP' });
  });

  test('is refused at one alias over the limit, also when a fragment repeats it', async () => {
    const spread = gql(
      '{ ...a x: viewer { ...b } y: viewer { ...b } } fragment a on Query { viewer { isAdmin } } fragment b on Viewer { z: user }',
    );
    expect(await run(await start({ QUERY_ALIAS_LIMIT: '4' }), spread)).toMatchObject({ x: { z: null } });
    expect(await errorOf(await start({ QUERY_ALIAS_LIMIT: '3' }), spread)).toEqual({
      code: 'QUERY_TOO_MANY_ALIASES',
    });
  });

  // One for `images`, and for each of ten rows one for itself and one for its properties.
  const cost = 21;

  test.each([
    ['written out', `{ ${page('properties { name }', '(first: 10)')} }`, {}],
    ['in a variable', `query ($n: Int) { ${page('properties { name }', '(first: $n)')} }`, { n: 10 }],
    ["in a variable's default", `query ($n: Int = 10) { ${page('properties { name }', '(first: $n)')} }`, {}],
    [
      'in a named fragment',
      `{ ...a } fragment a on Query { ${page('properties { name }', '(first: 10)')} }`,
      {},
    ],
    ['in an inline fragment', `{ ... { ${page('... { properties { name } }', '(first: 10)')} } }`, {}],
  ])('is refused at one over the cost limit, the size of its page being %s', async (_, query, variables) => {
    expect(
      (await sendText(await start({ QUERY_COST_LIMIT: String(cost) }), query, variables)).errors,
    ).toBeUndefined();
    const answer = await sendText(await start({ QUERY_COST_LIMIT: String(cost - 1) }), query, variables);
    expect(answer.errors?.[0]).toMatchObject({
      message: `The operation costs ${cost}; at most ${cost - 1} is allowed. Ask for smaller pages.`,
      extensions: { code: 'QUERY_TOO_COSTLY' },
    });
  });

  test.each([
    // One for the list, ten for the count, and one for each of ten rows.
    ['its count', `{ images(first: 10) { totalCount edges { cursor } } }`, {}, 21],
    ['a last page', `query ($n: Int = 10) { images(last: $n) { edges { cursor } } }`, {}, 11],
    ['a last page in a variable', `query ($n: Int) { images(last: $n) { edges { cursor } } }`, { n: 20 }, 21],
    [
      'the progress of imports',
      `{ images(first: 10) { edges { node { importProgress { size } } } } }`,
      {},
      21,
    ],
    ['a page of the default size', `{ images { edges { cursor } } }`, {}, 26],
    ['null for the size', `query ($n: Int) { images(first: $n) { edges { cursor } } }`, { n: null }, 26],
    ['what is shared', `{ sharedImages(memberId: "m", first: 10) { edges { cursor } } }`, {}, 11],
    [
      'what is shared, by default',
      `{ ...a } fragment a on Query { sharedImages(memberId: "m") { edges { cursor } } }`,
      {},
      26,
    ],
  ])('costs as much as it reads: %s', async (_, query, variables, cost) => {
    const options = { QUERY_COST_SHOWN: 'true', QUERY_COST_LIMIT: String(cost) };
    const answer = await sendText(await start(options), query, variables);
    expect(answer.errors).toBeUndefined();
    expect(answer.extensions).toEqual({ cost: { actual: cost, maximum: cost } });
    const less = await start({ QUERY_COST_LIMIT: String(cost - 1) });
    expect(await refusalOf(less, query, variables)).toEqual({ code: 'QUERY_TOO_COSTLY' });
  });

  test('shows its cost with QUERY_COST_SHOWN each time, also when the cost is the reason of a refusal', async () => {
    const gateway = await start({ QUERY_COST_SHOWN: 'true', QUERY_COST_LIMIT: '11' });
    const query = gql('query ($n: Int) { images(first: $n) { edges { cursor } } }');
    for (let use = 0; use < 4; use += 1) {
      const answer = await graphql(gateway, query, { n: 10 });
      expect(answer).toEqual({
        data: { images: { edges: [] } },
        extensions: { cost: { actual: 11, maximum: 11 } },
      });
    }
    const refused = await graphql(gateway, query, { n: 11 });
    expect([refused.errors![0].extensions.code, refused.extensions!.cost.actual]).toEqual([
      'QUERY_TOO_COSTLY',
      12,
    ]);
    expect(await graphql(await start(), gql('{ viewer { isAdmin } }'))).toEqual({
      data: { viewer: { isAdmin: true } },
    });
  });

  test('may nest its variables at most 32 levels deep, however deep the operation is', async () => {
    const gateway = await start();
    const send = async (levels: number) => {
      const nested = '{"x":'.repeat(levels) + '5' + '}'.repeat(levels);
      const response = await fetch(`${gateway.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: `{"query": "query ($f: ImageFilterInput) { viewer { isAdmin } images(filter: $f) { totalCount } }", "variables": {"f": ${nested}}}`,
      });
      return ((await response.json()) as GraphqlAnswer).errors![0];
    };
    // Refused for what it holds; the variables are a level themselves.
    expect((await send(31)).message).toContain('"x"');
    for (const levels of [32, 1000, 150_000])
      expect((await send(levels)).extensions).toMatchObject({ code: 'BAD_USER_INPUT', field: 'variables' });
  });

  test('costs by each use of a fragment and of an alias', async () => {
    const query = `{ a: ${page('id', '(first: 10)')} ...f } fragment f on Query { b: ${page('id', '(first: 10)')} }`;
    expect((await sendText(await start({ QUERY_COST_LIMIT: '22' }), query)).errors).toBeUndefined();
    expect(await refusalOf(await start({ QUERY_COST_LIMIT: '21' }), query)).toEqual({
      code: 'QUERY_TOO_COSTLY',
    });
  });

  test('is refused with status 400, and quickly, when fragments multiply it beyond all numbers', async () => {
    const gateway = await start();
    const fragments = Array.from(
      { length: 60 },
      (_, n) => `fragment f${n} on Viewer { ...f${n + 1} ...f${n + 1} }`,
    );
    const query = `{ viewer { ...f0 } } ${fragments.join(' ')} fragment f60 on Viewer { a: user }`;
    const response = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json' },
      body: JSON.stringify({ query }),
    });
    expect(response.status).toBe(400);
  });

  test('is not the introspection query of tools', async () => {
    const { getIntrospectionQuery } = await import('graphql');
    const { data } = await sendText(await start(), getIntrospectionQuery());
    expect(data).toMatchObject({ __schema: { queryType: { name: 'Query' } } });
  });
});
