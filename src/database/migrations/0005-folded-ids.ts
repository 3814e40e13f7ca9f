import type { MigrationInterface, QueryRunner } from 'typeorm';
import { MigrationRefused } from '../migration-lock.js';

/** Makes image ids unique without regard to letter case, as Glance's own tables on MySQL have them. */
export class FoldedIds1764300000000 implements MigrationInterface {
  name = 'FoldedIds1764300000000';

  async up(runner: QueryRunner): Promise<void> {
    await refuseTwins(runner);
    if (runner.connection.options.type !== 'mysql') {
      await runner.query(
        'CREATE UNIQUE INDEX IF NOT EXISTS `gateway_images_folded` ON `images` (lower(`id`))',
      );
      return;
    }
    if (await hasColumn(runner)) return;
    // Adds a column, since MariaDB cannot index an expression.
    await runner.query(
      'ALTER TABLE `images` ADD COLUMN `gateway_folded_id` varchar(36) GENERATED ALWAYS AS (lower(`id`)) VIRTUAL, ' +
        'ADD UNIQUE KEY `gateway_images_folded` (`gateway_folded_id`)',
    );
  }

  async down(): Promise<void> {
    throw new Error('The older program works with the index, so the index stays.');
  }
}

/** Refuses, since only an operator can decide which of two images gets another id. */
async function refuseTwins(runner: QueryRunner): Promise<void> {
  const twins: { first: string; last: string }[] = await runner.query(
    'SELECT MIN(id) AS first, MAX(id) AS last FROM images GROUP BY lower(id) HAVING COUNT(*) > 1 LIMIT 5',
  );
  if (twins.length === 0) return;
  const pairs = twins.map(({ first, last }) => `${first} and ${last}`).join(', ');
  throw new MigrationRefused(
    `Image ids must be unique without regard to letter case, and these ids differ only in case: ${pairs}. ` +
      'Give one image of each pair another id in the database, or remove its row, also if it is deleted; then run this again.',
  );
}

async function hasColumn(runner: QueryRunner): Promise<boolean> {
  const rows: unknown[] = await runner.query(
    'SELECT 1 AS found FROM information_schema.columns WHERE table_schema = DATABASE() ' +
      "AND table_name = 'images' AND column_name = 'gateway_folded_id'",
  );
  return rows.length > 0;
}
