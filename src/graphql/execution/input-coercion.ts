import {
  isInputObjectType,
  isListType,
  isNonNullType,
  type GraphQLInputObjectType,
  type GraphQLInputType,
} from 'graphql';

/** Makes of a variable's JSON what a resolver takes. Throws where it does not fit. */
export type Coercion = (value: unknown) => unknown;

/** One of several named values: a field of an input, or a variable of an operation. */
export interface NamedCoercion {
  name: string;
  /** Taken where nothing is given; undefined for none. */
  preset: unknown;
  isNeeded: boolean;
  coerce: Coercion;
}

/**
 * The coercion of a type as the specification of GraphQL has it (section 3, "Input Coercion"), prepared once: the
 * executor's own walks the type anew for each value, to say at which place one does not fit. Whoever
 * needs to know asks that one then.
 */
export function coercionOf(type: GraphQLInputType): Coercion {
  const known = coercions.get(type);
  if (known) return known;
  const made = isNonNullType(type) ? notNull(coercionOf(type.ofType)) : orNull(ofValue(type));
  coercions.set(type, made);
  return made;
}

/** Those of the named values that are given or preset, coerced. Throws where one does not fit, or lacks. */
export function coerceNamed(
  given: Readonly<Record<string, unknown>>,
  wanted: readonly NamedCoercion[],
): Record<string, unknown> {
  const coerced: Record<string, unknown> = {};
  for (const { name, preset, coerce, isNeeded } of wanted) {
    const value = Object.hasOwn(given, name) ? given[name] : undefined;
    if (value !== undefined) coerced[name] = coerce(value);
    else if (preset !== undefined) coerced[name] = preset;
    else if (isNeeded) throw new Misfit();
  }
  return coerced;
}

const coercions = new WeakMap<GraphQLInputType, Coercion>();

class Misfit extends Error {}

function notNull(coerce: Coercion): Coercion {
  return (value) => {
    if (value === null || value === undefined) throw new Misfit();
    return coerce(value);
  };
}

function orNull(coerce: Coercion): Coercion {
  return (value) => (value === null || value === undefined ? null : coerce(value));
}

function ofValue(type: GraphQLInputType): Coercion {
  if (isInputObjectType(type)) return ofObject(type);
  if (isListType(type)) {
    const item = coercionOf(type.ofType);
    return (value) => (Array.isArray(value) ? value.map(item) : [item(value)]);
  }
  return (value) => {
    const parsed: unknown = 'parseValue' in type ? type.parseValue(value) : undefined;
    if (parsed === undefined) throw new Misfit();
    return parsed;
  };
}

function ofObject(type: GraphQLInputObjectType): Coercion {
  // Fields are looked at when the first value comes: an input may contain itself.
  let fields: NamedCoercion[] | undefined;
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value) || type.isOneOf)
      throw new Misfit();
    fields ??= Object.values(type.getFields()).map(({ name, defaultValue, type: fieldType }) => ({
      name,
      preset: defaultValue,
      coerce: coercionOf(fieldType),
      isNeeded: isNonNullType(fieldType),
    }));
    const known = type.getFields();
    for (const name of Object.keys(value)) if (!known[name]) throw new Misfit();
    return coerceNamed(value as Record<string, unknown>, fields);
  };
}
