import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import {
  buildSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  type GraphQLArgument,
  type GraphQLInputType,
  type GraphQLObjectType,
} from 'graphql';
import { IMAGES } from './request.js';
import { imageId, mostly, text, TENANTS, time } from './words.js';

/** A GraphQL operation and its variables. */
export interface AnyOperation {
  query: string;
  variables: Record<string, unknown>;
}

const schema = buildSchema(readFileSync(new URL('../../../schema/schema.graphql', import.meta.url), 'utf8'));

/** The text of an argument, and the variable that it may use. */
interface Written {
  text: string;
  variable?: { name: string; type: string; value: unknown };
}

/** The text of selected fields, and the variables in their arguments. */
interface Selected {
  text: string;
  variables: NonNullable<Written['variable']>[];
}

const MOST_DEPTH = 4;

/** Queries and mutations of any shape that the schema has, most of them valid, with literals and variables. */
export const operations: fc.Arbitrary<AnyOperation> = fc.oneof(
  { arbitrary: operation('query', schema.getQueryType()!), weight: 3 },
  { arbitrary: operation('mutation', schema.getMutationType()!), weight: 2 },
);

function operation(kind: string, type: GraphQLObjectType): fc.Arbitrary<AnyOperation> {
  const form = fc.constantFrom('plain', 'inline', 'fragment');
  return fc.tuple(form, selection(type, MOST_DEPTH)).map(([shape, { text: body, variables }]) => {
    const different = [...new Map(variables.map((each) => [each.name, each])).values()];
    const declared = different.map(({ name, type: declaredType }) => `$${name}: ${declaredType}`);
    const head = `${kind} Q${declared.length > 0 ? `(${declared.join(', ')})` : ''}`;
    const spread = shape === 'inline' ? `{ ... on ${type.name} ${body} }` : body;
    return {
      query:
        shape === 'fragment' ? `${head} { ...F } fragment F on ${type.name} ${body}` : `${head} ${spread}`,
      variables: Object.fromEntries(different.map(({ name, value }) => [name, value])),
    };
  });
}

function selection(type: GraphQLObjectType, depth: number): fc.Arbitrary<Selected> {
  const fields = Object.values(type.getFields()).filter(
    (field) => depth > 0 || !isObjectType(getNamedType(field.type)),
  );
  const field = fc.constantFrom(...fields).chain((chosen) => {
    const named = getNamedType(chosen.type);
    const below = isObjectType(named) ? selection(named, depth - 1) : fc.constant(undefined);
    const alias = fc.option(fc.nat(99), { freq: 3 }).map((n) => (n === null ? '' : `a${n}: `));
    return fc
      .tuple(alias, fc.tuple(...chosen.args.map(argument)), below)
      .map(([name, given, body]): Selected => {
        const there = given.filter((each) => each !== null);
        const written = there.map((each) => each.text).join(', ');
        const directive = name === 'a7: ' ? ' @include(if: true)' : '';
        return {
          text: `${name}${chosen.name}${written ? `(${written})` : ''}${directive} ${body?.text ?? ''}`,
          variables: [
            ...there.flatMap(({ variable }) => (variable ? [variable] : [])),
            ...(body?.variables ?? []),
          ],
        };
      });
  });
  const typeName = fc.constant<Selected>({ text: '__typename', variables: [] });
  return fc.array(mostly(field, typeName, 9), { minLength: 1, maxLength: 3 }).map((all) => ({
    text: `{ ${all.map((each) => each.text).join(' ')} }`,
    variables: all.flatMap((each) => each.variables),
  }));
}

function argument({ name, type }: GraphQLArgument): fc.Arbitrary<Written | null> {
  const given = fc.tuple(value(type, 3, name), fc.option(fc.nat(99_999), { freq: 2 })).map(([said, nth]) => {
    if (nth === null) return { text: `${name}: ${literal(said, type)}` };
    const variable = `v${nth}`;
    return { text: `${name}: $${variable}`, variable: { name: variable, type: String(type), value: said } };
  });
  return isNonNullType(type) ? given : fc.option(given, { freq: 4 });
}

