import { useMutation, useQuery, useSubscription } from '@apollo/client/react';
import { useState } from 'react';
import { CHANGES, DELETE, IMAGES, RENAME } from '../documents';
import { ImageTable } from '../page/ImageTable';
import { client } from './client';
import { errorIn } from './errors';

export function ImageList() {
  const list = useQuery(IMAGES, { variables: { first: 2 } });
  const [rename, renamed] = useMutation(RENAME);
  const [remove, removed] = useMutation(DELETE, { update: (_, { data }) => forget(data?.deleteImage.id) });
  const [created, setCreated] = useState<string[]>([]);
  // The cache takes the fields of a changed image from the answer by itself.
  const live = useSubscription(CHANGES, {
    onData({ data: { data } }) {
      if (!data) return;
      const { kind, imageId } = data.imageChanged;
      if (kind === 'REMOVED') forget(imageId);
      if (kind === 'CREATED') setCreated((ids) => [...ids, imageId]);
    },
  });

  const { edges = [], pageInfo } = list.data?.images ?? {};
  const error = list.error ?? renamed.error ?? removed.error ?? live.error;
  return (
    <ImageTable
      images={edges.map(({ node }) => node)}
      error={error && errorIn(error)}
      hasMore={pageInfo?.hasNextPage ?? false}
      created={created}
      onMore={() => void list.fetchMore({ variables: { after: pageInfo?.endCursor } })}
      onReload={() => void list.refetch().then(() => setCreated([]))}
      onRename={(id, name) => void rename({ variables: { id, name } }).catch(() => undefined)}
      onDelete={(id) => void remove({ variables: { id } }).catch(() => undefined)}
    />
  );
}

/** Removes an image from the cache, and so from every list. */
function forget(id?: string): void {
  client.cache.evict({ id: client.cache.identify({ __typename: 'Image', id }) });
  client.cache.gc();
}
