import type { Database, Reader, Transaction } from '../../database/database.js';
import type { Condition } from '../../database/dialect.js';
import type { Upload } from '../../store/store.js';
import { ImageError } from '../errors.js';
import { countedUse, imagesOf, sumsOf } from './owner-use.js';

/** The quotas of one owner; undefined for no limit. */
export interface OwnerLimits {
  /** Bytes of all images. */
  readonly storage?: number;
  readonly images?: number;
  /** Uploads at once. */
  readonly uploads?: number;
}

/** The use of one owner. The bytes are those of stored images, once for each live location, and those that uploads reserve. */
export type OwnerUse = Readonly<Record<keyof OwnerLimits, number>>;

/**
 * The quotas of owners (contract C16). A transaction checks a quota and uses it up, while other transactions of the same
 * owner wait: when only one of two fits, the other is refused. All images without an owner share one quota, as in Glance.
 */
export interface OwnerQuota {
  readonly limits: OwnerLimits;
  use(owner: string | null): Promise<OwnerUse>;
  /** @throws ImageError IMAGE_QUOTA_EXCEEDED when the owner may have no further image */
  requireImage(transaction: Transaction, owner: string | null): Promise<void>;
  /**
   * Checks whether the owner may upload, before any data is sent.
   *
   * @returns the bytes that the owner may still store
   * @throws ImageError UPLOAD_QUOTA_EXCEEDED
   */
  requireUpload(transaction: Transaction, owner: string | null): Promise<number>;
  /** Reserves declared bytes for an upload, for as long as it has its lease. */
  reserve(transaction: Transaction, upload: Upload, bytes: number): Promise<void>;
  /**
   * Checks whether an image's data fits, once its size is known: other uploads may have used up bytes that were not
   * reserved.
   *
   * @throws ImageError STORAGE_QUOTA_EXCEEDED
   */
  requireRoom(transaction: Transaction, imageId: string, owner: string | null, bytes: number): Promise<void>;
  /**
   * Checks whether an image may become another owner's, with its data and a running upload.
   *
   * @throws ImageError IMAGE_QUOTA_EXCEEDED, STORAGE_QUOTA_EXCEEDED, UPLOAD_QUOTA_EXCEEDED
   */
  requireTakeover(transaction: Transaction, imageId: string, owner: string | null): Promise<void>;
}

export function ownerQuota(database: Database, limits: OwnerLimits): OwnerQuota {
  return {
    limits,

    use: (owner) => usedBy(database, owner),

    async requireImage(transaction, owner) {
      if (limits.images === undefined) return;
      await lockOwner(transaction, owner);
      refuseImage(await usedBy(transaction, owner));
    },

    async requireUpload(transaction, owner) {
      if (limits.storage === undefined && limits.uploads === undefined) return Infinity;
      await lockOwner(transaction, owner);
      const use = await usedBy(transaction, owner);
      refuseUpload(use);
      return limits.storage === undefined ? Infinity : Math.max(0, limits.storage - use.storage);
    },

    async reserve(transaction, upload, bytes) {
      if (limits.storage === undefined || bytes === 0) return;
      const sql = 'INSERT INTO gateway_reservations (upload_id, bytes) VALUES (?, ?)';
      await transaction.change(sql, [upload.id, bytes]);
    },

    async requireRoom(transaction, imageId, owner, bytes) {
      if (limits.storage === undefined) return;
      await lockOwner(transaction, owner);
      refuseBytes(await usedBy(transaction, owner, imageId), bytes);
    },

    async requireTakeover(transaction, imageId, owner) {
      if (Object.values(limits).every((limit) => limit === undefined)) return;
      await lockOwner(transaction, owner);
      const use = await usedBy(transaction, owner);
      const taken = await usedOf(transaction, { sql: 'i.id = ?', values: [imageId] });
      refuseImage(use);
      refuseBytes(use, taken.storage);
      if (taken.uploads > 0) refuseUpload(use);
    },
  };

  function refuseImage({ images }: OwnerUse): void {
    if (limits.images === undefined || images < limits.images) return;
    throw new ImageError('IMAGE_QUOTA_EXCEEDED', { attempted: images + 1, maximum: limits.images });
  }

  function refuseUpload({ uploads }: OwnerUse): void {
    if (limits.uploads === undefined || uploads < limits.uploads) return;
    throw new ImageError('UPLOAD_QUOTA_EXCEEDED', { maximum: limits.uploads });
  }

  function refuseBytes({ storage }: OwnerUse, bytes: number): void {
    if (limits.storage === undefined || storage + bytes <= limits.storage) return;
    const remaining = Math.max(0, limits.storage - storage);
    throw new ImageError('STORAGE_QUOTA_EXCEEDED', { remaining, size: bytes, why: 'known' });
  }
}

/** The key of the lock for images without an owner. */
const NOBODY = '';

async function lockOwner(
  { dialect, hasGatewayTables, change }: Transaction,
  owner: string | null,
): Promise<void> {
  if (hasGatewayTables && dialect.lockOwner) await change(dialect.lockOwner, [owner ?? NOBODY]);
}

type QuotaReader = Pick<Reader, 'read' | 'hasGatewayTables' | 'tables'> & Pick<Database, 'dialect'>;

/**
 * Returns the use of an owner: by the counters on our own tables, and by sums on Glance's, where a live Glance changes
 * images too and keeps no counters.
 *
 * @param without the id of an image whose bytes do not count
 */
async function usedBy(reader: Reader, owner: string | null, without?: string): Promise<OwnerUse> {
  const only = imagesOf(owner, reader);
  if (reader.tables === 'glance') return usedOf(reader, only, without);
  const counted = await countedUse(reader, owner);
  const left =
    without === undefined
      ? 0
      : await bytesOf(reader, { sql: `i.id = ? AND ${only.sql}`, values: [without, ...only.values] });
  const { uploads, reserved } = await underWay(reader, only, without);
  return { images: counted.images, storage: counted.bytes - left + reserved, uploads };
}

/** Returns the use of the images (alias `i`) that meet a condition. */
async function usedOf(reader: QuotaReader, only: Condition, without = ''): Promise<OwnerUse> {
  const [row] = await reader.read(sumsOf(only.sql).images, only.values);
  const others = { sql: `${only.sql} AND i.id <> ?`, values: [...only.values, without] };
  const bytes = await bytesOf(reader, others);
  const { uploads, reserved } = await underWay(reader, only, without);
  return { images: Number(row.images), storage: bytes + reserved, uploads };
}

async function bytesOf(reader: QuotaReader, only: Condition): Promise<number> {
  const [row] = await reader.read(sumsOf(only.sql).bytes, only.values);
  return Number(row.bytes);
}

/**
 * Returns the uploads of the images that meet a condition, and the bytes that they reserve. An image that is deleted during
 * its upload counts until the upload notices: the bytes are still in the store.
 */
async function underWay(
  reader: QuotaReader,
  only: Condition,
  without = '',
): Promise<{ uploads: number; reserved: number }> {
  if (!reader.hasGatewayTables) return { uploads: 0, reserved: 0 };
  const [found] = await reader.read(
    'SELECT COUNT(*) AS uploads, COALESCE(SUM(CASE WHEN i.id <> ? THEN r.bytes ELSE 0 END), 0) AS reserved ' +
      'FROM gateway_uploads u JOIN images i ON i.id = u.image_id ' +
      `LEFT JOIN gateway_reservations r ON r.upload_id = u.id WHERE ${only.sql} AND i.status <> 'active'`,
    [without, ...only.values],
  );
  return { uploads: Number(found.uploads), reserved: Number(found.reserved) };
}
