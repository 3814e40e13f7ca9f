import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createGatewayTables } from './gateway-tables.js';

/** Adds the tables of owners' quotas: the declared bytes of running uploads, and one row to lock for each owner. */
export class OwnerQuotas1763712000000 implements MigrationInterface {
  name = 'OwnerQuotas1763712000000';

  async up(runner: QueryRunner): Promise<void> {
    await createGatewayTables(runner);
  }

  async down(): Promise<void> {
    throw new Error('The older program works with the tables, so the tables stay.');
  }
}
