import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import {
  buildSchema,
  coerceInputValue,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  parseType,
  typeFromAST,
  type GraphQLInputType,
  type NamedTypeNode,
} from 'graphql';
import { expect, test } from 'vitest';
import { coercionOf } from '../../../src/graphql/execution/input-coercion.js';

const schema = buildSchema(readFileSync('schema/schema.graphql', 'utf8'));
const typeOf = (text: string) =>
  typeFromAST(schema, parseType(text) as NamedTypeNode) as unknown as GraphQLInputType;

/** Values that often fit the type, and often nearly. */
function valuesOf(type: GraphQLInputType, depth = 0): fc.Arbitrary<unknown> {
  const odd = fc.constantFrom<unknown>(null, undefined, '', 'active', 7, -1, 2.5, true, {}, [], {
    unknown: 1,
  });
  const mostly = (fitting: fc.Arbitrary<unknown>) =>
    fc.oneof({ weight: 12, arbitrary: fitting }, { weight: 1, arbitrary: odd });
  if (isNonNullType(type)) return valuesOf(type.ofType, depth);
  if (isListType(type)) {
    const item = valuesOf(type.ofType, depth);
    return mostly(fc.oneof(fc.array(item, { maxLength: 3 }), item));
  }
  if (isEnumType(type)) return mostly(fc.constantFrom(...type.getValues().map(({ name }) => name)));
  if (!isInputObjectType(type)) {
    return mostly(type.name === 'String' ? fc.string({ maxLength: 3 }) : fc.integer());
  }
  if (depth > 2) return fc.constant({});
  const fields = Object.values(type.getFields()).map(
    ({ name, type: of }) => [name, valuesOf(of, depth + 1)] as const,
  );
  return mostly(fc.record(Object.fromEntries(fields), { requiredKeys: [] }));
}

test.each([
  'ImageFilterInput',
  '[ImageSort!]',
  '[ImageSort!]!',
  'CreateImageInput!',
  '[[Int]]',
  'Int',
  'ID!',
])('a variable of type %s is taken as the executor of GraphQL takes it', (name) => {
  const type = typeOf(name);
  fc.assert(
    fc.property(valuesOf(type), (value) => {
      let fits = value !== undefined;
      const expected = fits ? coerceInputValue(value, type, () => (fits = false)) : undefined;
      if (fits) expect(coercionOf(type)(value)).toEqual(expected);
      else if (value !== undefined) expect(() => coercionOf(type)(value)).toThrow();
    }),
    { numRuns: 300 },
  );
});
