/** A cell of the table. */
export interface Place {
  row: number;
  column: number;
}

/** The size of the table in which the keys move. */
export interface Bounds {
  rows: number;
  columns: number;
  /** The number of rows that a page key goes. */
  page: number;
}

interface Key {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
}

/** Returns the cell to which a key moves the focus; undefined for a key that moves nothing. */
export function moved(
  { key, ctrlKey, metaKey, altKey }: Key,
  { row, column }: Place,
  bounds: Bounds,
): Place | undefined {
  const isWhole = ctrlKey || metaKey;
  if (altKey || bounds.rows === 0) return undefined;
  const [lastRow, lastColumn] = [bounds.rows - 1, bounds.columns - 1];
  const within = (next: number) => ({ row: Math.max(0, Math.min(lastRow, next)), column });
  if (key === 'Home') return isWhole ? { row: 0, column: 0 } : { row, column: 0 };
  if (key === 'End') return isWhole ? { row: lastRow, column: lastColumn } : { row, column: lastColumn };
  if (isWhole) return undefined;
  if (key === 'ArrowDown' || key === 'j') return within(row + 1);
  if (key === 'ArrowUp' || key === 'k') return within(row - 1);
  if (key === 'PageDown') return within(row + bounds.page);
  if (key === 'PageUp') return within(row - bounds.page);
  if (key === 'ArrowRight') return { row, column: Math.min(lastColumn, column + 1) };
  if (key === 'ArrowLeft') return { row, column: Math.max(0, column - 1) };
  return undefined;
}
