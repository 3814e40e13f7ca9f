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
   * Returns the store that has the data of an image at a location URL. A file outside the configured folders belongs to a
   * store of files, which does not find it. Undefined for data elsewhere, and for data under a name that is not the
   * image's id: every store names data by the id of its image, as Glance's do, so that is the data of another image.
   */
  of(location: string, imageId: string): Store | undefined;
  /** Returns the store of a location whose name is not the id of the image; undefined for other locations. */
  ofAnother(location: string, imageId: string): Store | undefined;
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