/** Returns a JSON value of the type; sometimes one that does not fit. */
function value(type: GraphQLInputType, depth: number, name: string): fc.Arbitrary<unknown> {
  if (isNonNullType(type)) return value(type.ofType, depth, name);
  return mostly(
    ofType(type, depth, name),
    fc.constantFrom<unknown>(null, {}, [], 'x', 1e9, -0.5, true, [null], { and: [] }),
    20,
  );
}

function ofType(type: GraphQLInputType, depth: number, name: string): fc.Arbitrary<unknown> {
  if (isListType(type)) return fc.array(value(type.ofType, depth, name), { maxLength: 3 });
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields()).filter(
      (field) => depth > 0 || !isInputObjectType(getNamedType(field.type)),
    );
    const required = fields.filter((field) => isNonNullType(field.type));
    return fc
      .subarray(fields, { maxLength: Math.min(3, fields.length) })
      .chain((some) =>
        fc.record(
          Object.fromEntries(
            [...new Set([...required, ...some])].map((field) => [
              field.name,
              value(field.type, depth - 1, field.name),
            ]),
          ),
        ),
      );
  }
  if (isEnumType(type)) return fc.constantFrom(...type.getValues().map((each) => each.name));
  switch (getNamedType(type).name) {
    case 'Boolean':
      return fc.boolean();
    case 'DateTime':
      return time;
    case 'Int':
    case 'SafeInt':
      return fc.oneof(fc.integer({ min: -1, max: 30 }), fc.integer(), fc.maxSafeInteger(), fc.double());
    case 'Upload':
      return fc.constant(null);
    default:
      return textFor(name);
  }
}

function textFor(name: string): fc.Arbitrary<string> {
  if (/^(id|imageId|eq)$/.test(name)) return mostly(imageId, text, 4);
  if (name === 'memberId') return mostly(fc.constantFrom(...TENANTS), text);
  if (name === 'diskFormat') return mostly(fc.constantFrom('raw', 'qcow2', 'ami'), text);
  if (name === 'containerFormat') return mostly(fc.constantFrom('bare', 'ami'), text);
  if (name === 'after' || name === 'before') return cursor;
  if (name === 'url') return mostly(fc.constantFrom('http://127.0.0.1:1/x', 'https://example.org/'), text);
  return text;
}

/** Returns invented cursors with the right form and any values. */
const cursor = fc.oneof(
  fc
    .tuple(
      fc.constantFrom(1, 2, 0),
      fc.constantFrom('createdAt,id', 'name,id', 'created_at,id', 'size,id', ''),
      fc.array(fc.oneof(text, time, fc.constantFrom<unknown>(...IMAGES, null, 5, 1e300, {}, [])), {
        maxLength: 3,
      }),
    )
    .map(([version, keys, values]) =>
      Buffer.from(JSON.stringify([version, keys, ...values])).toString('base64url'),
    ),
  fc.array(text, { maxLength: 3 }).map((values) => Buffer.from(JSON.stringify(values)).toString('base64url')),
  text,
);

/** Writes a value as a literal of a document, with enum names without quotes. */
function literal(said: unknown, type: GraphQLInputType): string {
  if (isNonNullType(type)) return literal(said, type.ofType);
  if (Array.isArray(said)) {
    const item = isListType(type) ? type.ofType : type;
    return `[${said.map((each) => literal(each, item)).join(', ')}]`;
  }
  if (typeof said === 'object' && said !== null) {
    const fields = isInputObjectType(type) ? type.getFields() : {};
    const written = Object.entries(said).map(
      ([key, each]) => `${key}: ${fields[key] ? literal(each, fields[key].type) : JSON.stringify(each)}`,
    );
    return `{ ${written.join(', ')} }`;
  }
  if (isEnumType(type) && typeof said === 'string') return said;
  return JSON.stringify(said) ?? 'null';
}
