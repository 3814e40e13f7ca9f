import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The added indexes: table → name → columns. A list of images always begins with the flags. */
export const scaleIndexes: Record<string, Record<string, readonly string[]>> = {
  images: {
    gateway_images_status_id: ['deleted', 'os_hidden', 'status', 'id'],
    gateway_images_disk: ['deleted', 'os_hidden', 'disk_format', 'id'],
    gateway_images_container: ['deleted', 'os_hidden', 'container_format', 'id'],
    // Version 1 sorts equal images by the time of creation. They also find the newest images with one value.
    gateway_images_updated_created: ['deleted', 'os_hidden', 'updated_at', 'created_at', 'id'],
    gateway_images_name_created: ['deleted', 'os_hidden', 'name', 'created_at', 'id'],
    gateway_images_size_created: ['deleted', 'os_hidden', 'size', 'created_at', 'id'],
    gateway_images_disk_created: ['deleted', 'os_hidden', 'disk_format', 'created_at', 'id'],
    gateway_images_container_created: ['deleted', 'os_hidden', 'container_format', 'created_at', 'id'],
    gateway_images_deleted: ['deleted', 'deleted_at'],
  },
  // MySQL indexes the beginning of a long text only.
  image_properties: { gateway_properties_value: ['name', 'value(64)', 'image_id'] },
  image_members: { gateway_members_listed: ['member', 'deleted', 'id'] },
};

/** The index of `image_properties` that the added one replaces. */
export const FORMER_PROPERTY_INDEX = 'gateway_properties_name';

/** Adds the indexes by which a list of a million images costs as much as one of a few thousand. */
export class ScaleIndexes1764900000000 implements MigrationInterface {
  name = 'ScaleIndexes1764900000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const [table, indexes] of Object.entries(scaleIndexes)) {
      const existing = await indexNames(runner, table);
      const missing = Object.entries(indexes).filter(([name]) => !existing.has(name));
      if (isMysql(runner)) {
        // One statement reads the table once for all indexes.
        const parts = missing.map(
          ([name, columns]) => `ADD KEY \`${name}\` (${columns.map(quoted).join(', ')})`,
        );
        if (existing.has(FORMER_PROPERTY_INDEX)) parts.push(`DROP KEY \`${FORMER_PROPERTY_INDEX}\``);
        if (parts.length > 0) await runner.query(`ALTER TABLE \`${table}\` ${parts.join(', ')}`);
        continue;
      }
      for (const [name, columns] of missing)
        await runner.query(`CREATE INDEX \`${name}\` ON \`${table}\` (${columns.map(whole).join(', ')})`);
      if (existing.has(FORMER_PROPERTY_INDEX)) await runner.query(`DROP INDEX \`${FORMER_PROPERTY_INDEX}\``);
    }
  }

  async down(): Promise<void> {
    throw new Error('The older program works with the indexes, so the indexes stay.');
  }
}

/** Returns the name of a column, quoted, with the number of its indexed characters. */
function quoted(column: string): string {
  return column.replace(/^\w+/, '`$&`');
}

/** Returns the name of a column without the number of its indexed characters. */
function whole(column: string): string {
  return column.replace(/\(\d+\)$/, '');
}

async function indexNames(runner: QueryRunner, table: string): Promise<Set<string>> {
  const sql = isMysql(runner)
    ? 'SELECT DISTINCT index_name AS name FROM information_schema.statistics ' +
      `WHERE table_schema = DATABASE() AND table_name = '${table}'`
    : `SELECT name AS name FROM sqlite_master WHERE type = 'index' AND tbl_name = '${table}'`;
  const rows: { name: string }[] = await runner.query(sql);
  return new Set(rows.map(({ name }) => name));
}

function isMysql(runner: QueryRunner): boolean {
  return runner.connection.options.type === 'mysql';
}
