import type { Database, Reader, Row, Value } from '../../database/database.js';
import type { Caller } from '../../identity/caller.js';
import { ImageError } from '../errors.js';
import { imageColumns, type ImageRow } from '../records/image-columns.js';
import { askerOf } from './asker.js';
import { readBriefly } from './brief-read.js';
import {
  branchSelects,
  listConditions,
  pageStatement,
  readPage,
  type ListConditions,
  type ListRequest,
  type PageForm,
  type PageReading,
} from './image-list.js';
import { joinedPages } from './joined-page.js';
import {
  after,
  between,
  decodeCursor,
  encodeCursor,
  reversed,
  totalOrder,
  type Sort,
} from './image-order.js';
import { readPermissions } from './image-permissions.js';
import { computedFrom, readRelation } from '../records/image-relations.js';
import { revisionOf } from '../records/revision.js';
import { findImage, findImages } from '../records/find-and-lock.js';
import { foldedId } from '../ids.js';
import { pageWindow, shownPage, type PageLimits, type PageSides, type WantedPage } from './page-window.js';
import type { Policy } from '../access/policy.js';
import type { PropertyProtection } from '../access/property-protection.js';
import { neededFields, spend, type ImageSelection } from './selection.js';
import { searchWords } from './search.js';
import { mayBeFar, mayWalk } from './walk.js';

export interface PageRequest extends ListRequest, WantedPage {
  readonly sort: readonly Sort[];
  /**
   * The id of the image before the page, instead of `after`. That image need not pass the filter, and may be deleted
   * if the list has deleted images (contract C11.9).
   */
  readonly marker?: string;
  /** True to give a page that may walk all images as long as any other statement, as version 1 does. */
  readonly isPatient?: boolean;
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
  /**
   * Returns the images of these ids in their order, with one statement for all images and one for each relation. In place
   * of an image that a rule of the policy refuses to the caller comes the error; else it is as with `image`.
   *
   * @throws ImageError FORBIDDEN when the rule refuses the caller whatever the image is, QUERY_TOO_COSTLY
   */
  images(
    caller: Caller,
    ids: readonly string[],
    selection: ImageSelection,
  ): Promise<(ImageRow | ImageError | null)[]>;
  /**
   * @throws ImageError BAD_USER_INPUT, INVALID_CURSOR, FORBIDDEN, QUERY_TOO_COSTLY, SEARCH_TOO_SLOW; IMAGE_NOT_FOUND for a
   *   marker
   */
  page(caller: Caller, request: PageRequest, selection: ImageSelection): Promise<Page>;
  /**
   * Returns the number of images in the whole list.
   *
   * @throws ImageError BAD_USER_INPUT, FORBIDDEN, SEARCH_TOO_SLOW
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
  const columns = imageColumns(database);
  const joined = joinedPages(database);

  return {
    async image(caller, id, selection) {
      policy.require(caller, 'get_image');
      const image = await findImage(database, columns, caller, id, fieldsOf(caller, selection));
      const images = image ? [image] : [];
      const [error] = (await refused(caller, images)).values();
      if (error) throw error;
      await complete(caller, images, selection);
      return image ?? null;
    },

    async images(caller, ids, selection) {
      policy.require(caller, 'get_image');
      const images = await findImages(database, columns, caller, ids, fieldsOf(caller, selection));
      selection.rows?.spend(ids.length * (selection.times ?? 1));
      const errors = await refused(caller, images);
      await complete(
        caller,
        images.filter((image) => !errors.has(image)),
        selection,
      );
      const byId = new Map(images.map((image) => [foldedId(image.id), image]));
      return ids.map((id) => {
        const image = byId.get(foldedId(id));
        return image ? (errors.get(image) ?? image) : null;
      });
    },

    async page(caller, request, selection) {
      policy.require(caller, 'get_images');
      const order = totalOrder(request.sort);
      const words = searchWords(request.search);
      const cursorOf = (image: ImageRow) => encodeCursor(order, image as Row, words);
      const window = pageWindow(request, limits, (cursor, field) =>
        decodeCursor(order, cursor, field, words),
      );
      const wanted = selection.isEmpty ? { ...request, search: null } : request;
      const shown = window.isBackward ? reversed(order) : order;
      const list = await listConditions(caller, wanted, database, protection, namesOf(shown));
      const start = request.marker === undefined ? window.after : await placeOfMarker(caller, request, order);
      const { comparesRows } = database.dialect;
      const places = between(
        start && after(order, start, columns.of, comparesRows),
        window.before && after(reversed(order), window.before, columns.of, comparesRows),
      );
      if (selection.isEmpty) return { ...NO_PAGE, cursorOf };
      const asker = askerOf(caller);
      const isScan = mayWalk(request);
      const reader = isScan ? database.scans(asker) : database.pages(asker);
      const form: PageForm = {
        order: shown,
        fields: neededFields(selection, order).filter(columns.has),
        rows: window.size + 1,
        places,
      };
      const reading = { reader, isBrief: (isScan || mayBeFar(request)) && !request.isPatient };
      const read =
        (isScan ? undefined : await readWithProperties(reading, list, form, selection)) ??
        ((await readPage(reading, columns, list, form)) as ImageRow[]);
      const { rows: images, ...sides } = shownPage(window, read);
      spend(images, selection);
      await complete(caller, images, selection, database.pages(asker));
      return { images, ...sides, cursorOf };
    },

    async count(caller, request) {
      policy.require(caller, 'get_images');
      const list = await listConditions(caller, request, database, protection);
      const counts = branchSelects(list, { select: 'COUNT(*)' }, database.dialect);
      const statement = {
        sql: `SELECT ${counts.map(({ sql }) => `(${sql})`).join(' + ')} AS total`,
        values: counts.flatMap(({ values }) => values),
      };
      const [row] = await readBriefly(database.scans(askerOf(caller)), statement);
      return Number(row.total);
    },

    complete: (caller, images, selection) => complete(caller, images, selection),
  };

  /** Reads a page and the properties of its images at once; returns undefined if that is not the best way. */
  async function readWithProperties(
    reading: PageReading,
    list: ListConditions,
    form: PageForm,
    { relations }: ImageSelection,
  ): Promise<ImageRow[] | undefined> {
    if (!relations.includes('properties') || list.search.length > 0 || !joined.fits(form)) return undefined;
    return joined.read(reading, pageStatement(list, form, { dialect: database.dialect, columns }), form);
  }

