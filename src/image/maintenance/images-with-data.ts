import type { Database, Reader } from '../../database/database.js';
import { ImageError } from '../errors.js';
import { imageColumns, type ImageRow } from '../records/image-columns.js';
import { CHARACTERS } from '../column-sizes.js';
import { readLocations } from '../records/location-records.js';
import { fits } from '../text.js';
import { retryWhileAway } from '../../database/retry-while-away.js';

const BATCH = 100;

/** An image with the facts of its data, and its active locations as rows hold them. */
export type ImageWithData = ImageRow & { locations: string[] };

/** Images with data: not those that are `saving`, or wait for the scrub. */
export interface ImagesWithData {
  /**
   * Returns the number of images, and the bytes in their records.
   *
   * @throws ImageError IMAGE_NOT_FOUND, IMAGE_NOT_ACTIVE for a requested id without data
   */
  total(): Promise<{ images: number; bytes: number }>;
  /** Yields the images one by one. Reads them in batches. */
  each(): AsyncGenerator<ImageWithData>;
  /** Returns an image as it is now; undefined when it no longer has data. */
  again(reader: Reader, id: string): Promise<ImageWithData | undefined>;
}

/** @param named the ids of the images; undefined for all */
export function imagesWithData(database: Database, named: readonly string[] | undefined): ImagesWithData {
  const fields = imageColumns(database).select([
    'id',
    'status',
    'size',
    'checksum',
    'hashAlgorithm',
    'hashValue',
    'diskFormat',
    'containerFormat',
  ]);
  const ids = named && [...new Set(named)];

  return {
    async total() {
      if (!ids) {
        const [row] = await database.read(
          `SELECT COUNT(*) AS images, COALESCE(SUM(i.size), 0) AS bytes FROM images i WHERE ${HAS_DATA}`,
        );
        return { images: Number(row.images), bytes: Number(row.bytes) };
      }
      let bytes = 0;
      for (const batch of slices(ids)) {
        const found = new Map((await rowsOf(batch)).map((image) => [image.id, image]));
        for (const id of batch) {
          const image = found.get(id);
          if (!image) throw await whyNot(id);
          bytes += Number(image.size ?? 0);
        }
      }
      return { images: ids.length, bytes };
    },

    async *each() {
      if (ids) {
        for (const batch of slices(ids)) yield* await located(database, await rowsOf(batch));
        return;
      }
      const next = (after: string) => retryWhileAway(async () => located(database, await rowsBehind(after)));
      for (let batch = await next(''); batch.length > 0; batch = await next(batch.at(-1)!.id)) yield* batch;
    },

    async again(reader, id) {
      const rows = await reader.read(`SELECT ${fields} FROM images i WHERE ${HAS_DATA} AND i.id = ?`, [id]);
      return (await located(reader, rows as ImageRow[]))[0];
    },
  };

  async function rowsBehind(after: string): Promise<ImageRow[]> {
    const sql = `SELECT ${fields} FROM images i WHERE ${HAS_DATA} AND i.id > ? ORDER BY i.id LIMIT ${BATCH}`;
    return (await database.read(sql, [after])) as ImageRow[];
  }

  async function rowsOf(batch: readonly string[]): Promise<ImageRow[]> {
    const known = batch.filter((id) => fits(id, CHARACTERS.id));
    if (known.length === 0) return [];
    const wanted = known.map((id) => database.dialect.imageIs(id));
    const any = wanted.map(({ sql }) => sql).join(' OR ');
    const sql = `SELECT ${fields} FROM images i WHERE ${HAS_DATA} AND (${any}) ORDER BY i.id`;
    return (await database.read(
      sql,
      wanted.flatMap(({ values }) => values),
    )) as ImageRow[];
  }

  async function whyNot(id: string): Promise<ImageError> {
    const wanted = database.dialect.imageIs(id);
    const sql = `SELECT i.status AS status FROM images i WHERE ${wanted.sql}`;
    const [row] = fits(id, CHARACTERS.id) ? await database.read(sql, wanted.values) : [];
    if (!row) return new ImageError('IMAGE_NOT_FOUND', { id });
    return new ImageError('IMAGE_NOT_ACTIVE', { id, imageStatus: String(row.status) });
  }
}

async function located(reader: Reader, images: ImageRow[]): Promise<ImageWithData[]> {
  const all = await readLocations(reader, images);
  return images.map((image) => {
    const active = all.get(image.id)!.filter(({ status }) => status === 'active');
    return Object.assign(image, { locations: active.map(({ url }) => url) });
  });
}

const HAS_DATA = "i.status IN ('active', 'deactivated') AND i.deleted = 0";

function* slices(ids: readonly string[]): Generator<readonly string[]> {
  for (let at = 0; at < ids.length; at += BATCH) yield ids.slice(at, at + BATCH);
}
