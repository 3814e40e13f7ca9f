import type { Stores } from '../../store/configured-stores.js';
import type { Store } from '../../store/store.js';
import type { LocationCipher } from '../records/location-cipher.js';

/** Data in one of our stores. */
export interface OurPlace {
  store: Store;
  location: string;
}

/**
 * The place of an image's data: one of our stores, or the name of the store that should have it and does not. `foreign` is
 * a store that is not ours, or a source.
 */
export type DataPlace = OurPlace | { missingIn: string } | 'foreign';

/**
 * Finds the place of data.
 *
 * @param value the location as its row holds it
 * @throws an error for a location that cannot be decrypted
 */
export function placeOfData(
  { stores, cipher }: { stores: Stores; cipher: LocationCipher },
  imageId: string,
  value: string,
): DataPlace {
  const location = cipher.decrypt(value);
  const other = stores.ofAnother(location, imageId);
  if (other) return { missingIn: other.name };
  const store = stores.of(location, imageId);
  return store?.holds(location) ? { store, location } : 'foreign';
}
