import { Kind, type FieldNode, type SelectionSetNode, type ValueNode } from 'graphql';
import { mostRows, type PageLimits } from '../../image/catalog/page-window.js';
import type { Operation } from './fold-fields.js';

/** The cost of a field without its page: about the number of its statements to the database. */
const WEIGHTS: Record<string, number> = {
  node: 1,
  image: 1,
  images: 1,
  totalCount: 10,
  sharedImages: 1,
  properties: 1,
  members: 1,
  tags: 1,
  statusReason: 1,
  importProgress: 1,
  detectedFormat: 1,
  permissions: 1,
  quota: 1,
  createImage: 10,
  uploadImage: 10,
  importImage: 10,
  cancelImport: 10,
  updateImage: 10,
  deleteImage: 10,
  deactivateImage: 10,
  reactivateImage: 10,
  addImageTag: 10,
  removeImageTag: 10,
  addImageMember: 10,
  updateImageMember: 10,
  removeImageMember: 10,
  replaceImageMembers: 10,
  acceptImage: 10,
  rejectImage: 10,
};

/** The connections; a page has the default size if the operation gives none. */
const CONNECTIONS = new Set(['images', 'sharedImages']);

/**
 * Computes the cost of an operation: the weight of each field, and everything below `edges` once for each row that the page
 * may have. The page size may be a literal, a variable, or the default of a variable. Fields that `@skip` and `@include`
 * leave out count too.
 */
export function costOf(
  { document, definition }: Operation,
  variables: Readonly<Record<string, unknown>>,
  pages: PageLimits,
): number {
  const known = new Map<string, number>();

  function inside(set: SelectionSetNode | undefined, rows: number): number {
    let sum = 0;
    for (const node of set?.selections ?? []) {
      if (node.kind === Kind.FIELD) sum += ofField(node, rows);
      else if (node.kind === Kind.INLINE_FRAGMENT) sum += inside(node.selectionSet, rows);
      else sum += inFragment(node.name.value, rows);
    }
    return sum;
  }

  function ofField(field: FieldNode, rows: number): number {
    const name = field.name.value;
    if (name.startsWith('__')) return 0;
    if (name === 'edges') return rows * (1 + inside(field.selectionSet, 0));
    // The node of an edge has no arguments; its edge counts it.
    const weight = name === 'node' && !field.arguments?.length ? 0 : (WEIGHTS[name] ?? 0);
    return weight + inside(field.selectionSet, pageSize(field));
  }

  function inFragment(name: string, rows: number): number {
    const key = `${rows} ${name}`;
    if (known.has(key)) return known.get(key)!;
    known.set(key, 0);
    const found = document.definitions.find(
      (each) => each.kind === Kind.FRAGMENT_DEFINITION && each.name.value === name,
    );
    const cost = found?.kind === Kind.FRAGMENT_DEFINITION ? inside(found.selectionSet, rows) : 0;
    known.set(key, cost);
    return cost;
  }

  function pageSize(field: FieldNode): number {
    if (!CONNECTIONS.has(field.name.value)) return 0;
    return mostRows({ first: argument(field, 'first'), last: argument(field, 'last') }, pages);
  }

  function argument(field: FieldNode, wanted: string): unknown {
    const found = field.arguments?.find(({ name }) => name.value === wanted);
    return found && valueOf(found.value);
  }

  function valueOf(node: ValueNode): unknown {
    if (node.kind === Kind.INT) return Number(node.value);
    if (node.kind === Kind.NULL) return null;
    if (node.kind !== Kind.VARIABLE) return Number.NaN;
    const name = node.name.value;
    if (Object.hasOwn(variables, name)) return variables[name];
    const declared = definition.variableDefinitions?.find(({ variable }) => variable.name.value === name);
    return declared?.defaultValue ? valueOf(declared.defaultValue) : undefined;
  }

  return inside(definition.selectionSet, 0);
}
