import { Kind, valueFromASTUntyped, type FieldNode, type SelectionSetNode, type ValueNode } from 'graphql';
import { mostRows, type PageLimits } from '../../image/catalog/page-window.js';
import { mayWalk, type Walk } from '../../image/catalog/walk.js';
import type { Operation } from './fold-fields.js';

/** The cost of a field without its page: about the number of its statements to the database, or requests to Keystone. */
const WEIGHTS: Record<string, number> = {
  node: 1,
  nodes: 1,
  image: 1,
  images: 1,
  imageChanged: 10,
  totalCount: 10,
  imageCounts: 30,
  imageTags: 10,
  imagePropertyNames: 10,
  imagePropertyValues: 10,
  propertyDefinitions: 1,
  sharedImages: 1,
  owners: 30,
  tenants: 10,
  tenant: 1,
  ownerTenant: 1,
  properties: 1,
  members: 1,
  tags: 1,
  statusReason: 1,
  importProgress: 1,
  uploadProgress: 1,
  detectedFormat: 1,
  importSource: 1,
  stores: 1,
  permissions: 1,
  revision: 2,
  quota: 1,
  unfinishedUploads: 1,
  createImage: 10,
  uploadImage: 10,
  importImage: 10,
  cancelImport: 10,
  updateImage: 10,
  deleteImage: 10,
  deactivateImage: 10,
  reactivateImage: 10,
  deleteImages: 10,
  updateImages: 10,
  deactivateImages: 10,
  reactivateImages: 10,
  addImageTag: 10,
  removeImageTag: 10,
  addImageMember: 10,
  updateImageMember: 10,
  removeImageMember: 10,
  replaceImageMembers: 10,
  acceptImage: 10,
  rejectImage: 10,
};

/** Returns true for the node of an edge, which its edge counts, and for a tenant that is only an id. */
function isFree({ name: { value: name }, arguments: given, selectionSet }: FieldNode): boolean {
  return (name === 'node' && !given?.length) || (name === 'tenant' && selectionSet === undefined);
}

/** The cost of a statement that may have to walk all images, as much as that of half of the largest page. */
const WALK = 500;

/** The fields of a list that show a page of it. */
const OF_PAGE = new Set(['edges', 'pageInfo']);

/** The place of a selection set. */
interface Place {
  /** The rows of the page above. */
  readonly rows: number;
  /** True if the statements of the list above may have to walk all images. */
  readonly isWalk: boolean;
}

const ANYWHERE: Place = { rows: 0, isWalk: false };

/** The fields that work on each id of their argument `ids`; the rest of their cost counts for each id too. */
const BY_IDS = new Set(['nodes', 'deleteImages', 'updateImages', 'deactivateImages', 'reactivateImages']);

/** The fields whose statements read the images that a filter or a search finds. */
const WALKING = new Set(['images', 'imageCounts']);

/** The connections; a page has the default size if the operation gives none. */
const CONNECTIONS = new Set(['images', 'sharedImages', 'owners']);

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

  function inside(set: SelectionSetNode | undefined, place: Place): number {
    let sum = 0;
    for (const node of set?.selections ?? []) {
      if (node.kind === Kind.FIELD) sum += ofField(node, place);
      else if (node.kind === Kind.INLINE_FRAGMENT) sum += inside(node.selectionSet, place);
      else sum += inFragment(node.name.value, place);
    }
    return sum;
  }

  function ofField(field: FieldNode, { rows, isWalk }: Place): number {
    const name = field.name.value;
    if (name.startsWith('__')) return 0;
    if (name === 'edges') return rows * (1 + inside(field.selectionSet, ANYWHERE));
    if (name === 'totalCount' && isWalk) return WALK;
    const weight = isFree(field) ? 0 : (WEIGHTS[name] ?? 0);
    if (BY_IDS.has(name)) return idsOf(field) * (weight + inside(field.selectionSet, ANYWHERE));
    const own = { rows: pageSize(field), isWalk: WALKING.has(name) && mayWalk(walkOf(field)) };
    const isRead = name !== 'images' || selects(field.selectionSet, OF_PAGE);
    return weight + (own.isWalk && isRead ? WALK : 0) + inside(field.selectionSet, own);
  }

  function inFragment(name: string, place: Place): number {
    const key = `${place.rows} ${place.isWalk} ${name}`;
    if (known.has(key)) return known.get(key)!;
    known.set(key, 0);
    const cost = inside(fragment(name), place);
    known.set(key, cost);
    return cost;
  }

  function fragment(name: string): SelectionSetNode | undefined {
    const found = document.definitions.find(
      (each) => each.kind === Kind.FRAGMENT_DEFINITION && each.name.value === name,
    );
    return found?.kind === Kind.FRAGMENT_DEFINITION ? found.selectionSet : undefined;
  }

  /** Returns true when a selection set, or a fragment in it, has one of the fields. */
  function selects(
    set: SelectionSetNode | undefined,
    names: ReadonlySet<string>,
    spread = new Set<string>(),
  ): boolean {
    return (set?.selections ?? []).some((node) => {
      if (node.kind === Kind.FIELD) return names.has(node.name.value);
      if (node.kind === Kind.INLINE_FRAGMENT) return selects(node.selectionSet, names, spread);
      if (spread.has(node.name.value)) return false;
      spread.add(node.name.value);
      return selects(fragment(node.name.value), names, spread);
    });
  }

  function walkOf(field: FieldNode): Walk {
    const [filter, search, sort] = ['filter', 'search', 'sort'].map((name) => argument(field, name));
    return { filter, search, sort: sort === undefined ? sort : [sort].flat() } as Walk;
  }

  function pageSize(field: FieldNode): number {
    if (!CONNECTIONS.has(field.name.value)) return 0;
    return mostRows({ first: argument(field, 'first'), last: argument(field, 'last') }, pages);
  }

  /** Counts the ids of a field; at least 1, since the field runs without them too. */
  function idsOf(field: FieldNode): number {
    const ids = argument(field, 'ids');
    return Array.isArray(ids) ? Math.max(1, ids.length) : 1;
  }

  function argument(field: FieldNode, wanted: string): unknown {
    const found = field.arguments?.find(({ name }) => name.value === wanted);
    return found && valueOf(found.value);
  }

  function valueOf(node: ValueNode): unknown {
    if (node.kind === Kind.INT) return Number(node.value);
    if (node.kind === Kind.NULL) return null;
    if (node.kind === Kind.LIST) return node.values.map(valueOf);
    if (node.kind === Kind.OBJECT)
      return Object.fromEntries(node.fields.map(({ name, value }) => [name.value, valueOf(value)]));
    if (node.kind !== Kind.VARIABLE) return valueFromASTUntyped(node);
    const name = node.name.value;
    if (Object.hasOwn(variables, name)) return variables[name];
    const declared = definition.variableDefinitions?.find(({ variable }) => variable.name.value === name);
    return declared?.defaultValue ? valueOf(declared.defaultValue) : undefined;
  }

  return inside(definition.selectionSet, ANYWHERE);
}
