import type { Transaction } from '../../database/database.js';

/** The rows of an image's tags, in one transaction. The caller locks the image's row before it changes any of them. */
export interface TagRecords {
  /** Returns the live tags, each once. */
  of(imageId: string): Promise<string[]>;
  add(imageId: string, tags: readonly string[]): Promise<void>;
  /** @returns false when the image has none of the tags */
  remove(imageId: string, tags: readonly string[]): Promise<boolean>;
}

export function tagRecords({ dialect, read, change }: Transaction): TagRecords {
  const { now } = dialect;

  return {
    async of(imageId) {
      const sql = 'SELECT t.value AS value FROM image_tags t WHERE t.image_id = ? AND t.deleted = 0';
      const rows = await read(sql, [imageId]);
      return [...new Set(rows.map((row) => row.value as string))];
    },

    async add(imageId, tags) {
      if (tags.length === 0) return;
      const rows = tags.map(() => `(?, ?, 0, ${now}, ${now})`).join(', ');
      await change(
        `INSERT INTO image_tags (image_id, value, deleted, created_at, updated_at) VALUES ${rows}`,
        tags.flatMap((tag) => [imageId, tag]),
      );
    },

    async remove(imageId, tags) {
      if (tags.length === 0) return false;
      const each = tags.map((tag) => dialect.equalsExactly('value', tag));
      const removed = await change(
        `UPDATE image_tags SET deleted = 1, deleted_at = ${now}, updated_at = ${now} ` +
          `WHERE image_id = ? AND deleted = 0 AND (${each.map(({ sql }) => sql).join(' OR ')})`,
        [imageId, ...each.flatMap(({ values }) => values)],
      );
      return removed > 0;
    },
  };
}
