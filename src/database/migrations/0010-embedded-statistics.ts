import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Table → index → rows in all, and rows with one value of each further column. */
const STATISTICS: Record<string, Record<string, string>> = {
  image_properties: {
    ix_image_properties_deleted: '1000000 1000000',
    ix_image_properties_image_id: '1000000 4',
    ix_image_properties_image_id_name: '1000000 4 1',
  },
  image_members: {
    ix_image_members_deleted: '1000000 1000000',
    ix_image_members_image_id: '1000000 4',
  },
  image_tags: {
    ix_image_tags_image_id: '1000000 4',
    ix_image_tags_image_id_tag_value: '1000000 4 1',
  },
  image_locations: {
    ix_image_locations_deleted: '1000000 1000000',
    ix_image_locations_image_id: '1000000 2',
  },
};

/**
 * Tells SQLite that few rows belong to one image, and that nearly all rows are live. Without statistics it takes both for
 * equally rare, and may read all live rows for one image. Statistics of its own would change with the rows, and the plans
 * with them.
 */
export class EmbeddedStatistics1764750000000 implements MigrationInterface {
  name = 'EmbeddedStatistics1764750000000';

  async up(runner: QueryRunner): Promise<void> {
    if (runner.connection.options.type === 'mysql') return;
    // Makes the table of statistics.
    await runner.query('ANALYZE sqlite_schema');
    for (const [table, indexes] of Object.entries(STATISTICS)) {
      await runner.query('DELETE FROM sqlite_stat1 WHERE tbl = ?', [table]);
      for (const [index, statistics] of Object.entries(indexes))
        await runner.query('INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (?, ?, ?)', [
          table,
          index,
          statistics,
        ]);
    }
    // Makes this connection read the table.
    await runner.query('ANALYZE sqlite_schema');
  }

  async down(): Promise<void> {
    throw new Error('The older program works with the statistics, so they stay.');
  }
}
