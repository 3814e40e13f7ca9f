import type { MigrationInterface, QueryRunner } from 'typeorm';
import { MigrationRefused } from '../migrate.js';

/** One space of image ids without letter case, as Glance's own tables on MySQL have it. */
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
    // A column, since MariaDB has no index of an expression.
    await runner.query(
      'ALTER TABLE `images` ADD COLUMN `gateway_folded_id` varchar(36) GENERATED ALWAYS AS (lower(`id`)) VIRTUAL, ' +
        'ADD UNIQUE KEY `gateway_images_folded` (`gateway_folded_id`)',
    );
  }

  async down(): Promise<void> {
    throw new Error('The older program does not mind the index; it need not go.');
  }
}

/** Only their owner knows which of two images is to have another id. */
async function refuseTwins(runner: QueryRunner): Promise<void> {
  const twins: { first: string; last: string }[] = await runner.query(
    'SELECT MIN(id) AS first, MAX(id) AS last FROM images GROUP BY lower(id) HAVING COUNT(*) > 1 LIMIT 5',
  );
  if (twins.length === 0) return;
  const pairs = twins.map(({ first, last }) => `${first} and ${last}`).join(', ');
  throw new MigrationRefused(
    `Letter case no longer tells ids of images apart, and these ids differ in nothing else: ${pairs}. ` +
      'Give one image of each pair another id in the database, or remove it, deleted ones too; then run this again.',
  );
}

async function hasColumn(runner: QueryRunner): Promise<boolean> {
  const rows: unknown[] = await runner.query(
    'SELECT 1 AS found FROM information_schema.columns WHERE table_schema = DATABASE() ' +
      "AND table_name = 'images' AND column_name = 'gateway_folded_id'",
  );
  return rows.length > 0;
}
