import type { Store } from './store.js';

/** The stores of a gateway. */
export interface Stores {
  /** In the order of the configuration. */
  readonly all: readonly Store[];
  /** The store of data for which the client names no store. */
  readonly default: Store;
  named(name: string): Store | undefined;
  /** Returns the store that an old client means by a scheme such as `swift+https`: the default store if it fits. */
  ofScheme(scheme: string): Store | undefined;
  /**
   * Returns the store that holds the data of an image at a location URL; undefined for data elsewhere. A file outside the
   * configured folders belongs to a store of files, which does not find it. Also undefined when the data's name is not
   * the image's id: stores name data by the id of its image, as Glance's do, so the data belongs to another image.
   */
  of(location: string, imageId: string): Store | undefined;
  /** Returns the store of a location that names another image's data; undefined for other locations. */
  ofAnother(location: string, imageId: string): Store | undefined;
}

/** Two stores have the same locations, so a location would not tell which store it belongs to. */
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
  const holding = (location: string) => all.find((store) => store.holds(location));
  const fitting = (scheme: string) => [initial, ...all].find((store) => store.schemes.includes(scheme));

  return {
    all,
    default: initial,
    named: (name) => all.find((store) => store.name === name),
    ofScheme: fitting,
    of(location, imageId) {
      const store = holding(location);
      if (store) return store.nameOf(location) === imageId ? store : undefined;
      return /^file:/i.test(location) ? fitting('file') : undefined;
    },
    ofAnother(location, imageId) {
      const store = holding(location);
      return store?.nameOf(location) === imageId ? undefined : store;
    },
  };
}
