import {
  getDirectiveValues,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  Kind,
  type FieldNode,
  type GraphQLResolveInfo,
  type SelectionSetNode,
} from 'graphql';
import type { ImageSelection } from '../../image/catalog/selection.js';
import { isRelation } from '../../image/records/image-relations.js';

/** Returns the fields and relations that the operation selects of the images below the resolved field. */
export function imageSelection(info: GraphQLResolveInfo, ...path: string[]): ImageSelection {
  const [field, ...others] = info.fieldNodes;
  const known = others.length === 0 ? selections.get(field) : undefined;
  if (known) return known;
  const reader: SelectionReader = { info, isFixed: others.length === 0 };
  let found: readonly PlacedField[] = info.fieldNodes.map((node) => ({ node, place: '' }));
  for (const name of path) found = fieldsBelow(found, reader).filter(({ node }) => node.name.value === name);
  const wanted = fieldsBelow(found, reader);
  const names = [...new Set(wanted.map(({ node }) => node.name.value))];
  const relations = names.filter(isRelation);
  const selection = {
    fields: names.filter((name) => !isRelation(name) && name !== '__typename'),
    relations,
    times: places(found),
    timesOf: Object.fromEntries(
      relations.map((name) => [name, places(wanted.filter(({ node }) => node.name.value === name))]),
    ),
  };
  if (reader.isFixed) selections.set(field, selection);
  return selection;
}

/** Returns true when the operation selects one of these fields below the resolved field. */
export function selectsOneOf(info: GraphQLResolveInfo, names: readonly string[]): boolean {
  const above = info.fieldNodes.map((node) => ({ node, place: '' }));
  return fieldsBelow(above, { info, isFixed: false }).some(({ node }) => names.includes(node.name.value));
}

interface SelectionReader {
  info: GraphQLResolveInfo;
  /** False if the selection depends on variables. */
  isFixed: boolean;
}

/** A field, and its path of names in the answer. */
interface PlacedField {
  node: FieldNode;
  place: string;
}

/** The selections that depend on no variable. Documents are parsed once and kept, so their nodes are keys. */
const selections = new WeakMap<FieldNode, ImageSelection>();

/** Returns the fields below others. Fields with one path share one answer, and a fragment counts once for them. */
function fieldsBelow(above: readonly PlacedField[], reader: SelectionReader): PlacedField[] {
  return [...byPlace(above)].flatMap(([place, nodes]) => {
    const spread = new Set<string>();
    return nodes
      .flatMap(({ selectionSet }) => fieldsIn(selectionSet, reader, spread))
      .map((node) => ({ node, place: `${place}.${node.alias?.value ?? node.name.value}` }));
  });
}

function byPlace(fields: readonly PlacedField[]): Map<string, FieldNode[]> {
  const nodes = new Map<string, FieldNode[]>();
  for (const { node, place } of fields) {
    const known = nodes.get(place);
    if (known) known.push(node);
    else nodes.set(place, [node]);
  }
  return nodes;
}

function fieldsIn(
  set: SelectionSetNode | undefined,
  reader: SelectionReader,
  spread: Set<string>,
): FieldNode[] {
  return (set?.selections ?? []).flatMap((node) => {
    if (node.directives?.length && !isIncluded(node, reader)) return [];
    if (node.kind === Kind.FIELD) return [node];
    if (node.kind === Kind.INLINE_FRAGMENT) return fieldsIn(node.selectionSet, reader, spread);
    const name = node.name.value;
    if (spread.has(name)) return [];
    spread.add(name);
    return fieldsIn(reader.info.fragments[name]?.selectionSet, reader, spread);
  });
}

function isIncluded(node: Parameters<typeof getDirectiveValues>[1], reader: SelectionReader): boolean {
  reader.isFixed = false;
  const { variableValues } = reader.info;
  if (getDirectiveValues(GraphQLSkipDirective, node, variableValues)?.if === true) return false;
  return getDirectiveValues(GraphQLIncludeDirective, node, variableValues)?.if !== false;
}

/** Counts how often the answer contains these fields. */
function places(fields: readonly PlacedField[]): number {
  return new Set(fields.map(({ place }) => place)).size;
}
