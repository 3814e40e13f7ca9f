/** The columns of `images` that Rocky added, and the SQL value that stands for each on an older database. */
export const SINCE_ROCKY: Readonly<Record<string, string>> = {
  os_hidden: '0',
  os_hash_algo: 'NULL',
  os_hash_value: 'NULL',
};

/**
 * Rewrites a reading statement for tables that lack some of these columns. Statements name the images table `i` and
 * bind their values, so `i.name` is always a column.
 */
export function withoutColumns(sql: string, missing: readonly string[]): string {
  if (missing.length === 0) return sql;
  return sql.replace(/\bi\.(\w+)\b/g, (named, column: string) =>
    missing.includes(column) ? SINCE_ROCKY[column] : named,
  );
}
