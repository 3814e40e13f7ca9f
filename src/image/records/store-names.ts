import type { Stores } from '../../store/configured-stores.js';
import type { LocationCipher } from './location-cipher.js';
import type { LocationRow } from './location-records.js';

/** Returns the names of the stores that hold the data of an image, each once. */
export type StoreNames = (imageId: string, locations: readonly LocationRow[]) => string[];

/** @param web the name for data that stays on web servers */
export function storeNames(
  { stores, cipher }: { stores: Stores; cipher: LocationCipher },
  web: string,
): StoreNames {
  return (imageId, locations) => {
    const active = locations.filter(({ status }) => status === 'active');
    const names = active.map((location) => nameOf(imageId, location));
    return [...new Set(names.filter((name) => name !== undefined))];
  };

  /** The store that the gateway reads from counts before the name that another program has noted. */
  function nameOf(imageId: string, { url, metadata }: LocationRow): string | undefined {
    const plain = decrypted(url);
    const noted = (metadata as { store?: unknown }).store;
    const own =
      plain === undefined ? undefined : (stores.of(plain, imageId) ?? stores.ofAnother(plain, imageId));
    if (own) return own.name;
    if (typeof noted === 'string') return noted;
    return plain !== undefined && /^https?:/i.test(plain) ? web : undefined;
  }

  /** Another program may have encrypted a location with another key. */
  function decrypted(url: string): string | undefined {
    try {
      return cipher.decrypt(url);
    } catch {
      return undefined;
    }
  }
}
