import type { PropertyChanges } from '../access/property-protection.js';
import type { Transaction, Value } from '../../database/database.js';
import { driverErrorKind } from '../../database/error-codes.js';
import { ALWAYS, type Condition } from '../../database/dialect.js';
import { ImageError } from '../errors.js';
import { statusesBefore, type Status, type StatusBefore } from '../status.js';
import { recordAudience } from './audience-records.js';
import { Image } from './image.js';
import type { ImageColumns, ImageRow } from './image-columns.js';
import { ImageProperty } from './image-property.js';
import { readProperties } from './image-relations.js';
import { memberRecords, repeatsOf } from './member-records.js';
import { countChange, countNew } from '../access/owner-use.js';

/** The columns of an image that a change can set. */
export type ImageValues = Partial<
  Pick<
    Image,
    | 'name'
    | 'status'
    | 'diskFormat'
    | 'containerFormat'
    | 'size'
    | 'virtualSize'
    | 'checksum'
    | 'hashAlgorithm'
    | 'hashValue'
    | 'minDisk'
    | 'minRam'
    | 'owner'
    | 'visibility'
    | 'protected'
    | 'hidden'
    | 'deleted'
    | 'createdAt'
    | 'updatedAt'
    | 'deletedAt'
  >
>;

/**
 * The rows of an image, in one transaction. They follow the rules of the layout only: the rules of images are in
 * `image-service.ts`, and a trusted peer runs Glance's rules itself.
 */
export interface ImageRecords {
  /** @throws ImageError IMAGE_ID_TAKEN, also for the id of a deleted image */
  insert(id: string, values: ImageValues, properties: ReadonlyMap<string, string | null>): Promise<void>;
  /**
   * Locks an image until the transaction ends, and returns it with all its columns. On a cluster beside a Glance, the lock
   * holds on one node only until the gateway's own tables exist.
   *
   * @param only a further condition on the images table, alias `i`
   */
  lock(id: string, only?: Condition): Promise<ImageRow | undefined>;
  /** Returns the image as it is now, with all its columns and properties. */
  read(id: string): Promise<ImageRow>;
  /** Changes an image and its time of change. */
  change(id: string, values: ImageValues): Promise<void>;
  /**
   * Changes the status of an image by compare-and-set, and other values with it.
   *
   * @param from the only statuses in which the change happens; by default all that the table of steps has
   * @returns false when the image was in another status, and nothing was changed
   */
  changeStatus<To extends Status>(
    id: string,
    to: To,
    values?: Omit<ImageValues, 'status'>,
    from?: readonly StatusBefore<To>[],
  ): Promise<boolean>;
  changeProperties(id: string, changes: PropertyChanges): Promise<void>;
  propertyNames(id: string): Promise<string[]>;
  /** Returns the live properties; with names, only those that the database's collation equates with one of the names. */
  properties(id: string, names?: readonly string[]): Promise<Map<string, string | null>>;
  /**
   * Flags the image deleted, and its properties, members, locations and tags with it.
   *
   * @param locations the new status of its locations
   */
  flagDeleted(id: string, locations: 'deleted' | 'pending_delete'): Promise<void>;
}

