import { neededBy, type Relation } from '../records/image-relations.js';
import type { ImageRow } from '../records/image-columns.js';
import type { Sort } from './image-order.js';
import type { RowBudget } from './row-budget.js';

/** The selected fields of each image. Only these are read. */
export interface ImageSelection {
  /** Fields of `Image` that are columns, or are computed from columns. */
  readonly fields: readonly string[];
  /** Fields of `Image` that are rows of other tables: each costs one statement for all images together. */
  readonly relations: readonly Relation[];
  /** The rows that may be returned; undefined if only the page limits them. */
  readonly rows?: RowBudget;
  /** The number of times that the answer has the images, and each of their relations, under different names; 1 by default. */
  readonly times?: number;
  readonly timesOf?: Partial<Record<Relation, number>>;
  /** True if the answer shows nothing of a page: the request is checked, and no image is read. */
  readonly isEmpty?: boolean;
}

/** Counts the images of a page, and the properties that came with them, as rows of the answer. */
export function spend(images: readonly ImageRow[], { rows, times = 1, timesOf }: ImageSelection): void {
  rows?.spend(images.length * times);
  const properties = images.reduce((sum, image) => sum + (image.properties?.length ?? 0), 0);
  rows?.spend(properties * (timesOf?.properties ?? 1));
}

/** Returns the fields to read: those of the selection, and those that the page needs itself. */
export function neededFields(selection: ImageSelection, order: readonly Sort[]): string[] {
  const needed = new Set(['id', ...selection.fields, ...order.map(({ key }) => key)]);
  if (needed.has('downloadUrl')) needed.add('status');
  if (needed.has('ownerTenant')) needed.add('owner');
  if (needed.has('hash')) for (const field of ['hashAlgorithm', 'hashValue']) needed.add(field);
  for (const relation of selection.relations) for (const field of neededBy[relation]) needed.add(field);
  return [...needed];
}
