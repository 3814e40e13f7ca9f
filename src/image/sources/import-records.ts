import type { Database, Transaction } from '../../database/database.js';
import type { Upload } from '../../store/store.js';
import type { ImportProgress } from '../records/image.js';

/** The records of running imports, which all gateways read. An import has its record for as long as its lease. */
export interface ImportRecords {
  /** @param url the address of the data; no secret in it is recorded */
  begin(transaction: Transaction, upload: Upload, url: string): Promise<void>;
  /** Records the progress. Returns false when the import is over: the image is no longer `saving`, or the record is gone. */
  recordProgress(upload: Upload, progress: ImportProgress): Promise<boolean>;
  /** Returns true for an image with a running import, on whichever gateway. */
  has(transaction: Transaction, imageId: string): Promise<boolean>;
}

export function importRecords(database: Database): ImportRecords {
  return {
    async begin(transaction, upload, url) {
      await transaction.change(
        'INSERT INTO gateway_imports (upload_id, image_id, bytes_received) VALUES (?, ?, 0)',
        [upload.id, upload.imageId],
      );
      if (transaction.laterTables.has('gateway_sources'))
        await transaction.change('REPLACE INTO gateway_sources (image_id, url) VALUES (?, ?)', [
          upload.imageId,
          withoutSecrets(url),
        ]);
    },

    async recordProgress(upload, { bytesReceived, size }) {
      const matched = await database.transaction((transaction) =>
        transaction.change(
          'UPDATE gateway_imports SET bytes_received = ?, size = ? WHERE upload_id = ? AND image_id IN ' +
            "(SELECT i.id FROM images i WHERE i.id = ? AND i.status = 'saving' AND i.deleted = 0)",
          [bytesReceived, size, upload.id, upload.imageId],
        ),
      );
      return matched > 0;
    },

    async has(transaction, imageId) {
      if (!transaction.hasGatewayTables) return false;
      const sql = 'SELECT upload_id FROM gateway_imports WHERE image_id = ?';
      return (await transaction.read(sql, [imageId])).length > 0;
    },
  };
}

/** User, query and fragment may give access to the data. */
function withoutSecrets(url: string): string {
  const shown = new URL(url);
  shown.username = shown.password = shown.search = shown.hash = '';
  return shown.href;
}
