/** Counts the rows of an answer: the elements of all its lists. */
export function rowsOf(data: unknown): number {
  if (typeof data !== 'object' || data === null) return 0;
  const own = Array.isArray(data) ? data.length : 0;
  return Object.values(data).reduce<number>((sum, value) => sum + rowsOf(value), own);
}
