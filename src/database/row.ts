/** A value that can be bound to a statement. */
export type Value = string | number | boolean | null;

/** One row, by the column names of its statement. Times, and numbers beyond 2^53, are text. */
export type Row = Record<string, string | number | null>;
