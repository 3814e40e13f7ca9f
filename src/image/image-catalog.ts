import type { Database, Row, Value } from '../database/database.js';
import type { Condition } from '../database/dialect.js';
import type { Caller } from '../identity/caller.js';
import { findable, listed } from './access.js';
import { badInput, ImageError } from './errors.js';
import { imageColumns, type ImageRow } from './image-columns.js';
import { asksForCommunity, asksForHidden, filterConditions, type ImageFilter } from './image-filter.js';
import { after, decodeCursor, encodeCursor, orderBy, totalOrder, type Sort } from './image-order.js';
import { neededBy, readRelation, type Relation } from './image-relations.js';
import { CHARACTERS } from './limits.js';
import type { Policy } from './policy.js';
import { fits } from './text.js';

/** What is wanted of each image: only that is read. */
export interface ImageSelection {
  /** Fields of `Image` that are columns, or computed from columns. */
  readonly fields: readonly string[];
  /** Fields of `Image` that are rows of other tables: each costs one statement for all images together. */
  readonly relations: readonly Relation[];
}

export interface PageRequest {
  readonly filter: ImageFilter;
  readonly sort: readonly Sort[];
  /** Images on the page; undefined for the configured default. */
  readonly first?: number;
  /** Cursor of the last image of the page before. */
  readonly after?: string;
  /** Instead of a cursor: the id of the last image of the page before. It need not pass the filter. */
  readonly marker?: string;
  /** `ordinary` lists to an administrator what any user in the same place would see (contract C11.5). */
  readonly scope?: 'ordinary';
  /** Deleted images of the caller's scope too. */
  readonly includeDeleted?: boolean;
}

export interface Page {
  readonly images: ImageRow[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  /** The cursor of one image of this page. */
  cursorOf(image: ImageRow): string;
}

/** Reading: one image, and a page of images. */
export interface ImageCatalog {
  /** Null for an image that does not exist or that the caller may not know of. */
  image(caller: Caller, id: string, selection: ImageSelection): Promise<ImageRow | null>;
  /** @throws ImageError BAD_USER_INPUT, INVALID_CURSOR, FORBIDDEN; IMAGE_NOT_FOUND for a marker */
  page(caller: Caller, request: PageRequest, selection: ImageSelection): Promise<Page>;
  /** Gives rows that are whole the relations that they do not have yet. */
  complete(caller: Caller, images: ImageRow[], selection: ImageSelection): Promise<void>;
}

export interface PageLimits {
  limitParamDefault: number;
  apiLimitMax: number;
}

export function imageCatalog(database: Database, policy: Policy, limits: PageLimits): ImageCatalog {
  const { dialect } = database;
  const columns = imageColumns(database);

  return {
    async image(caller, id, selection) {
      policy.require(caller, 'get_image');
      if (!fits(id, CHARACTERS.id)) return null;
      const access = findable(caller, dialect);
      const names = neededFields(selection, []).filter(columns.has);
      const rows = await database.read(
        `SELECT ${columns.select(names)} FROM images i WHERE i.id = ? AND ${access.sql}`,
        [id, ...access.values],
      );
      const images = rows as ImageRow[];
      await complete(caller, images, selection);
      return images[0] ?? null;
    },

    async page(caller, request, selection) {
      policy.require(caller, 'get_images');
      const order = totalOrder(request.sort);
      const first = pageSize(request.first);
      const place = await startOf(caller, request, order);
      const conditions = [
        ...(request.includeDeleted ? [] : [{ sql: 'i.deleted = 0', values: [] }]),
        ...(asksForHidden(request.filter) ? [] : [{ sql: 'i.os_hidden = 0', values: [] }]),
        ...filterConditions(request.filter),
        ...(place ? [after(order, place, columns.of)] : []),
      ];
      const reader = request.scope === 'ordinary' ? { ...caller, isAdmin: false } : caller;
      const branches = listed(reader, dialect, asksForCommunity(request.filter));
      const statement = pageStatement(
        branches,
        conditions,
        order,
        neededFields(selection, order).filter(columns.has),
        first + 1,
      );
      const rows = (await database.read(statement.sql, statement.values)) as ImageRow[];
      const images = rows.slice(0, first);
      await complete(caller, images, selection);
      return {
        images,
        hasNextPage: rows.length > first,
        hasPreviousPage: place !== undefined,
        cursorOf: (image) => encodeCursor(order, image as Row),
      };
    },

    complete,
  };

  /** Where the page begins: behind the place of a cursor, or of an image that the caller may know of. */
  async function startOf(
    caller: Caller,
    { after: cursor, marker }: PageRequest,
    order: readonly Sort[],
  ): Promise<Value[] | undefined> {
    if (marker === undefined) return cursor === undefined ? undefined : decodeCursor(order, cursor);
    const access = findable(caller, dialect);
    const keys = order.map(({ key }) => key);
    const sql = `SELECT ${columns.select(keys)} FROM images i WHERE i.id = ? AND ${access.sql}`;
    const [row] = fits(marker, CHARACTERS.id) ? await database.read(sql, [marker, ...access.values]) : [];
    if (!row) throw new ImageError('IMAGE_NOT_FOUND', { id: marker });
    return keys.map((key) => row[key] ?? null);
  }

  async function complete(caller: Caller, images: ImageRow[], { relations }: ImageSelection): Promise<void> {
    for (const relation of relations) {
      const missing = images.filter((image) => image[relation] === undefined);
      await readRelation[relation](database, missing, caller);
    }
  }

  /** One branch is one SELECT; several are each cut to the page before they are merged into it. */
  function pageStatement(
    branches: readonly Condition[],
    conditions: readonly Condition[],
    order: readonly Sort[],
    fields: readonly string[],
    limit: number,
  ): Condition {
    const index = dialect.pageIndex(columns.databaseName(order[0].key));
    const selects = branches.map((branch, nth) => ({
      sql:
        `SELECT ${columns.select(fields)} FROM images i${nth === 0 ? index : ''} ` +
        `WHERE ${[...conditions, branch].map(({ sql }) => sql).join(' AND ')} ` +
        `ORDER BY ${orderBy(order, columns.of)} LIMIT ${limit}`,
      values: [...conditions, branch].flatMap(({ values }) => values),
    }));
    if (selects.length === 1) return selects[0];
    return {
      sql:
        selects.map(({ sql }, index) => `SELECT * FROM (${sql}) branch${index}`).join(' UNION ALL ') +
        ` ORDER BY ${orderBy(order, (key) => key)} LIMIT ${limit}`,
      values: selects.flatMap(({ values }): readonly Value[] => values),
    };
  }

  function pageSize(first: number | undefined): number {
    if (first === undefined) return Math.min(limits.limitParamDefault, limits.apiLimitMax);
    if (first >= 0 && first <= limits.apiLimitMax) return first;
    throw badInput('first', `must be a number from 0 to ${limits.apiLimitMax}`);
  }
}

/** The selection as columns, with those that the page itself needs. */
function neededFields(selection: ImageSelection, order: readonly Sort[]): string[] {
  const needed = new Set(['id', ...selection.fields, ...order.map(({ key }) => key)]);
  if (needed.has('hash')) for (const field of ['hashAlgorithm', 'hashValue']) needed.add(field);
  for (const relation of selection.relations) for (const field of neededBy[relation]) needed.add(field);
  return [...needed];
}