  /** Returns the sorted columns. */
  function namesOf(order: readonly Sort[]): string[] {
    return order.map(({ key }) => columns.databaseName(key));
  }

  /** Returns the columns to read of images that the caller asks for by id. */
  function fieldsOf(caller: Caller, selection: ImageSelection): readonly string[] {
    if (policy.asksImage(caller, 'get_image')) return columns.all;
    return neededFields(selection, []).filter(columns.has);
  }

  /** Returns the errors of the images that a rule of the policy refuses to the caller. */
  async function refused(
    caller: Caller,
    images: readonly ImageRow[],
  ): Promise<ReadonlyMap<ImageRow, ImageError>> {
    if (!policy.asksImage(caller, 'get_image')) return new Map();
    const targets = images.map((image) => ({ ...image }));
    await readRelation.properties(database, targets, caller);
    const forbidden = images.filter((_, index) => !policy.allows(caller, targets[index], 'get_image'));
    return new Map(forbidden.map((image) => [image, new ImageError('FORBIDDEN', { rule: 'get_image' })]));
  }

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

  async function complete(
    caller: Caller,
    images: ImageRow[],
    { relations, rows, timesOf }: ImageSelection,
    reader: Reader = database,
  ): Promise<void> {
    if (relations.includes('members')) policy.require(caller, 'get_members');
    const needed = new Set(relations.flatMap((relation) => [relation, ...(computedFrom[relation] ?? [])]));
    for (const relation of needed) {
      const missing = images.filter((image) => image[relation] === undefined);
      if (missing.length === 0) continue;
      if (relation === 'permissions') await readPermissions(database, missing, caller, policy);
      else if (relation !== 'revision')
        await readRelation[relation](
          rows?.reader(reader, timesOf?.[relation] ?? 1) ?? reader,
          missing,
          caller,
        );
    }
    if (needed.has('properties')) {
      joined.learn(images);
      protection.hide(caller, images);
    }
    if (needed.has('revision')) for (const image of images) image.revision = revisionOf(image);
  }
}

const NO_PAGE = { images: [], hasNextPage: false, hasPreviousPage: false };
