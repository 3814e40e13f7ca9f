import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Database, Transaction } from '../../database/database.js';
import type { Upload } from '../../store/store.js';

/**
 * The leases of uploads: which gateway fills an image, and until when the other gateways leave it alone. The deadlines
 * are by the database's clock, which all gateways share.
 */
export interface UploadLeases {
  /** Seconds between two renewals. */
  readonly heartbeat: number;
  begin(transaction: Transaction, upload: Upload): Promise<void>;
  /**
   * Renews a lease.
   *
   * @returns false when the upload is over: the image is no longer `saving`, or the lease is gone or another gateway's
   */
  renew(upload: Upload): Promise<boolean>;
  renewWithin(transaction: Transaction, upload: Upload): Promise<boolean>;
  /** Ends a lease, unless another gateway has taken it over. */
  end(upload: Upload): Promise<void>;
  endWithin(transaction: Transaction, upload: Upload): Promise<void>;
  /** Returns the uploads whose deadline has passed, the oldest first. */
  expired(limit: number): Promise<Upload[]>;
  /** Takes over an expired lease. Returns false when another gateway was first. */
  takeOver(upload: Upload): Promise<boolean>;
  /** Returns the upload ids that have a lease. */
  known(uploadIds: readonly string[]): Promise<Set<string>>;
}

/** Returns a name that is unique to this process and tells an operator where it runs. */
export function nodeName(): string {
  return `${hostname()}:${process.pid}:${randomUUID()}`;
}

/**
 * @param node the name of this gateway
 * @param seconds the time until the deadline of a lease that is not renewed
 */
export function uploadLeases(database: Database, node: string, seconds: number): UploadLeases {
  const { now, nowPlusSeconds } = database.dialect;
  const change = (sql: string, values: (string | number)[]) =>
    database.transaction((transaction) => transaction.change(sql, values));

  return {
    heartbeat: seconds / 3,

    async begin(transaction, upload) {
      await transaction.change(
        'INSERT INTO gateway_uploads (id, image_id, node, created_at, deadline) ' +
          `VALUES (?, ?, ?, ${now}, ${nowPlusSeconds})`,
        [upload.id, upload.imageId, node, seconds],
      );
    },

    renew: (upload) => database.transaction((transaction) => renewWithin(transaction, upload)),
    renewWithin,

    end: (upload) => database.transaction((transaction) => endWithin(transaction, upload)),
    endWithin,

    async expired(limit) {
      const rows = await database.read(
        `SELECT id, image_id AS imageId FROM gateway_uploads WHERE deadline < ${now} ORDER BY deadline LIMIT ${limit}`,
      );
      return rows.map((row) => ({ id: String(row.id), imageId: String(row.imageId) }));
    },

    takeOver: async (upload) =>
      (await change(
        `UPDATE gateway_uploads SET node = ?, deadline = ${nowPlusSeconds} WHERE id = ? AND deadline < ${now}`,
        [node, seconds, upload.id],
      )) > 0,

    async known(uploadIds) {
      if (uploadIds.length === 0) return new Set();
      const marks = uploadIds.map(() => '?').join(', ');
      const rows = await database.read(`SELECT id FROM gateway_uploads WHERE id IN (${marks})`, uploadIds);
      return new Set(rows.map((row) => String(row.id)));
    },
  };

  async function renewWithin(transaction: Transaction, { id, imageId }: Upload): Promise<boolean> {
    const renewed = await transaction.change(
      `UPDATE gateway_uploads SET deadline = ${nowPlusSeconds} WHERE id = ? AND node = ? ` +
        "AND image_id IN (SELECT i.id FROM images i WHERE i.id = ? AND i.status = 'saving' AND i.deleted = 0)",
      [seconds, id, node, imageId],
    );
    return renewed > 0;
  }

  async function endWithin(transaction: Transaction, { id }: Upload): Promise<void> {
    const ours = await transaction.change('DELETE FROM gateway_uploads WHERE id = ? AND node = ?', [
      id,
      node,
    ]);
    // The gateway that has taken the lease over still has to settle the upload.
    if (ours === 0) return;
    await transaction.change('DELETE FROM gateway_reservations WHERE upload_id = ?', [id]);
    await transaction.change('DELETE FROM gateway_imports WHERE upload_id = ?', [id]);
  }
}
