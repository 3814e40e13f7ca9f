/** The kinds of values. All are stored as text. */
export const PROPERTY_TYPES = ['string', 'integer', 'number', 'boolean', 'list'] as const;
export type PropertyType = (typeof PROPERTY_TYPES)[number];

/** The meaning of a property, for people who set it. The gateway takes other values too. */
export interface PropertyDefinition {
  /** The stored name. */
  readonly name: string;
  readonly title: string | null;
  readonly help: string | null;
  readonly type: PropertyType;
  /** The usual values; empty for any. */
  readonly values: readonly string[];
  readonly minimum: number | null;
  readonly maximum: number | null;
  readonly default: string | null;
  /** The title of the collection that it belongs to. */
  readonly group: string;
}

/** Definitions with a common audience. */
export interface DefinitionGroup {
  /** The tenant that sees the group beside administrators; null for none; undefined when everybody sees it. */
  readonly onlyFor?: string | null;
  readonly definitions: readonly PropertyDefinition[];
}

/** A collection of definitions (namespace) as Glance keeps it, in a file or in its tables. */
export interface Namespace {
  readonly title: string;
  /** The beginning of each stored name. */
  readonly prefix: string;
  /** Name without prefix → JSON schema of the value. */
  readonly properties: Readonly<Record<string, unknown>>;
}

/** The type of resource in Glance whose definitions are for images. */
export const IMAGES = 'OS::Glance::Image';

/** Returns the definitions in a namespace. Parts of a schema that say nothing here are passed over. */
export function definitionsIn({ title, prefix, properties }: Namespace): PropertyDefinition[] {
  return Object.entries(properties).map(([name, schema]) => {
    const said = objectIn(schema);
    return {
      name: prefix + name,
      title: textIn(said.title),
      help: textIn(said.description),
      type: typeIn(said.type),
      values: valuesIn(said),
      minimum: numberIn(said.minimum),
      maximum: numberIn(said.maximum),
      default: valueIn(said.default),
      group: title,
    };
  });
}

/** Returns an object of a JSON text; an empty one for anything else. */
export function objectIn(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}

export function textIn(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : null;
}

function typeIn(value: unknown): PropertyType {
  if (value === 'array') return 'list';
  return PROPERTY_TYPES.find((type) => type === value) ?? 'string';
}

function valuesIn({ enum: own, items }: Readonly<Record<string, unknown>>): string[] {
  const values = own ?? objectIn(items).enum;
  return Array.isArray(values) ? values.map(valueIn).filter((value) => value !== null) : [];
}

function numberIn(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

function valueIn(value: unknown): string | null {
  return ['string', 'number', 'boolean'].includes(typeof value) ? String(value) : null;
}
