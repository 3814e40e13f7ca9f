import { useState } from 'react';
import { useMutation, useQuery, useSubscription } from 'urql';
import { CHANGES, DELETE, IMAGES, RENAME } from '../documents';
import { ImageTable } from '../page/ImageTable';
import { errorIn } from './errors';

export function ImageList() {
  const [after, setAfter] = useState<string | null>(null);
  const [list, reload] = useQuery({ query: IMAGES, variables: { first: 2, after } });
  const [renamed, rename] = useMutation(RENAME);
  const [removed, remove] = useMutation(DELETE);
  const [created, setCreated] = useState<string[]>([]);
  // The cache takes the fields of a changed image from the answer by itself.
  const [live] = useSubscription({ query: CHANGES }, (_, data) => {
    const { kind, imageId } = data.imageChanged;
    if (kind === 'CREATED') setCreated((ids) => [...ids, imageId]);
    return data;
  });

  const { edges = [], pageInfo } = list.data?.images ?? {};
  const error = list.error ?? renamed.error ?? removed.error ?? live.error;
  return (
    <ImageTable
      images={edges.map(({ node }) => node)}
      error={error && errorIn(error)}
      hasMore={pageInfo?.hasNextPage ?? false}
      created={created}
      onMore={() => setAfter(pageInfo?.endCursor ?? null)}
      onReload={() => {
        setCreated([]);
        setAfter(null);
        reload({ requestPolicy: 'network-only' });
      }}
      onRename={(id, name) => void rename({ id, name })}
      onDelete={(id) => void remove({ id })}
    />
  );
}
