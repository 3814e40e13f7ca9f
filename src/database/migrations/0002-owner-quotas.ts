import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createGatewayTables } from './gateway-tables.js';

/** Tables for the limits of one owner: what running uploads have announced, and one row an owner to wait for. */
export class OwnerQuotas1763712000000 implements MigrationInterface {
  name = 'OwnerQuotas1763712000000';

  async up(runner: QueryRunner): Promise<void> {
    await createGatewayTables(runner);
  }

  async down(): Promise<void> {
    throw new Error('The older program does not mind the tables; they need not go.');
  }
}
