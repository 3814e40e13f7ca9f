import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { DELETE, RENAME } from '../documents';
import { client } from '../graphql-request/client';
import { errorIn } from '../graphql-request/errors';
import { ImageTable } from '../page/ImageTable';
import { changeImage, images } from './images';
import { useChanges } from './useChanges';

export function ImageList() {
  const cache = useQueryClient();
  const list = useInfiniteQuery(images);
  const rename = useMutation({
    mutationFn: (variables: { id: string; name: string }) => client.request(RENAME, variables),
    onSuccess: ({ updateImage: { id, name } }) => changeImage(cache, id, { name }),
  });
  const remove = useMutation({
    mutationFn: (id: string) => client.request(DELETE, { id }),
    onSuccess: ({ deleteImage: { id } }) => changeImage(cache, id),
  });
  const changes = useChanges();

  const error = list.error ?? rename.error ?? remove.error;
  return (
    <ImageTable
      images={list.data?.pages.flatMap((page) => page.images.edges.map(({ node }) => node)) ?? []}
      error={error ? errorIn(error) : changes.error}
      hasMore={list.hasNextPage}
      created={changes.created}
      onMore={() => void list.fetchNextPage()}
      onReload={() => void list.refetch().then(changes.reset)}
      onRename={(id, name) => rename.mutate({ id, name })}
      onDelete={(id) => remove.mutate(id)}
    />
  );
}
