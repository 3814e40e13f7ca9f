import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Database, Transaction } from '../../database/database.js';
import type { Upload } from '../../store/store.js';

/** A lease as a gateway saw it. A renewal changes the deadline, and a gateway that takes the lease over also the node. */
export interface Lease extends Upload {
  readonly node: string;
  readonly deadline: string;
}

/**
 * The leases of uploads: which gateway fills an image, and until when the other gateways leave it alone. The deadlines
 * are by the clock of the database's node that the gateway uses. The clocks of a cluster's nodes may differ, so a passed
 * deadline only makes a lease suspect: see `unrenewedLeases`.
 */
export interface UploadLeases {
  /** Seconds until the deadline of a lease that is not renewed. */
  readonly seconds: number;
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
  /** Marks an upload as running in this process, until the returned function is called. */
  hold(upload: Upload): () => void;
  /**
   * Returns the leases with a suspect deadline, the oldest first: one that has passed, or one farther ahead than any
   * gateway can set it. Omits the uploads that run in this process.
   */
  suspect(): Promise<Lease[]>;
  /** Takes over a lease that is still as it was seen. Returns false when it was renewed, or another gateway was first. */
  takeOver(lease: Lease): Promise<boolean>;
  /** Returns the upload ids that have a lease, on any node of a cluster. */
  known(uploadIds: readonly string[]): Promise<Set<string>>;
}

/** Returns a name that is unique to this process and tells an operator where it runs. */
export function nodeName(): string {
  return `${hostname()}:${process.pid}:${randomUUID()}`;
}

/** Seconds of the longest lease that can be configured. A deadline beyond it comes from a clock that was wrong. */
export const LONGEST_LEASE = 86_400;

/**
 * @param node the name of this gateway
 * @param seconds the time until the deadline of a lease that is not renewed
 */
export function uploadLeases(database: Database, node: string, seconds: number): UploadLeases {
  const { now, nowPlusSeconds } = database.dialect;
  const change = (sql: string, values: (string | number)[]) =>
    database.transaction((transaction) => transaction.change(sql, values));

  const held = new Set<string>();

  return {
    seconds,
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

    hold({ id }) {
      held.add(id);
      return () => void held.delete(id);
    },

    async suspect() {
      const rows = await database.read(
        'SELECT id, image_id AS imageId, node, deadline FROM gateway_uploads ' +
          `WHERE deadline < ${now} OR deadline > ${nowPlusSeconds} ORDER BY deadline`,
        [LONGEST_LEASE],
      );
      return (rows as unknown as Lease[]).filter(({ id }) => !held.has(id));
    },

    takeOver: async ({ id, node: holder, deadline }) =>
      (await change(
        `UPDATE gateway_uploads SET node = ?, deadline = ${nowPlusSeconds} WHERE id = ? AND node = ? AND deadline = ?`,
        [node, seconds, id, holder, deadline],
      )) > 0,

    async known(uploadIds) {
      if (uploadIds.length === 0) return new Set();
      const marks = uploadIds.map(() => '?').join(', ');
      const sql = `SELECT id FROM gateway_uploads WHERE id IN (${marks})`;
      const rows = await database.read(database.dialect.latest(sql), uploadIds);
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
