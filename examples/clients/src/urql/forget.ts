import type { Cache, Link } from '@urql/exchange-graphcache';

/** Removes an image from every list of the cache. */
export function forget(cache: Cache, id: string): void {
  const image = cache.keyOfEntity({ __typename: 'Image', id });
  for (const { fieldName, fieldKey } of cache.inspectFields('Query')) {
    if (fieldName !== 'images') continue;
    const list = cache.resolve('Query', fieldKey) as string;
    const edges = cache.resolve(list, 'edges') as string[];
    const others = edges.filter((edge) => cache.resolve(edge, 'node') !== image);
    cache.link(list, 'edges', others as Link);
  }
}
