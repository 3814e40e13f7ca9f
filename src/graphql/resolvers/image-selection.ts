import {
  getDirectiveValues,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  Kind,
  type FieldNode,
  type GraphQLResolveInfo,
  type SelectionSetNode,
} from 'graphql';
import type { ImageSelection } from '../../image/catalog/image-catalog.js';
import { isRelation } from '../../image/records/image-relations.js';

/** What the operation asks of the images below the field being resolved. */
export function imageSelection(info: GraphQLResolveInfo, ...path: string[]): ImageSelection {
  const [field, ...others] = info.fieldNodes;
  const known = others.length === 0 ? selections.get(field) : undefined;
  if (known) return known;
  const reader: Reader = { info, isFixed: others.length === 0 };
  let found: readonly Placed[] = info.fieldNodes.map((node) => ({ node, place: '' }));
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

interface Reader {
  info: GraphQLResolveInfo;
  /** False as soon as the selection depends on variables. */
  isFixed: boolean;
}

/** A field, and the names under which the answer has it. */
interface Placed {
  node: FieldNode;
  place: string;
}

/** Documents are parsed once and kept, so that their nodes are keys for what was found out about them. */
const selections = new WeakMap<FieldNode, ImageSelection>();

/** Fields under the same names have one answer together, and a fragment counts once for all of them. */
function fieldsBelow(above: readonly Placed[], reader: Reader): Placed[] {
  return [...byPlace(above)].flatMap(([place, nodes]) => {
    const spread = new Set<string>();
    return nodes
      .flatMap(({ selectionSet }) => fieldsIn(selectionSet, reader, spread))
      .map((node) => ({ node, place: `${place}.${node.alias?.value ?? node.name.value}` }));
  });
}

function byPlace(fields: readonly Placed[]): Map<string, FieldNode[]> {
  const nodes = new Map<string, FieldNode[]>();
  for (const { node, place } of fields) {
    const known = nodes.get(place);
    if (known) known.push(node);
    else nodes.set(place, [node]);
  }
  return nodes;
}

function fieldsIn(set: SelectionSetNode | undefined, reader: Reader, spread: Set<string>): FieldNode[] {
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

function isIncluded(node: Parameters<typeof getDirectiveValues>[1], reader: Reader): boolean {
  reader.isFixed = false;
  const { variableValues } = reader.info;
  if (getDirectiveValues(GraphQLSkipDirective, node, variableValues)?.if === true) return false;
  return getDirectiveValues(GraphQLIncludeDirective, node, variableValues)?.if !== false;
}

/** Counts how often the answer has the values of these fields. */
function places(fields: readonly Placed[]): number {
  return new Set(fields.map(({ place }) => place)).size;
}
