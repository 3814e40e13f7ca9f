import {
  isInputObjectType,
  isListType,
  isNonNullType,
  type GraphQLInputObjectType,
  type GraphQLInputType,
} from 'graphql';

/** Converts the JSON of a variable into the value that a resolver gets. Throws for a value that does not fit the type. */
export type Coercion = (value: unknown) => unknown;

/** The coercion of a named value: a field of an input object, or a variable of an operation. */
export interface NamedCoercion {
  name: string;
  /** The default; undefined for none. */
  defaultValue: unknown;
  isRequired: boolean;
  coerce: Coercion;
}

/**
 * Returns the coercion of a type (GraphQL specification, section 3, "Input Coercion"), prepared once. The executor's own
 * coercion walks the type for each value and finds the place of an error. So the executor coerces again after an error.
 */
export function coercionOf(type: GraphQLInputType): Coercion {
  const known = coercions.get(type);
  if (known) return known;
  const made = isNonNullType(type) ? notNull(coercionOf(type.ofType)) : orNull(ofValue(type));
  coercions.set(type, made);
  return made;
}

/** Coerces the given values and adds the defaults. Throws if a value does not fit its type, or a required value is missing. */
export function coerceNamed(
  given: Readonly<Record<string, unknown>>,
  wanted: readonly NamedCoercion[],
): Record<string, unknown> {
  const coerced: Record<string, unknown> = {};
  for (const { name, defaultValue, coerce, isRequired } of wanted) {
    const value = Object.hasOwn(given, name) ? given[name] : undefined;
    if (value !== undefined) coerced[name] = coerce(value);
    else if (defaultValue !== undefined) coerced[name] = defaultValue;
    else if (isRequired) throw new CoercionError();
  }
  return coerced;
}

const coercions = new WeakMap<GraphQLInputType, Coercion>();

class CoercionError extends Error {}

function notNull(coerce: Coercion): Coercion {
  return (value) => {
    if (value === null || value === undefined) throw new CoercionError();
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
    if (parsed === undefined) throw new CoercionError();
    return parsed;
  };
}

function ofObject(type: GraphQLInputObjectType): Coercion {
  // The fields are read with the first value, since an input object may contain itself.
  let fields: NamedCoercion[] | undefined;
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value) || type.isOneOf)
      throw new CoercionError();
    fields ??= Object.values(type.getFields()).map(({ name, defaultValue, type: fieldType }) => ({
      name,
      defaultValue,
      coerce: coercionOf(fieldType),
      isRequired: isNonNullType(fieldType),
    }));
    const known = type.getFields();
    for (const name of Object.keys(value)) if (!known[name]) throw new CoercionError();
    return coerceNamed(value as Record<string, unknown>, fields);
  };
}
