/** Columns of `images` that came with Rocky, and what every row of an older database has instead. */
export const SINCE_ROCKY: Readonly<Record<string, string>> = {
  os_hidden: '0',
  os_hash_algo: 'NULL',
  os_hash_value: 'NULL',
};

/**
 * A reading statement for tables that lack some of these columns. Statements name the images table `i`, and
 * values are bound, so that the names can stand for nothing else.
 */
export function withoutColumns(sql: string, missing: readonly string[]): string {
  if (missing.length === 0) return sql;
  return sql.replace(/\bi\.(\w+)\b/g, (named, column: string) =>
    missing.includes(column) ? SINCE_ROCKY[column] : named,
  );
}
