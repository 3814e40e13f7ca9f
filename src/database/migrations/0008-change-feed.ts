import { TableIndex, type MigrationInterface, type QueryRunner } from 'typeorm';
import { createIndex, createTable, type, type Table } from '../table.js';

/** The audiences of images before changes of owner or visibility. A live Glance would not record its own changes here. */
export const audiences: Table = {
  name: 'gateway_audiences',
  columns: {
    id: `${type.rowNumber} NOT NULL`,
    image_id: `${type.text(36)} NOT NULL`,
    owner: type.text(255),
    visibility: `${type.text(20)} NOT NULL`,
    ended_at: `${type.time} NOT NULL`,
  },
  primaryKey: 'id',
  indexes: {
    ix_gateway_audiences_image_id: ['image_id'],
    ix_gateway_audiences_ended_at: ['ended_at'],
  },
};

/** Finds the memberships that changed lately; Glance has such an index for images only. */
export const membersUpdated = new TableIndex({
  name: 'gateway_members_updated',
  columnNames: ['updated_at'],
});

/** Adds what the stream of changes needs to read. */
export class ChangeFeed1764600000000 implements MigrationInterface {
  name = 'ChangeFeed1764600000000';

  async up(runner: QueryRunner): Promise<void> {
    await createTable(runner, audiences);
    await createIndex(runner, 'image_members', membersUpdated);
  }

  async down(): Promise<void> {
    throw new Error('The older program works with the table and the index, so they stay.');
  }
}
