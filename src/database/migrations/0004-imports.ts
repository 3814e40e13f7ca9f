import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createGatewayTables } from './gateway-tables.js';

/** A table for imports under way: which uploads they are, and how far each has come. */
export class Imports1764100000000 implements MigrationInterface {
  name = 'Imports1764100000000';

  async up(runner: QueryRunner): Promise<void> {
    await createGatewayTables(runner);
  }

  async down(): Promise<void> {
    throw new Error('The older program does not mind the table; it need not go.');
  }
}
