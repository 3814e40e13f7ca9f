import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createGatewayTables } from './gateway-tables.js';

/** Adds the table of running imports: their uploads, and the progress of each. */
export class Imports1764100000000 implements MigrationInterface {
  name = 'Imports1764100000000';

  async up(runner: QueryRunner): Promise<void> {
    await createGatewayTables(runner);
  }

  async down(): Promise<void> {
    throw new Error('The older program works with the table, so the table stays.');
  }
}
