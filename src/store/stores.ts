import type { Store } from './store.js';

/** Every store of a gateway. */
export interface Stores {
  /** As they were configured. */
  readonly all: readonly Store[];
  /** The one that takes data when nobody names another. */
  readonly default: Store;
  named(name: string): Store | undefined;
  /** The store that an old client means by a scheme such as `swift+https`: the default one where it fits. */
  ofScheme(scheme: string): Store | undefined;
  /**
   * The store for a location URL: the one that holds it, for a file elsewhere one of files, which then says that
   * nothing is there. Undefined for data that lies elsewhere.
   */
  of(location: string): Store | undefined;
}

/** Two stores are one to whoever reads a location: what belongs to which could not be told. */
export class StoresAlike extends Error {}

/** @throws StoresAlike */
export function imageStores(all: readonly Store[], defaultName: string): Stores {
  for (const [index, store] of all.entries()) {
    const other = all
      .slice(index + 1)
      .find((each) => each.place === store.place || each.holds(store.locationOf('image')));
    if (other)
      throw new StoresAlike(
        `STORES: ${store.name} and ${other.name} are both at ${store.place}; expected a place of its own for each`,
      );
  }
  const initial = all.find(({ name }) => name === defaultName)!;
  const fitting = (scheme: string) => [initial, ...all].find((store) => store.schemes.includes(scheme));

  return {
    all,
    default: initial,
    named: (name) => all.find((store) => store.name === name),
    ofScheme: fitting,
    of: (location) =>
      all.find((store) => store.holds(location)) ?? (/^file:/i.test(location) ? fitting('file') : undefined),
  };
}
