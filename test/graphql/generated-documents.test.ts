import { Agent, request } from 'node:http';
import fc from 'fast-check';
import {
  getNamedType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLSchema,
  buildSchema,
} from 'graphql';
import { readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { createImage } from '../support/client.js';
import { onSqlite, type TestGateway } from '../support/gateway.js';

/** How many documents; a long run looks at the memory as well. */
const DOCUMENTS = Number(process.env.FUZZ_DOCUMENTS ?? 2000);
const AT_ONCE = 16;
const LONG_RUN = 20_000;
const MEGABYTE = 1024 * 1024;

const schema = buildSchema(readFileSync(new URL('../../schema/schema.graphql', import.meta.url), 'utf8'));

onSqlite('any query that can be written', (start) => {
  test(
    'is answered or refused, and never an internal error',
    async () => {
      const gateway = await start({ QUERY_ALIAS_LIMIT: '1000', LOG_LEVEL: 'error' });
      for (let n = 0; n < 5; n += 1)
        await createImage(gateway, { name: `image ${n}`, properties: [{ name: 'os', value: 'linux' }] });
      const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
      const heap = [usedHeap()];
      for (let done = 0; done < DOCUMENTS; done += 1000) {
        const seed = Number(process.env.FUZZ_SEED ?? 1) + done;
        const queries = fc.sample(documents(schema), { numRuns: Math.min(1000, DOCUMENTS - done), seed });
        for (let from = 0; from < queries.length; from += AT_ONCE)
          await Promise.all(queries.slice(from, from + AT_ONCE).map((query) => check(gateway, agent, query)));
        gateway.log.length = 0;
        if (done % 5000 === 0) heap.push(usedHeap());
      }
      agent.destroy();
      // By the middle of so long a run all caches are full; from there on nothing may be kept.
      if (DOCUMENTS >= LONG_RUN)
        expect(heap.at(-1)! - heap[Math.floor(heap.length / 2)]).toBeLessThan(30 * MEGABYTE);
    },
    60_000 + DOCUMENTS * 30,
  );
});

async function check(gateway: TestGateway, agent: Agent, query: string): Promise<void> {
  const { status, text } = await send(gateway, agent, query);
  const { errors } = JSON.parse(text) as { errors?: { extensions: { code: string } }[] };
  const codes = (errors ?? []).map(({ extensions }) => extensions.code);
  if (status >= 500 || codes.includes('INTERNAL_SERVER_ERROR') || codes.includes('DATABASE_UNAVAILABLE'))
    throw new Error(`${status} ${text.slice(0, 500)}\n${query}`);
}

function send(gateway: TestGateway, agent: Agent, query: string): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json' };
    const outgoing = request(`${gateway.url}/graphql`, { method: 'POST', agent, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (piece: string) => (text += piece));
      response.on('end', () => resolve({ status: response.statusCode!, text }));
      response.on('error', reject);
    });
    outgoing.on('error', reject);
    outgoing.end(JSON.stringify({ query }));
  });
}

/** Queries of any shape that the schema has, most of them valid, with arguments of all kinds and sizes. */
function documents(of: GraphQLSchema): fc.Arbitrary<string> {
  const fragment = fc.constantFrom('', '... ', '... on Query ');
  return fc
    .tuple(fragment, selection(of.getQueryType()!, 4), fc.boolean())
    .map(([spread, body, named]) =>
      named ? `query Q { ...F } fragment F on Query ${body}` : spread ? `{ ${spread}${body} }` : body,
    );
}

function selection(type: GraphQLObjectType, depth: number): fc.Arbitrary<string> {
  const fields = Object.values(type.getFields()).filter(
    (field) => depth > 0 || !isObjectType(getNamedType(field.type)),
  );
  const field = fc.constantFrom(...fields).chain((chosen) => {
    const named = getNamedType(chosen.type);
    const args = chosen.args.map((arg) =>
      isNonNullType(arg.type)
        ? value(arg.type, 3).map((text) => `${arg.name}: ${text}`)
        : fc
            .option(value(arg.type, 3), { freq: 4 })
            .map((text) => (text === null ? '' : `${arg.name}: ${text}`)),
    );
    const below = isObjectType(named) ? selection(named, depth - 1) : fc.constant('');
    const alias = fc.option(fc.nat(99), { freq: 3 }).map((n) => (n === null ? '' : `a${n}: `));
    return fc.tuple(alias, fc.tuple(...args), below).map(([name, given, body]) => {
      const written = given.filter(Boolean).join(', ');
      return `${name}${chosen.name}${written ? `(${written})` : ''} ${body}`;
    });
  });
  return fc
    .array(fc.oneof({ arbitrary: field, weight: 9 }, fc.constant('__typename')), {
      minLength: 1,
      maxLength: 3,
    })
    .map((fieldsChosen) => `{ ${fieldsChosen.join(' ')} }`);
}

function value(type: GraphQLInputType, depth: number): fc.Arbitrary<string> {
  if (isNonNullType(type)) return value(type.ofType, depth);
  const own = ofType(type, depth);
  return fc.oneof(
    { arbitrary: own, weight: 12 },
    fc.constant('null'),
    fc.constantFrom('{}', '[]', '"x"', '1e9'),
  );
}

function ofType(type: GraphQLInputType, depth: number): fc.Arbitrary<string> {
  if (isListType(type)) {
    return fc.array(value(type.ofType, depth), { maxLength: 3 }).map((all) => `[${all.join(', ')}]`);
  }
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields()).filter(
      (field) => depth > 0 || !isInputObjectType(getNamedType(field.type)),
    );
    if (fields.length === 0) return fc.constant('{}');
    const required = fields.filter((field) => isNonNullType(field.type));
    return fc
      .subarray(fields, { maxLength: 2 })
      .chain((some) =>
        fc
          .tuple(
            ...[...new Set([...required, ...some])].map((field) =>
              value(field.type, depth - 1).map((text) => `${field.name}: ${text}`),
            ),
          )
          .map((written) => `{ ${written.join(', ')} }`),
      );
  }
  if (isEnumType(type)) return fc.constantFrom(...type.getValues().map(({ name }) => name));
  if (type.name === 'Boolean') return fc.constantFrom('true', 'false');
  if (type.name === 'DateTime')
    return fc.constantFrom('"2026-01-01"', '"2026-02-30"', '"2026-01-01T00:00:00.5+14:00"', '"now"');
  if (type.name === 'Int' || type.name === 'SafeInt')
    return fc.oneof(fc.integer({ min: -1, max: 30 }), fc.maxSafeInteger()).map(String);
  return fc
    .oneof(fc.constantFrom('image 1', 'os', 'linux', '%', ''), fc.string({ unit: 'binary', maxLength: 12 }))
    .map((text) => JSON.stringify(text));
}

function usedHeap(): number {
  setFlagsFromString('--expose_gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed;
}
