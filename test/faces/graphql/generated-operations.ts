import fc from 'fast-check';
import {
  getNamedType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';

/** A query with two sets of variables, which may fit or not. */
export interface GeneratedOperation {
  query: string;
  variables: [Record<string, unknown>, Record<string, unknown>];
}

/** Definitions that parts of an operation add to the document. */
interface Written {
  declared: string[];
  fragments: string[];
  variables: GeneratedOperation['variables'];
  aliases: number;
}

type Part = (written: Written) => string;

/** Fields whose value differs each time. */
const CHANGING = ['downloadUrl'];
const ALIASES = [
  'a',
  'b',
  'a_b',
  'b_a',
  'id',
  'index',
  'constructor',
  'toString',
  '__proto__',
  'idx0',
  'name_a',
];

const PRESETS: Record<string, string> = { Boolean: 'true', Int: '1', SafeInt: '1', ID: '"x"', String: '"x"' };

/** Returns queries with aliases, fragments, directives, and variables at any place. */
export function operations(schema: GraphQLSchema): fc.Arbitrary<GeneratedOperation> {
  return selection(schema.getQueryType()!, 4).map((part) => {
    const written: Written = { declared: [], fragments: [], variables: [{}, {}], aliases: 0 };
    const body = part(written);
    const declared = written.declared.length > 0 ? `query (${written.declared.join(', ')}) ` : '';
    return { query: [declared + body, ...written.fragments].join('\n'), variables: written.variables };
  });
}

function selection(type: GraphQLObjectType, depth: number): fc.Arbitrary<Part> {
  const fields = Object.values(type.getFields()).filter(
    ({ name, type: of }) => !CHANGING.includes(name) && (depth > 0 || !isObjectType(getNamedType(of))),
  );
  const field = fc.constantFrom(...fields).chain((chosen) => fieldOf(chosen, depth));
  const leaf = fc.tuple(alias(false), directives()).map(
    ([name, conditions]): Part =>
      (written) =>
        `${name(written)}__typename${conditions(written)}`,
  );
  const one = fc.oneof({ arbitrary: field, weight: 8 }, leaf);
  const several = fc.array(one, { minLength: 1, maxLength: 3 });
  const inFragment = fc
    .tuple(several, fc.constantFrom('named', 'inline', 'plain'), directives())
    .map(([parts, kind, conditions]) => fragment(type.name, parts, kind, conditions));
  return fc
    .array(fc.oneof({ arbitrary: one, weight: 4 }, inFragment), { minLength: 1, maxLength: 4 })
    .map((parts) => (written) => `{ ${parts.map((part) => part(written)).join(' ')} }`);
}

function fragment(type: string, parts: Part[], kind: string, conditions: Part): Part {
  return (written) => {
    const body = `{ ${parts.map((part) => part(written)).join(' ')} }`;
    if (kind !== 'named')
      return `... ${kind === 'inline' ? `on ${type} ` : ''}${conditions(written)} ${body}`;
    const name = `F${written.fragments.length}`;
    written.fragments.push(`fragment ${name} on ${type} ${body}`);
    // A second time it adds nothing.
    return `...${name}${conditions(written)} ...${name}`;
  };
}

function fieldOf(field: GraphQLField<unknown, unknown>, depth: number): fc.Arbitrary<Part> {
  const named = getNamedType(field.type);
  const args = field.args.map((arg) =>
    fc.option(value(arg.type, 3), { freq: isNonNullType(arg.type) ? 30 : 2 }).map(
      (part): Part =>
        (written) =>
          part ? `${arg.name}: ${part(written)}` : '',
    ),
  );
  const below = isObjectType(named) ? selection(named, depth - 1) : fc.constant<Part>(() => '');
  return fc
    .tuple(alias(field.args.length > 0), fc.tuple(...args), directives(), below)
    .map(([name, given, conditions, body]) => (written) => {
      const all = given.map((part) => part(written)).filter(Boolean);
      const listed = all.length > 0 ? `(${all.join(', ')})` : '';
      return `${name(written)}${field.name}${listed}${conditions(written)} ${body(written)}`;
    });
}

/** Mostly one of its own: fields under one name must be the same field with the same arguments. */
function alias(hasArguments: boolean): fc.Arbitrary<Part> {
  const none: Part = () => '';
  const own: Part = (written) => `n${(written.aliases += 1)}: `;
  const special = fc.constantFrom(...ALIASES).map(
    (name): Part =>
      () =>
        `${name}: `,
  );
  return fc.oneof(
    { arbitrary: fc.constant(none), weight: hasArguments ? 2 : 12 },
    { arbitrary: fc.constant(own), weight: 6 },
    { arbitrary: special, weight: 1 },
  );
}

function directives(): fc.Arbitrary<Part> {
  const condition = fc.oneof(
    fc.constantFrom<Part>(
      () => 'true',
      () => 'false',
    ),
    variable('Boolean!', fc.oneof({ arbitrary: fc.boolean(), weight: 20 }, odd())),
  );
  const one = fc.tuple(fc.constantFrom('skip', 'include'), condition).map(
    ([name, part]): Part =>
      (written) =>
        ` @${name}(if: ${part(written)})`,
  );
  return fc.oneof({ arbitrary: fc.constant<Part>(() => ''), weight: 6 }, one);
}

function value(type: GraphQLInputType, depth: number): fc.Arbitrary<Part> {
  return fc.oneof(
    { arbitrary: literal(type, depth), weight: 25 },
    { arbitrary: variable(String(type), json(type, depth)), weight: 20 },
    { arbitrary: fc.constant<Part>(() => 'null'), weight: isNonNullType(type) ? 1 : 5 },
  );
}

/** Returns a variable with a value in each set, or in some sets only, and sometimes a default. */
function variable(type: string, values: fc.Arbitrary<unknown>): fc.Arbitrary<Part> {
  const absent = Symbol('absent');
  const given = fc.oneof({ arbitrary: values, weight: 6 }, fc.constant(absent));
  const fitting = PRESETS[type.replace(/!$/, '')] ?? null;
  const preset = fc.constantFrom(null, null, null, fitting, type.endsWith('!') ? null : 'null');
  return fc.tuple(given, given, preset, fc.boolean()).map(([one, other, fallback, loose]) => (written) => {
    const name = `v${written.declared.length}`;
    const declared = (loose && fallback) || fallback === 'null' ? type.replace(/!$/, '') : type;
    written.declared.push(`$${name}: ${declared}${fallback ? ` = ${fallback}` : ''}`);
    for (const [index, each] of [one, other].entries())
      if (each !== absent) written.variables[index][name] = each;
    return `$${name}`;
  });
}

function literal(type: GraphQLInputType, depth: number): fc.Arbitrary<Part> {
  if (isNonNullType(type)) return literal(type.ofType, depth);
  if (isListType(type)) {
    const items = fc.array(value(type.ofType, depth), { maxLength: 2 });
    return items.map((parts) => (written) => `[${parts.map((part) => part(written)).join(', ')}]`);
  }
  if (isInputObjectType(type)) {
    return inputFields(type, depth, value).map(
      (parts) => (written) =>
        `{ ${Object.entries(parts)
          .map(([name, part]) => `${name}: ${part(written)}`)
          .join(', ')} }`,
    );
  }
  if (isEnumType(type))
    return fc.constantFrom(
      ...type.getValues().map(
        ({ name }) =>
          () =>
            name,
      ),
    );
  return scalarJson(type.name).map((plain) => () => JSON.stringify(plain));
}

function json(type: GraphQLInputType, depth: number): fc.Arbitrary<unknown> {
  const fitting = fittingJson(type, depth);
  return fc.oneof({ arbitrary: fitting, weight: 30 }, odd());
}

function fittingJson(type: GraphQLInputType, depth: number): fc.Arbitrary<unknown> {
  if (isNonNullType(type)) return fittingJson(type.ofType, depth);
  if (isListType(type)) {
    const item = json(type.ofType, depth);
    return fc.oneof(fc.array(item, { maxLength: 2 }), item);
  }
  if (isInputObjectType(type)) return inputFields(type, depth, json);
  if (isEnumType(type)) return fc.constantFrom(...type.getValues().map(({ name }) => name));
  const wrong = fc.constantFrom<unknown>('x', 1001, 2 ** 31, 2 ** 53, 1.5, '1', 'now', '2026-02-30');
  return fc.oneof({ arbitrary: scalarJson(type.name), weight: 9 }, wrong);
}

function scalarJson(name: string): fc.Arbitrary<unknown> {
  const byName: Record<string, fc.Arbitrary<unknown>> = {
    Boolean: fc.boolean(),
    DateTime: fc.constantFrom('2026-01-01', '2026-01-01T00:00:00.5+14:00'),
    Int: fc.integer({ min: -1, max: 4 }),
    SafeInt: fc.constantFrom(0, -0, 7, 2 ** 40),
    ID: fc.constantFrom(
      '00000000-0000-4000-8000-000000000001',
      '00000000-0000-4000-8000-000000000002',
      '',
      7,
    ),
  };
  return byName[name] ?? fc.constantFrom('image 1', 'linux', '', '😀', '\u2028', '"', '${1}', '__proto__');
}

/** Values that hardly any type takes. */
function odd(): fc.Arbitrary<unknown> {
  return fc.constantFrom<unknown>(null, '', 7, -1, 2.5, true, {}, [], [null], { unknown: 1 }, 'TRUE', [[1]]);
}

function inputFields<T>(
  type: Extract<GraphQLInputType, { getFields(): unknown }>,
  depth: number,
  of: (type: GraphQLInputType, depth: number) => fc.Arbitrary<T>,
): fc.Arbitrary<Record<string, T>> {
  const fields = Object.values(type.getFields()).filter(
    (field) => depth > 0 || !isInputObjectType(getNamedType(field.type)),
  );
  const needed = fields.filter((field) => isNonNullType(field.type));
  return fc.subarray(fields, { maxLength: 2 }).chain((some) => {
    const chosen = [...new Set([...needed, ...some])];
    return fc.record(Object.fromEntries(chosen.map((field) => [field.name, of(field.type, depth - 1)])));
  });
}
