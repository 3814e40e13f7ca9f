import type { LocatedImage } from '../../image/change/record-service.js';
import { imageJson } from '../shared/image-json.js';
import type { Json } from '../shared/python-json.js';

/** An image with where its data lies: credentials may stand in it, and go to the peer alone (contract C23.4). */
export function locatedJson(image: LocatedImage): { readonly [key: string]: Json } {
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
