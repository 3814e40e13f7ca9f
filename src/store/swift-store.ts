import { setTimeout as wait } from 'node:timers/promises';
import { imageNameIn, SAMPLE_SIZE } from './object-name.js';
import { segmentSender } from './segment-sender.js';
import { StoreError, type Store, type Upload } from './store.js';
import { swiftClient } from './swift-client.js';
import { parseSwiftLocation } from './swift-location.js';
import type { SwiftAccount } from './swift-login.js';
import { swiftObjects, type SwiftObject } from './swift-objects.js';

export interface SwiftStoreSettings extends SwiftAccount {
  container: string;
  /** The name of the account in locations without credentials. */
  reference: string;
  credentialsInLocation: boolean;
  /** The bytes of one object. A larger image is kept in segments. */
  segmentSize: number;
}

/** Swift updates its list of segments a little later; the store waits for it. */
const UPDATE_PAUSE_MS = 200;
const UPDATE_TRIES = 50;

/**
 * Returns a store in a container of Swift, as Glance's driver writes it: an object named by the image's id. For data
 * larger than a segment, this object is the manifest of a dynamic large object, whose segments are named
 * `id-upload-00001` and so on. The store always uses the configured credentials, and ignores those in a location's URL.
 */
export function swiftStore(settings: SwiftStoreSettings, name: string): Store {
  const authUrl = settings.authUrl.replace(/\/+$/, '');
  const objects = swiftObjects(swiftClient({ ...settings, authUrl }));
  const { container } = settings;
  const address = addressOf(authUrl);
  const [account] = settings.user.split(':');
  const written = new Map<string, { size: number; segments: number }>();
  const sendSegments = segmentSender();
  const own = (object: string): SwiftObject => ({ container, object });

  return {
    name,
    kind: 'swift',
    schemes: ['swift', 'swift+config', 'swift+https', 'swift+http'],
    place: `${authUrl}, account ${account}, container ${container}`,
    isRemote: true,
    folders: [],
    locationOf,
    holds: (location) => placeIn(location) !== undefined,
    nameOf: (location) => placeIn(location)?.object,
    prepare: () => objects.connect(container),

    async write(upload, data, { size, signal, threads } = {}) {
      const place = placeOf(locationOf(upload.imageId), 'unavailable');
      if (await objects.facts(place, signal))
        throw new StoreError('conflict', { detail: `an object ${place.object} exists already` });
      const state = { size: 0, segments: 0 };
      written.set(upload.id, state);
      state.size = await sendSegments(
        data,
        { segmentSize: settings.segmentSize, size, threads, signal },
        async (segment, stopped) => {
          const isWhole = segment.number === 1 && segment.isLast;
          if (!isWhole) state.segments = segment.number;
          const to = isWhole ? place : own(segmentName(upload, segment.number));
          await objects.put(to, { uploadId: upload.id, data: segment }, stopped);
        },
      );
    },

    async publish(upload, signal) {
      const { size, segments } = written.get(upload.id)!;
      const { imageId } = upload;
      if (segments > 0) {
        const manifest = `${encodeURIComponent(container)}/${encodeURIComponent(prefixOf(upload))}`;
        const content = { uploadId: upload.id, headers: { 'x-object-manifest': manifest } };
        await objects.put(own(imageId), content, signal);
      }
      await waitForSize(own(imageId), size, signal);
      return locationOf(imageId);
    },

    release: async (upload) => void written.delete(upload.id),

    async discard(upload, signal) {
      const sent = written.get(upload.id)?.segments ?? 0;
      const known = Array.from({ length: sent }, (_, index) => segmentName(upload, index + 1));
      const listed = await objects.list(container, prefixOf(upload), signal);
      for (const object of new Set([...known, ...listed])) await objects.remove(own(object), signal);
      const found = await objects.facts(own(upload.imageId), signal);
      if (found?.uploadId === upload.id) await objects.remove(own(upload.imageId), signal);
      written.delete(upload.id);
    },

    async open(location, signal) {
      const place = placeOf(location, 'missing');
      const found = await objects.facts(place, signal);
      if (!found) throw new StoreError('missing', { detail: `no object ${place.object}` });
      const { size } = found;
      if (size === undefined) throw new StoreError('unavailable', { detail: 'Swift does not tell the size' });
      return {
        size,
        read: (range) => objects.bytes(place, range, size, signal),
        close: () => Promise.resolve(),
      };
    },

    async remove(location, signal) {
      const place = placeOf(location, 'unavailable');
      const found = await objects.facts(place, signal);
      if (found?.manifest !== undefined) {
        // The segments go first: the remaining ones can be found as long as the manifest exists.
        const prefix = prefixIn(found.manifest, place);
        const listed = await objects.list(place.container, prefix, signal);
        // Other names with this prefix belong to other programs.
        const segments = listed.filter((object) => /^\d+$/.test(object.slice(prefix.length)));
        for (const object of segments) await objects.remove({ ...place, object }, signal);
      }
      if (found) await objects.remove(place, signal);
    },

    sample: async (signal) => imageNameIn(await objects.firstNames(container, SAMPLE_SIZE, signal)),

    abandoned: () => Promise.resolve([]),
  };

  function locationOf(imageId: string): string {
    if (!settings.credentialsInLocation)
      return `swift+config://${settings.reference}/${container}/${imageId}`;
    const scheme = authUrl.startsWith('https:') ? 'swift+https' : 'swift+http';
    const credentials = `${encodeURIComponent(settings.user)}:${encodeURIComponent(settings.key)}`;
    return `${scheme}://${credentials}@${authUrl.replace(/^https?:\/\//, '')}/${container}/${imageId}`;
  }

  /** Waits until an object has its whole size: Swift computes a large object's size from its list of segments. */
  async function waitForSize(place: SwiftObject, size: number, signal?: AbortSignal): Promise<void> {
    let actual: number | undefined;
    for (let tries = 0; tries < UPDATE_TRIES; tries += 1) {
      actual = (await objects.facts(place, signal))?.size;
      if (actual === size) return;
      await wait(UPDATE_PAUSE_MS, undefined, { signal });
    }
    throw new StoreError('unavailable', {
      detail: `Swift has ${actual} bytes of ${place.object}, not ${size}`,
    });
  }

  function placeOf(location: string, otherwise: 'missing' | 'unavailable'): SwiftObject {
    const place = placeIn(location);
    if (place) return place;
    throw new StoreError(otherwise, { detail: 'a location outside the store' });
  }

  /** Accepts containers `name_ab` as well, since Glance may spread images over several. */
  function placeIn(location: string): SwiftObject | undefined {
    const found = parseSwiftLocation(location);
    if (!found) return undefined;
    const isAccount =
      found.scheme === 'swift+config'
        ? found.address === settings.reference
        : addressOf(found.address) === address && (found.user?.split(':')[0] ?? account) === account;
    const isContainer = found.container === container || found.container.startsWith(`${container}_`);
    return isAccount && isContainer ? { container: found.container, object: found.object } : undefined;
  }
}

/** Contains the upload's id, unlike Glance's prefix: an image's id may begin with another image's id and a hyphen. */
function prefixOf({ imageId, id }: Upload): string {
  return `${imageId}-${id}-`;
}

function segmentName(upload: Upload, number: number): string {
  return `${prefixOf(upload)}${String(number).padStart(5, '0')}`;
}

/** Returns the prefix of an object's segments. Refuses any other prefix, which could match other images. */
function prefixIn(manifest: string, { container, object }: SwiftObject): string {
  const [first, ...rest] = manifest.split('/').map(decodeURIComponent);
  const prefix = rest.join('/');
  if (first === container && prefix.startsWith(`${object}-`)) return prefix;
  throw new StoreError('unavailable', { detail: `the manifest of ${object} leads to other objects` });
}

/** Removes scheme, version and final slashes from a URL, so that equal addresses compare equal. */
function addressOf(authUrl: string): string {
  return authUrl
    .replace(/^https?:\/\//, '')
    .replace(/\/+$/, '')
    .replace(/\/v3$/, '');
}
