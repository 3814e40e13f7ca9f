import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createGatewayTables } from './gateway-tables.js';

/** Adds a count of changes to the rows by which owners are locked, and rows by which images are locked, for clusters. */
export class ClusterLocks1764400000000 implements MigrationInterface {
  name = 'ClusterLocks1764400000000';

  async up(runner: QueryRunner): Promise<void> {
    await createGatewayTables(runner);
  }

  async down(): Promise<void> {
    throw new Error('The older program works with the column and the table, so they stay.');
  }
}
