import { TableIndex, type MigrationInterface, type QueryRunner } from 'typeorm';
import { createIndex } from '../table.js';

/** Finds the memberships of a tenant by its answer, the oldest first: the inbox of a tenant with many images. */
export const membersByStatus = new TableIndex({
  name: 'gateway_members_status',
  columnNames: ['member', 'deleted', 'status', 'id'],
});

/** Adds the index of memberships by answer. */
export class MemberStatusIndex1765000000000 implements MigrationInterface {
  name = 'MemberStatusIndex1765000000000';

  async up(runner: QueryRunner): Promise<void> {
    await createIndex(runner, 'image_members', membersByStatus);
  }

  async down(): Promise<void> {
    throw new Error('The older program works with the index, so the index stays.');
  }
}
