import { useMemo } from 'react';
import { useQuery } from 'urql';
import { PropertyDefinitionsDocument, type PropertyDefinitionsQuery } from './operations.js';

export type Definition = PropertyDefinitionsQuery['propertyDefinitions'][number];

/** Name of a property → its definitions: one for each collection that has it. */
export type Definitions = ReadonlyMap<string, readonly Definition[]>;

/** Reads the meanings of known properties, once for the page. None are known until then, or where reading fails. */
export function useDefinitions(): Definitions {
  const [{ data }] = useQuery({ query: PropertyDefinitionsDocument });
  return useMemo(() => byName(data?.propertyDefinitions ?? []), [data]);
}

function byName(definitions: readonly Definition[]): Definitions {
  const all = new Map<string, readonly Definition[]>();
  for (const each of definitions) all.set(each.name, [...(all.get(each.name) ?? []), each]);
  return all;
}
