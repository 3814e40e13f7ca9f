/** What a statement may bind. */
export type Value = string | number | boolean | null;

/** One row as the statement named its columns; times are text, numbers beyond 2^53 are text too. */
export type Row = Record<string, string | number | null>;
