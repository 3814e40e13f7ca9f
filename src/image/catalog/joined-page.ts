import type { Database, Row } from '../../database/database.js';
import type { Condition } from '../../database/dialect.js';
import type { ImageRow } from '../records/image-columns.js';
import type { SortKey, Sort } from './image-order.js';
import { readBriefly } from './brief-read.js';
import type { PageForm, PageReading } from './image-list.js';

/**
 * Reads pages together with the properties of their images: one statement costs two thirds of two while the page is small.
 * It repeats the columns of an image for each of its properties, so that it costs more on a page with many properties.
 */
export interface JoinedPages {
  /** Returns true for a page that one statement is likely to read at less cost than two. */
  fits(form: PageForm): boolean;
  /**
   * Reads a page with the properties of its images.
   *
   * @param page the statement of the page without properties
   * @returns undefined when the images have more properties than expected: two statements must read them
   * @throws ImageError SEARCH_TOO_SLOW
   */
  read(reading: PageReading, page: Condition, form: PageForm): Promise<ImageRow[] | undefined>;
  /** Learns from images that have their properties how many there are. */
  learn(images: readonly ImageRow[]): void;
}

/** The number of joined rows from which two statements cost less: 100 images with 3 properties, or 25 with 10. */
const MOST_ROWS = 250;
/** The share of the latest page in the expected number of properties. */
const NEWS = 0.1;

export function joinedPages(database: Database): JoinedPages {
  /** The properties that an image is expected to have. */
  let expected = 3;

  return {
    fits: ({ order, rows }) =>
      // Other collations would sort in other ways than `compared` does, and in SQLite a further statement costs little.
      database.tables === 'ours' &&
      database.dialect.engine !== 'sqlite' &&
      order.every(({ key }) => key !== 'size') &&
      rows * Math.max(expected, 1) <= MOST_ROWS,

    async read({ reader, isBrief }, page, { order, fields }) {
      const limit = 2 * MOST_ROWS;
      const sql =
        'SELECT page.*, p.name AS property_name, p.value AS property_value ' +
        `FROM (${page.sql}) page LEFT JOIN image_properties p ` +
        `ON p.image_id = page.id AND p.deleted = 0 LIMIT ${limit}`;
      const rows = isBrief
        ? await readBriefly(reader, { sql, values: page.values })
        : await reader.read(sql, page.values);
      if (rows.length === limit) return undefined;
      const images = imagesOf(rows, fields);
      // The server need not keep the order of the page in a join.
      return images.sort((one, other) => compared(one, other, order));
    },

    learn(images) {
      if (images.length === 0) return;
      const found = images.reduce((sum, { properties = [] }) => sum + properties.length, 0);
      expected += NEWS * (found / images.length - expected);
    },
  };
}

type Properties = NonNullable<ImageRow['properties']>;

function imagesOf(rows: readonly Row[], fields: readonly string[]): ImageRow[] {
  const images = new Map<string, ImageRow>();
  for (const row of rows) {
    const id = row.id as string;
    let image = images.get(id);
    if (!image) images.set(id, (image = withoutProperties(row, fields)));
    if (row.property_name !== null) insert(image.properties!, propertyOf(row));
  }
  return [...images.values()];
}

/** Inserts a property in the order of names. Most come in this order, so that this costs less than to sort them. */
function insert(properties: Properties, property: Properties[number]): void {
  let place = properties.length;
  while (place > 0 && comparedTexts(properties[place - 1].name, property.name) > 0) place -= 1;
  if (place === properties.length) properties.push(property);
  else properties.splice(place, 0, property);
}

function withoutProperties(row: Row, fields: readonly string[]): ImageRow {
  const image = { id: row.id, properties: [] as unknown } as ImageRow;
  for (const field of fields) image[field] = row[field];
  return image;
}

function propertyOf(row: Row): Properties[number] {
  return { name: row.property_name as string, value: row.property_value as string };
}

/** Compares two images as the database does under our collation. Null is below every text. */
function compared(one: ImageRow, other: ImageRow, order: readonly Sort[]): number {
  for (const { key, direction } of order) {
    const difference = comparedTexts(textOf(one, key), textOf(other, key));
    if (difference !== 0) return direction === 'asc' ? difference : -difference;
  }
  return 0;
}

function textOf(image: ImageRow, key: SortKey): string | null {
  return image[key] as string | null;
}

/** Names hold no characters beyond the first 65,536, so code units sort as code points do. */
function comparedTexts(one: string | null, other: string | null): number {
  if (one === other) return 0;
  if (one === null) return -1;
  if (other === null) return 1;
  return one < other ? -1 : 1;
}
