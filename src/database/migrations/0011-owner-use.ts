import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createTable, type, type Table } from '../table.js';

/**
 * The counters of each owner: the number of counted images, and their bytes, once for each live location. Every
 * transaction that changes such an image changes the counters too. A live Glance would not, so its own tables have none.
 */
export const ownerUse = {
  name: 'gateway_owner_use',
  columns: {
    owner: `${type.text(255)} NOT NULL`,
    /** 0 for the images without an owner, whose `owner` is empty here. */
    has_owner: `${type.flag} NOT NULL`,
    images: `${type.count} NOT NULL DEFAULT 0`,
    bytes: `${type.bytes} NOT NULL DEFAULT 0`,
  },
  primaryKey: ['owner', 'has_owner'],
} as const satisfies Table;

const COUNTED = "(i.deleted = 0 OR i.status NOT IN ('deleted', 'pending_delete'))";
const NOBODY = 'CASE WHEN i.owner IS NULL THEN 0 ELSE 1 END';

/** Adds the counters of what owners use, and counts what is there. */
export class OwnerUse1764800000000 implements MigrationInterface {
  name = 'OwnerUse1764800000000';

  async up(runner: QueryRunner): Promise<void> {
    await createTable(runner, ownerUse);
    // A migration that was interrupted may have counted already.
    await runner.query(`DELETE FROM ${ownerUse.name}`);
    await runner.query(
      `INSERT INTO ${ownerUse.name} (owner, has_owner, images, bytes) ` +
        `SELECT COALESCE(i.owner, ''), ${NOBODY}, SUM(CASE WHEN ${COUNTED} THEN 1 ELSE 0 END), ` +
        `SUM(CASE WHEN ${COUNTED} AND i.status NOT IN ('killed', 'deleted') THEN COALESCE(i.size, 0) * ` +
        '(SELECT COUNT(*) FROM image_locations l WHERE l.image_id = i.id AND l.deleted = 0) ELSE 0 END) ' +
        `FROM images i GROUP BY COALESCE(i.owner, ''), ${NOBODY}`,
    );
  }

  async down(): Promise<void> {
    throw new Error('The older program works beside the table, so the table stays.');
  }
}
