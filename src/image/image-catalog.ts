import type { Database, Row, Value } from '../database/database.js';
import type { Condition } from '../database/dialect.js';
import type { Caller } from '../identity/caller.js';
import { findable, listed } from './access.js';
import { badInput } from './errors.js';
import { imageColumns, type ImageRow } from './image-columns.js';
import { asksForCommunity, asksForHidden, filterConditions, type ImageFilter } from './image-filter.js';
import { after, decodeCursor, encodeCursor, orderBy, totalOrder, type Sort } from './image-order.js';
import { readPermissions } from './image-permissions.js';
import { neededBy, readRelation, type Relation } from './image-relations.js';
import { CHARACTERS } from './limits.js';
import type { Policy } from './policy.js';
import type { PropertyProtection } from './property-protection.js';
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
  /** @throws ImageError BAD_USER_INPUT, INVALID_CURSOR, FORBIDDEN */
  page(caller: Caller, request: PageRequest, selection: ImageSelection): Promise<Page>;
  /** Gives rows that are whole the relations that they do not have yet. */
  complete(caller: Caller, images: ImageRow[], selection: ImageSelection): Promise<void>;
}

export interface PageLimits {
  limitParamDefault: number;
  apiLimitMax: number;
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
      if (!fits(id, CHARACTERS.id)) return null;
      const access = findable(caller, dialect);
      const asksImage = policy.asksImage(caller, 'get_image');
      const names = asksImage ? columns.all : neededFields(selection, []).filter(columns.has);
      const rows = await database.read(
        `SELECT ${columns.select(names)} FROM images i WHERE i.id = ? AND ${access.sql}`,
        [id, ...access.values],
      );
      const images = rows as ImageRow[];
      if (asksImage) await readRelation.properties(database, images, caller);
      for (const image of images) {
        policy.requireOn(caller, image, 'get_image');
        delete image.properties;
      }
      await complete(caller, images, selection);
      return images[0] ?? null;
    },

    async page(caller, request, selection) {
      policy.require(caller, 'get_images');
      const filter = protection.readableFilter(caller, request.filter);
      const order = totalOrder(request.sort);
      const first = pageSize(request.first);
      const place = request.after === undefined ? undefined : decodeCursor(order, request.after);
      const conditions = [
        { sql: 'i.deleted = 0', values: [] },
        ...(asksForHidden(request.filter) ? [] : [{ sql: 'i.os_hidden = 0', values: [] }]),
        ...filterConditions(filter),
        ...(place ? [after(order, place, columns.of)] : []),
      ];
      const branches = listed(caller, dialect, asksForCommunity(request.filter));
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

  async function complete(caller: Caller, images: ImageRow[], { relations }: ImageSelection): Promise<void> {
    if (relations.includes('members')) policy.require(caller, 'get_members');
    for (const relation of relations) {
      const missing = images.filter((image) => image[relation] === undefined);
      if (relation === 'permissions') await readPermissions(database, missing, caller, policy);
      else await readRelation[relation](database, missing, caller);
    }
    if (relations.includes('properties')) protection.hide(caller, images);
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