export function imageRecords(transaction: Transaction, columns: ImageColumns): ImageRecords {
  const { dialect, entities } = transaction;
  const now = () => dialect.now;
  const all = columns.select(columns.all);

  return {
    async insert(id, values, properties) {
      const defaults = {
        size: dialect.unknownSize,
        minDisk: 0,
        minRam: 0,
        protected: false,
        hidden: false,
        deleted: false,
      };
      await entities
        .createQueryBuilder()
        .insert()
        .into(Image)
        .values({ ...defaults, createdAt: now, updatedAt: now, ...withoutUndefined(values), id })
        .updateEntity(false)
        .execute()
        .catch((error: unknown) => {
          if (driverErrorKind(error) === 'duplicate') throw new ImageError('IMAGE_ID_TAKEN', { id });
          throw error;
        });
      countNew(transaction, id, values);
      await setProperties(id, properties);
    },

    async lock(id, only = ALWAYS) {
      const wanted = dialect.imageIs(id);
      const sql = `SELECT ${all} FROM images i WHERE ${wanted.sql} AND ${only.sql}${dialect.forUpdate}`;
      const [row] = await transaction.read(sql, [...wanted.values, ...only.values]);
      if (row && dialect.lockImage && transaction.hasGatewayTables)
        await transaction.change(dialect.lockImage, [row.id]);
      return row as ImageRow | undefined;
    },

    async read(id) {
      const rows = (await transaction.read(`SELECT ${all} FROM images i WHERE i.id = ?`, [id])) as ImageRow[];
      await readProperties(transaction, rows);
      return rows[0];
    },

    async change(id, values) {
      await recordAudience(transaction, id, values);
      if (countsFor(values)) await countChange(transaction, id);
      await update(id, values).execute();
    },

    async changeStatus(id, status, values = {}, from = statusesBefore(status)) {
      if (ENDS.has(status) || countsFor(values)) await countChange(transaction, id);
      const step = update(id, { ...withoutUndefined(values), status }).andWhere('status IN (:...from)', {
        from,
      });
      // While its data waits for the scrub, an image is flagged already.
      if (!(from as readonly Status[]).includes('pending_delete')) step.andWhere('deleted = 0');
      const { affected } = await step.execute();
      return Number(affected) > 0;
    },

    async changeProperties(id, { set, remove }) {
      await setProperties(id, set);
      const named = remove === 'others' ? [...set.keys()] : remove;
      if (remove !== 'others' && named.length === 0) return;
      const which =
        named.length === 0 ? '' : ` AND name ${remove === 'others' ? 'NOT ' : ''}IN (${marks(named)})`;
      await transaction.change(
        `UPDATE image_properties SET deleted = 1, deleted_at = ${dialect.now}, updated_at = ${dialect.now} ` +
          `WHERE image_id = ? AND deleted = 0${which}`,
        [id, ...named],
      );
    },

    async propertyNames(id) {
      const sql = 'SELECT name FROM image_properties WHERE image_id = ? AND deleted = 0 ORDER BY id';
      return (await transaction.read(sql, [id])).map((row) => row.name as string);
    },

    async properties(id, names) {
      if (names?.length === 0) return new Map();
      const among = names ? ` AND name IN (${marks(names)})` : '';
      const sql = `SELECT name, value FROM image_properties WHERE image_id = ? AND deleted = 0${among} ORDER BY id`;
      const rows = await transaction.read(sql, [id, ...(names ?? [])]);
      return new Map(rows.map(({ name, value }) => [String(name), value as string | null]));
    },

    async flagDeleted(id, locations) {
      await countChange(transaction, id);
      // The unique key includes the time of deletion: two rows of one tenant, as version 1 may make, would break it.
      const members = memberRecords(transaction);
      await members.removeRepeated(repeatsOf(await members.of(id)));
      const flag = `deleted = 1, deleted_at = ${dialect.now}, updated_at = ${dialect.now}`;
      for (const [table, status] of [
        ['image_properties', ''],
        ['image_members', ''],
        ['image_locations', `, status = '${locations}'`],
        ['image_tags', ''],
      ]) {
        await transaction.change(`UPDATE ${table} SET ${flag}${status} WHERE image_id = ? AND deleted = 0`, [
          id,
        ]);
      }
      await transaction.change(`UPDATE images SET ${flag} WHERE id = ?`, [id]);
    },
  };

  function update(id: string, values: ImageValues) {
    return entities
      .createQueryBuilder()
      .update(Image)
      .set({ ...values, updatedAt: now })
      .where('id = :id', { id })
      .updateEntity(false);
  }

  /** Adds, changes and revives properties in one statement. */
  async function setProperties(id: string, properties: ReadonlyMap<string, string | null>): Promise<void> {
    if (properties.size === 0) return;
    const rows = [...properties].map(([name, value]) => ({
      imageId: id,
      name,
      value,
      deleted: false,
      deletedAt: null,
      createdAt: now,
      updatedAt: now,
    }));
    await entities
      .createQueryBuilder()
      .insert()
      .into(ImageProperty)
      .values(rows)
      .orUpdate(['value', 'deleted', 'deleted_at', 'updated_at'], ['image_id', 'name'])
      .updateEntity(false)
      .execute();
  }
}

/** The statuses of images that no longer use all that they used before. */
const ENDS = new Set<Status>(['killed', 'pending_delete', 'deleted']);

/** Returns true for values on which the use of the owner's quota depends. */
function countsFor({ owner, size, status, deleted }: ImageValues): boolean {
  return [owner, size, status, deleted].some((value) => value !== undefined);
}

/** Removes undefined values, which would hide the defaults. */
function withoutUndefined(values: ImageValues): ImageValues {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

function marks(values: readonly Value[]): string {
  return values.map(() => '?').join(', ');
}
