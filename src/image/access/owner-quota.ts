import type { Database, Reader, Row, Transaction } from '../../database/database.js';
import type { Condition } from '../../database/dialect.js';
import type { Upload } from '../../store/store.js';
import { ImageError } from '../errors.js';

/** What one owner may have; undefined for no limit. */
export interface OwnerLimits {
  /** Bytes of images together. */
  readonly storage?: number;
  readonly images?: number;
  /** Uploads at once. */
  readonly uploads?: number;
}

/** What an owner has. Bytes are those of stored images, once for each place, and those that uploads have announced. */
export type OwnerUse = Readonly<Record<keyof OwnerLimits, number>>;

/**
 * Limits for all images of one owner together (contract C16). Each is checked in the transaction that uses it
 * up, while other transactions of the same owner wait: of two that fit only one by one, one is refused. Images
 * without an owner count as those of one owner, as in Glance.
 */
export interface OwnerQuota {
  readonly limits: OwnerLimits;
  use(owner: string | null): Promise<OwnerUse>;
  /** @throws ImageError IMAGE_QUOTA_EXCEEDED when the owner may have no further image */
  requireImage(transaction: Transaction, owner: string | null): Promise<void>;
  /**
   * Asks, before anything is sent, whether the owner may upload.
   *
   * @returns bytes that the owner may still store
   * @throws ImageError UPLOAD_QUOTA_EXCEEDED
   */
  requireUpload(transaction: Transaction, owner: string | null): Promise<number>;
  /** Keeps bytes for an upload that has announced them, for as long as it has its lease. */
  reserve(transaction: Transaction, upload: Upload, bytes: number): Promise<void>;
  /**
   * Asks, once the size of an image's data is known, whether it fits: bytes that nobody announced may have been
   * used up since.
   *
   * @throws ImageError STORAGE_QUOTA_EXCEEDED
   */
  requireRoom(transaction: Transaction, imageId: string, owner: string | null, bytes: number): Promise<void>;
  /**
   * Asks whether an image may become another owner's: with its data, and the upload that may be under way to it.
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
      await keepOthersOut(transaction, owner);
      refuseImage(await usedBy(transaction, owner));
    },

    async requireUpload(transaction, owner) {
      if (limits.storage === undefined && limits.uploads === undefined) return Infinity;
      await keepOthersOut(transaction, owner);
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
      await keepOthersOut(transaction, owner);
      refuseBytes(await usedBy(transaction, owner, imageId), bytes);
    },

    async requireTakeover(transaction, imageId, owner) {
      if (Object.values(limits).every((limit) => limit === undefined)) return;
      await keepOthersOut(transaction, owner);
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

/** Version 1 allows clients to create images as deleted; these count until their status is deleted too. */
const THERE = "(i.deleted = 0 OR i.status NOT IN ('deleted', 'pending_delete'))";

async function keepOthersOut(
  { dialect, hasGatewayTables, change }: Transaction,
  owner: string | null,
): Promise<void> {
  if (hasGatewayTables && dialect.lockOwner) await change(dialect.lockOwner, [owner ?? NOBODY]);
}

/** @param without an image that is left out of the bytes */
function usedBy(reader: QuotaReader, owner: string | null, without?: string): Promise<OwnerUse> {
  const only =
    owner === null ? { sql: 'i.owner IS NULL', values: [] } : reader.dialect.equalsExactly('i.owner', owner);
  return usedOf(reader, only, without);
}

type QuotaReader = Pick<Reader, 'read' | 'hasGatewayTables'> & Pick<Database, 'dialect'>;

/** What images `i` that meet a condition take up. */
async function usedOf(reader: QuotaReader, only: Condition, without = ''): Promise<OwnerUse> {
  const images = `SELECT COUNT(*) FROM images i WHERE ${only.sql} AND ${THERE}`;
  const bytes =
    'SELECT COALESCE(SUM(i.size), 0) FROM images i JOIN image_locations l ON l.image_id = i.id ' +
    `WHERE ${only.sql} AND ${THERE} AND i.status NOT IN ('killed', 'deleted') AND l.deleted = 0 AND i.id <> ?`;
  const [row] = await reader.read(`SELECT (${images}) AS images, (${bytes}) AS kept`, [
    ...only.values,
    ...only.values,
    without,
  ]);
  const { uploads, reserved } = reader.hasGatewayTables ? await underWay() : { uploads: 0, reserved: 0 };
  return {
    images: Number(row.images),
    storage: Number(row.kept) + Number(reserved),
    uploads: Number(uploads),
  };

  /** An image deleted while its data arrives counts until the upload has noticed: its bytes are still there. */
  async function underWay(): Promise<Row> {
    const [found] = await reader.read(
      'SELECT COUNT(*) AS uploads, COALESCE(SUM(CASE WHEN i.id <> ? THEN r.bytes ELSE 0 END), 0) AS reserved ' +
        'FROM gateway_uploads u JOIN images i ON i.id = u.image_id ' +
        `LEFT JOIN gateway_reservations r ON r.upload_id = u.id WHERE ${only.sql} AND i.status <> 'active'`,
      [without, ...only.values],
    );
    return found;
  }
}
