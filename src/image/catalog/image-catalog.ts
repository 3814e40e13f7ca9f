import type { Database, Row, Value } from '../../database/database.js';
import type { Condition } from '../../database/dialect.js';
import type { Caller } from '../../identity/caller.js';
import { listed } from '../access/access.js';
import { badInput, ImageError } from '../errors.js';
import { imageColumns, type ImageRow } from '../records/image-columns.js';
import {
  asksForCommunity,
  asksForHidden,
  filterConditions,
  readableFilter,
  type ImageFilter,
} from './image-filter.js';
import {
  after,
  decodeCursor,
  encodeCursor,
  orderBy,
  reversed,
  totalOrder,
  type Sort,
} from './image-order.js';
import { readPermissions } from './image-permissions.js';
import { neededBy, readRelation, type Relation } from '../records/image-relations.js';
import { findImage } from '../records/find-and-lock.js';
import type { MemberStatus } from '../member-status.js';
import { pageWindow, shownPage, type PageLimits, type PageSides, type WantedPage } from './page-window.js';
import type { Policy } from '../access/policy.js';
import type { PropertyProtection } from '../access/property-protection.js';
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
}

/** A request for a list of images. */
export interface ListRequest {
  readonly filter: ImageFilter;
  /** True to include deleted images. For administrators only, except in the `ordinary` scope. */
  readonly includeDeleted?: boolean;
  /** `ordinary` shows an administrator only what other callers with the same tenant would see (contract C11.5). */
  readonly scope?: 'ordinary';
  /** The status of the caller's membership in images shared with the caller. The default is `accepted`. */
  readonly memberStatus?: MemberStatus | 'all';
}

export interface PageRequest extends ListRequest, WantedPage {
  readonly sort: readonly Sort[];
  /**
   * The id of the image before the page, instead of `after`. That image need not pass the filter, and may be deleted
   * if the list has deleted images (contract C11.9).
   */
  readonly marker?: string;
}

export interface Page extends PageSides {
  readonly images: ImageRow[];
  /** Returns the cursor of one image of this page. */
  cursorOf(image: ImageRow): string;
}

/** Reads one image, a page of images, and the length of a list. */
export interface ImageCatalog {
  /** Returns null for an image that does not exist, or that the caller may not see. */
  image(caller: Caller, id: string, selection: ImageSelection): Promise<ImageRow | null>;
  /** @throws ImageError BAD_USER_INPUT, INVALID_CURSOR, FORBIDDEN, QUERY_TOO_COSTLY; IMAGE_NOT_FOUND for a marker */
  page(caller: Caller, request: PageRequest, selection: ImageSelection): Promise<Page>;
  /**
   * Returns the number of images in the whole list.
   *
   * @throws ImageError BAD_USER_INPUT, FORBIDDEN
   */
  count(caller: Caller, request: ListRequest): Promise<number>;
  /** Reads the selected relations of images that have all their columns and lack these relations. */
  complete(caller: Caller, images: ImageRow[], selection: ImageSelection): Promise<void>;
}

