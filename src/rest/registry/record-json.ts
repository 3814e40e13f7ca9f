import type { LocatedImage } from '../../image/change/record-service.js';
import { imageJson } from '../shared/image-json.js';
import type { Json } from '../shared/python-json.js';

/** Returns a record with its locations. Locations may hold credentials; only the peer gets them (contract C23.4). */
export function recordJson(image: LocatedImage): { readonly [key: string]: Json } {
  const { locations } = image;
  return {
    ...(imageJson(image) as object),
    location: locations.find(({ status }) => status === 'active')?.url ?? null,
    location_data: locations.map(({ id, url, metadata, status }) => ({
      id,
      url,
      metadata: metadata as Json,
      status,
    })),
  };
}
