import type { DataSource, QueryRunner } from 'typeorm';
import { driverErrorKind } from './error-codes.js';

/**
 * Returns the character set and the collation of `images.id`, as a column's definition writes them; an empty text while
 * there is no such table. The server refuses to compare columns of two different binary collations.
 */
export async function imageIdCollation(runner: QueryRunner): Promise<string> {
  const [found]: { characters: string; collation: string }[] = await runner.query(
    'SELECT character_set_name AS characters, collation_name AS collation FROM information_schema.columns ' +
      "WHERE table_schema = DATABASE() AND table_name = 'images' AND column_name = 'id'",
  );
  return found ? ` CHARACTER SET ${found.characters} COLLATE ${found.collation}` : '';
}

/** Returns those of the tables whose `image_id` the server refuses to compare with `images.id`. */
export async function incomparableTables(
  source: Pick<DataSource, 'query'>,
  tables: readonly string[],
): Promise<string[]> {
  const found: string[] = [];
  for (const table of tables) {
    try {
      await source.query(`EXPLAIN SELECT 1 FROM ${table} g JOIN images i ON i.id = g.image_id`);
    } catch (error) {
      if (driverErrorKind(error) === 'collations') found.push(table);
    }
  }
  return found;
}
