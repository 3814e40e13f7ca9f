import { store } from './store.js';

/** Rows in the order in which they came. They outlive the screens that show them. */
export interface Rows<Row> {
  use(): readonly Row[];
  get(): readonly Row[];
  /** Adds a row, or shows it anew. */
  show(row: Row): void;
  /** Takes a row off the page. */
  hide(id: string): void;
}

export function rows<Row extends { readonly id: string }>(): Rows<Row> {
  const all = store<readonly Row[]>([]);
  return {
    use: all.use,
    get: all.get,
    show(row) {
      const isNew = !all.get().some(({ id }) => id === row.id);
      all.set(isNew ? [...all.get(), row] : all.get().map((each) => (each.id === row.id ? row : each)));
    },
    hide: (id) => all.set(all.get().filter((each) => each.id !== id)),
  };
}
