import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createGatewayTables } from './gateway-tables.js';

/** Adds the table of the addresses that imported data comes from. */
export class ImportSources1765100000000 implements MigrationInterface {
  name = 'ImportSources1765100000000';

  async up(runner: QueryRunner): Promise<void> {
    await createGatewayTables(runner);
  }

  async down(): Promise<void> {
    throw new Error('The older program works with the table, so the table stays.');
  }
}