export function imageCatalog(
  database: Database,
  policy: Policy,
  limits: PageLimits,
  protection: PropertyProtection,
): ImageCatalog {
  const { dialect } = database;
  const columns = imageColumns(database);

  return {
    async image(caller, id, selection) {
      policy.require(caller, 'get_image');
      const asksImage = policy.asksImage(caller, 'get_image');
      const names = asksImage ? columns.all : neededFields(selection, []).filter(columns.has);
      const image = await findImage(database, columns, caller, id, names);
      if (image && asksImage) await readRelation.properties(database, [image], caller);
      if (image) {
        policy.requireOn(caller, image, 'get_image');
        delete image.properties;
      }
      await complete(caller, image ? [image] : [], selection);
      return image ?? null;
    },

    async page(caller, request, selection) {
      policy.require(caller, 'get_images');
      const order = totalOrder(request.sort);
      const window = pageWindow(request, limits, (cursor, field) => decodeCursor(order, cursor, field));
      const { branches, conditions } = list(caller, request);
      const start = request.marker === undefined ? window.after : await placeOfMarker(caller, request, order);
      if (start) conditions.push(after(order, start, columns.of));
      if (window.before) conditions.push(after(reversed(order), window.before, columns.of));
      const statement = pageStatement(
        branches,
        conditions,
        window.isBackward ? reversed(order) : order,
        neededFields(selection, order).filter(columns.has),
        { rows: window.size + 1, isBehind: window.after !== undefined || window.before !== undefined },
      );
      const read = (await database.read(statement.sql, statement.values)) as ImageRow[];
      const { rows: images, ...sides } = shownPage(window, read);
      selection.rows?.spend(images.length * (selection.times ?? 1));
      await complete(caller, images, selection);
      return { images, ...sides, cursorOf: (image) => encodeCursor(order, image as Row) };
    },

    async count(caller, request) {
      policy.require(caller, 'get_images');
      const { branches, conditions } = list(caller, request);
      const counts = branches.map((branch) => {
        const together = [...conditions, branch];
        return {
          sql: `(SELECT COUNT(*) FROM images i WHERE ${together.map(({ sql }) => sql).join(' AND ')})`,
          values: together.flatMap(({ values }) => values),
        };
      });
      const [row] = await database.read(
        `SELECT ${counts.map(({ sql }) => sql).join(' + ')} AS total`,
        counts.flatMap(({ values }) => values),
      );
      return Number(row.total);
    },

    complete,
  };

  /** Returns the place in an order of an image that the caller may see. */
  async function placeOfMarker(
    caller: Caller,
    { marker: id = '', includeDeleted }: PageRequest,
    order: readonly Sort[],
  ): Promise<Value[]> {
    const keys = order.map(({ key }) => key);
    const row = await findImage(database, columns, caller, id, keys, includeDeleted ? 'found' : 'hidden');
    if (!row) throw new ImageError('IMAGE_NOT_FOUND', { id });
    return keys.map((key) => row[key] ?? null);
  }

  /** Returns the conditions of a list. An image of the list meets one of the branches, which do not overlap, and every condition. */
  function list(
    caller: Caller,
    { filter, scope, includeDeleted = false, memberStatus = 'accepted' }: ListRequest,
  ) {
    if (includeDeleted && !caller.isAdmin && scope !== 'ordinary') {
      throw badInput('includeDeleted', 'is for administrators only');
    }
    const readable = protection.isOn
      ? readableFilter(filter, (name) => protection.mayRead(caller, name))
      : filter;
    const conditions: Condition[] = [
      ...(includeDeleted ? [] : [LIVE]),
      ...(asksForHidden(filter) ? [] : [{ sql: 'i.os_hidden = 0', values: [] }]),
      ...filterConditions(readable, dialect),
    ];
    const reader = scope === 'ordinary' ? { ...caller, isAdmin: false } : caller;
    const branches =
      includeDeleted && reader.isAdmin
        ? [LIVE, DELETED]
        : listed(reader, dialect, { community: asksForCommunity(filter), memberStatus });
    return { branches, conditions };
  }

  async function complete(
    caller: Caller,
    images: ImageRow[],
    { relations, rows, timesOf }: ImageSelection,
  ): Promise<void> {
    if (relations.includes('members')) policy.require(caller, 'get_members');
    for (const relation of relations) {
      const missing = images.filter((image) => image[relation] === undefined);
      if (relation === 'permissions') await readPermissions(database, missing, caller, policy);
      else
        await readRelation[relation](
          rows?.reader(database, timesOf?.[relation] ?? 1) ?? database,
          missing,
          caller,
        );
    }
    if (relations.includes('properties')) protection.hide(caller, images);
  }

  /** Returns the statement of a page: one SELECT for each branch, each cut to the length of the page, then merged. */
  function pageStatement(
    branches: readonly Condition[],
    conditions: readonly Condition[],
    order: readonly Sort[],
    fields: readonly string[],
    { rows, isBehind }: { rows: number; isBehind: boolean },
  ): Condition {
    const index = dialect.pageIndex(columns.databaseName(order[0].key), isBehind);
    const selects = branches.map((branch, nth) => ({
      sql:
        `SELECT ${columns.select(fields)} FROM images i${nth === 0 ? index : ''} ` +
        `WHERE ${[...conditions, branch].map(({ sql }) => sql).join(' AND ')} ` +
        `ORDER BY ${orderBy(order, columns.of)} LIMIT ${rows}`,
      values: [...conditions, branch].flatMap(({ values }) => values),
    }));
    if (selects.length === 1) return selects[0];
    return {
      sql:
        selects.map(({ sql }, index) => `SELECT * FROM (${sql}) branch${index}`).join(' UNION ALL ') +
        ` ORDER BY ${orderBy(order, (key) => key)} LIMIT ${rows}`,
      values: selects.flatMap(({ values }): readonly Value[] => values),
    };
  }
}

const LIVE: Condition = { sql: 'i.deleted = 0', values: [] };
const DELETED: Condition = { sql: 'i.deleted = 1', values: [] };

/** Returns the fields to read: those of the selection, and those that the page needs itself. */
function neededFields(selection: ImageSelection, order: readonly Sort[]): string[] {
  const needed = new Set(['id', ...selection.fields, ...order.map(({ key }) => key)]);
  if (needed.has('downloadUrl')) needed.add('status');
  if (needed.has('hash')) for (const field of ['hashAlgorithm', 'hashValue']) needed.add(field);
  for (const relation of selection.relations) for (const field of neededBy[relation]) needed.add(field);
  return [...needed];
}
