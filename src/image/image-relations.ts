import type { Row, Value } from '../database/database.js';
import type { ImageRow } from './image-columns.js';

/** What can be read from: the database, or a transaction on it. */
export interface Reader {
  read(sql: string, values?: readonly Value[]): Promise<Row[]>;
}

/** Gives every image its properties, sorted by name, in one statement. */
export async function readProperties(reader: Reader, images: readonly ImageRow[]): Promise<void> {
  const rows = await ofImages(
    reader,
    images,
    (ids) =>
      'SELECT p.image_id AS imageId, p.name AS name, p.value AS value FROM image_properties p ' +
      `WHERE p.image_id IN (${ids}) AND p.deleted = 0 ORDER BY p.image_id, p.name`,
  );
  const byImage = new Map<string, ImageRow>();
  for (const image of images) {
    image.properties = [];
    byImage.set(image.id, image);
  }
  for (const row of rows) {
    byImage
      .get(row.imageId as string)
      ?.properties?.push(row as unknown as { name: string; value: string | null });
  }
}

/** Gives every image the reason why it is killed, null for the others, in one statement. */
export async function readFailures(reader: Reader, images: readonly ImageRow[]): Promise<void> {
  const killed = images.filter((image) => image.status === 'killed');
  const rows = await ofImages(
    reader,
    killed,
    (ids) =>
      `SELECT f.image_id AS imageId, f.reason AS reason FROM gateway_failures f WHERE f.image_id IN (${ids})`,
  );
  const reasons = new Map(rows.map((row) => [row.imageId, row.reason as string]));
  for (const image of killed) image.statusReason = reasons.get(image.id) ?? null;
}

async function ofImages(
  reader: Reader,
  images: readonly ImageRow[],
  statement: (ids: string) => string,
): Promise<Row[]> {
  if (images.length === 0) return [];
  return reader.read(
    statement(images.map(() => '?').join(', ')),
    images.map(({ id }) => id),
  );
}
