import type { Database, Transaction } from '../../database/database.js';
import type { Upload } from '../../store/store.js';
import type { ImportProgress } from '../records/image.js';

/** The progress of one running upload. */
export interface RunningProgress extends ImportProgress {
  readonly upload: Upload;
}

/**
 * The records of the progress of uploads, which all gateways read. An upload of less than a second has none. A record
 * counts only while its upload has a lease.
 */
export interface ProgressRecords {
  /** Records the progress of uploads, and removes the records of uploads that are over. */
  record(advanced: readonly RunningProgress[], over: readonly Upload[]): Promise<void>;
  /** Returns a function that returns the images whose data has advanced at other gateways since its last call. */
  followOthers(): () => Promise<string[]>;
}

/** @param node the name of this gateway */
export function progressRecords(database: Database, node: string): ProgressRecords {
  const hasTable = database.laterTables.has('gateway_progress');

  return {
    async record(advanced, over) {
      if (!hasTable) return;
      await database.transaction(async (transaction) => {
        if (advanced.length > 0) {
          await transaction.change(
            'REPLACE INTO gateway_progress (upload_id, image_id, bytes_received, size) VALUES ' +
              advanced.map(() => '(?, ?, ?, ?)').join(', '),
            advanced.flatMap(({ upload, bytesReceived, size }) => [
              upload.id,
              upload.imageId,
              bytesReceived,
              size,
            ]),
          );
        }
        if (over.length > 0) {
          await transaction.change(
            `DELETE FROM gateway_progress WHERE upload_id IN (${over.map(() => '?').join(', ')})`,
            over.map(({ id }) => id),
          );
        }
      });
    },

    followOthers() {
      let known = new Map<string, number>();
      return async () => {
        if (!hasTable) return [];
        const rows = await database.read(
          'SELECT p.image_id AS imageId, p.bytes_received AS bytesReceived FROM gateway_progress p ' +
            'JOIN gateway_uploads u ON u.id = p.upload_id WHERE u.node <> ?',
          [node],
        );
        const now = new Map(rows.map((row) => [row.imageId as string, Number(row.bytesReceived)]));
        const advanced = [...now].filter(([id, bytes]) => known.get(id) !== bytes);
        known = now;
        return advanced.map(([id]) => id);
      };
    },
  };
}

/** Removes the records of uploads whose gateways died. */
export async function forgetProgress(transaction: Transaction): Promise<void> {
  if (!transaction.laterTables.has('gateway_progress')) return;
  await transaction.change(
    'DELETE FROM gateway_progress WHERE upload_id NOT IN (SELECT u.id FROM gateway_uploads u)',
  );
}
