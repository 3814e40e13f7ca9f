import { TableIndex, type MigrationInterface, type QueryRunner } from 'typeorm';
import { createIndex, hasIndex } from '../table.js';

/** The added indexes, by table. */
export const listIndexes: Record<string, TableIndex> = {
  // Finds the images that have a tag; Glance's own index finds the tags that an image has.
  image_tags: new TableIndex({ name: 'gateway_tags_value', columnNames: ['value', 'image_id'] }),
  // Finds the images shared with a tenant, all of them or by member status.
  image_members: new TableIndex({
    name: 'gateway_members_answered',
    columnNames: ['member', 'deleted', 'status', 'image_id'],
  }),
};

/** The index of `image_members` that the added one replaces. */
export const FORMER_INDEX = 'gateway_members_member';

/** Adds the indexes of lists by tag and by member status. */
export class ListIndexes1764000000000 implements MigrationInterface {
  name = 'ListIndexes1764000000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const [table, index] of Object.entries(listIndexes)) await createIndex(runner, table, index);
    if (await hasIndex(runner, 'image_members', FORMER_INDEX))
      await runner.dropIndex('image_members', FORMER_INDEX);
  }

  async down(): Promise<void> {
    throw new Error('The older program works with the indexes, so the indexes stay.');
  }
}
