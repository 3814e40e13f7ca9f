import { infiniteQueryOptions, type QueryClient } from '@tanstack/react-query';
import { IMAGES } from '../documents';
import type { ImageRowFragment } from '../gql/graphql';
import { readingClient } from '../graphql-request/client';

export const images = infiniteQueryOptions({
  queryKey: ['images'],
  queryFn: ({ pageParam: after, signal }) =>
    readingClient.request({ document: IMAGES, variables: { first: 2, after }, signal }),
  initialPageParam: null as string | null,
  getNextPageParam: ({ images: { pageInfo } }) => (pageInfo.hasNextPage ? pageInfo.endCursor : null),
});

/**
 * Changes an image in the pages that were fetched. TanStack Query keeps answers, and does not know which of them have
 * the same image.
 *
 * @param change undefined removes the image
 */
export function changeImage(cache: QueryClient, id: string, change?: Partial<ImageRowFragment>): void {
  cache.setQueryData(images.queryKey, (kept) => {
    if (!kept) return kept;
    const pages = kept.pages.map((page) => {
      const edges = page.images.edges
        .filter(({ node }) => change || node.id !== id)
        .map((edge) => (edge.node.id === id ? { ...edge, node: { ...edge.node, ...change } } : edge));
      return { ...page, images: { ...page.images, edges } };
    });
    return { ...kept, pages };
  });
}
