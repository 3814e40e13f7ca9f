/** The order of a list and the conditions of one of its SELECTs, by the names of the columns. */
export interface OrderedList {
  /** The sorted columns, without the direction. */
  readonly order: readonly string[];
  /** Whether all of them have the same direction. No index serves another order. */
  readonly isOneWay: boolean;
  /** The columns that must equal a value. */
  readonly equal: readonly string[];
  /** The columns that have any condition that an index can serve. */
  readonly conditioned: readonly string[];
}

/** The sorted columns → our index that has the images in this order. The flags of a list come first in each. */
const ORDERS: Record<string, string> = {
  id: 'PRIMARY',
  'created_at,id': 'gateway_images_created',
  'updated_at,id': 'gateway_images_updated',
  'name,id': 'gateway_images_name',
  'size,id': 'gateway_images_size',
  'status,id': 'gateway_images_status_id',
  'disk_format,id': 'gateway_images_disk',
  'container_format,id': 'gateway_images_container',
  'updated_at,created_at,id': 'gateway_images_updated_created',
  'name,created_at,id': 'gateway_images_name_created',
  'size,created_at,id': 'gateway_images_size_created',
  'status,created_at,id': 'gateway_images_status',
  'disk_format,created_at,id': 'gateway_images_disk_created',
  'container_format,created_at,id': 'gateway_images_container_created',
  'owner,created_at,id': 'gateway_images_owned',
  'visibility,created_at,id': 'gateway_images_visible',
};

/** A column → our index that finds the images by it. */
const COLUMNS: Record<string, string> = {
  created_at: 'gateway_images_created',
  updated_at: 'gateway_images_updated',
  name: 'gateway_images_name',
  size: 'gateway_images_size',
  status: 'gateway_images_status',
  disk_format: 'gateway_images_disk',
  container_format: 'gateway_images_container',
  owner: 'gateway_images_owned',
  visibility: 'gateway_images_visible',
  deleted_at: 'gateway_images_deleted',
};

/** A column → Glance's own index that finds the images by it. Each finds few for a value. */
const SINGLE: Record<string, string> = {
  id: 'gateway_images_folded',
  checksum: 'checksum_image_idx',
  os_hash_value: 'os_hash_value_image_idx',
};

/** The sorted column → the indexes of Glance's tables, where ours do not stand. Each of Glance's others finds half the table. */
const GLANCE_SELECTIVE = ['PRIMARY', 'checksum_image_idx', 'owner_image_idx'];
const GLANCE: Record<string, readonly string[]> = {
  created_at: [...GLANCE_SELECTIVE, 'created_at_image_idx'],
  updated_at: [...GLANCE_SELECTIVE, 'updated_at_image_idx'],
  id: GLANCE_SELECTIVE,
};

/** Returns true for a column of which a value may belong to half the images. */
export function mayFindMany(column: string): boolean {
  return ['owner', 'status', 'visibility', 'disk_format', 'container_format'].includes(column);
}

/** Returns true when one of our indexes has the images with one value of a column in an order. */
export function hasOrderOf(column: string, order: readonly string[]): boolean {
  return [column, ...order].join() in ORDERS;
}

/** Returns true for a column by which an index of ours finds images. */
export function isIndexed(column: string): boolean {
  return column in COLUMNS || column in SINGLE;
}

/** Returns our index that finds the images by a column. */
export function indexOf(column: string): string {
  return COLUMNS[column] ?? SINGLE[column];
}

/** Returns the index that has the images in the order of a list; undefined where no index has it. */
export function orderedIndex(list: OrderedList): string | undefined {
  return orderedIndexes(list)[0];
}

/** Returns the indexes that have the images in the order of a list, the one that is likely to have the fewest first. */
function orderedIndexes({ order, isOneWay, equal }: OrderedList): readonly string[] {
  if (!isOneWay) return [];
  const wanted = order.join();
  const byFew = [...equal].sort((one, other) => Number(mayFindMost(one)) - Number(mayFindMost(other)));
  // An index that begins with an equal column has the order for the images with this value, and no others.
  const narrowed = byFew.flatMap((column) => ORDERS[`${column},${wanted}`] ?? []);
  if (narrowed.length > 0) return narrowed;
  return wanted in ORDERS ? [ORDERS[wanted]] : [];
}

/** Returns true for a column with so few values that one of them may belong to nearly all images. */
function mayFindMost(column: string): boolean {
  return mayFindMany(column) && column !== 'owner';
}

/**
 * Returns the indexes among which an engine that counts rows shall choose: those in the order of the list, and those of
 * the conditions. With more indexes of similar columns it would choose wrongly.
 */
export function choiceOfIndexes(list: OrderedList): readonly string[] {
  const ordered = orderedIndexes(list);
  if (ordered.length === 0) return [];
  const conditioned = list.conditioned
    .filter((column) => isIndexed(column) && !mayFindMany(column))
    .map(indexOf);
  return [...new Set([...ordered, ...conditioned])];
}

/** Returns the same for Glance's tables. */
export function choiceOfGlanceIndexes({ order }: OrderedList): readonly string[] {
  return GLANCE[order[0]] ?? [];
}
