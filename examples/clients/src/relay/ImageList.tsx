import { useMemo, useState } from 'react';
import { graphql, useLazyLoadQuery, useMutation, usePaginationFragment, useSubscription } from 'react-relay';
import { ConnectionHandler, type GraphQLSubscriptionConfig } from 'relay-runtime';
import type { GatewayError } from '../errors';
import { ImageTable } from '../page/ImageTable';
import type { ImageListChangesSubscription } from './__generated__/ImageListChangesSubscription.graphql';
import type { ImageListDeleteMutation } from './__generated__/ImageListDeleteMutation.graphql';
import type { ImageListPageQuery } from './__generated__/ImageListPageQuery.graphql';
import type { ImageListQuery } from './__generated__/ImageListQuery.graphql';
import type { ImageListRenameMutation } from './__generated__/ImageListRenameMutation.graphql';
import type { ImageList_images$key } from './__generated__/ImageList_images.graphql';
import { Sharing } from './Sharing';

const IMAGES = graphql`
  query ImageListQuery($first: Int!) {
    ...ImageList_images @arguments(first: $first)
  }
`;
const PAGE = graphql`
  fragment ImageList_images on Query
  @argumentDefinitions(first: { type: "Int!" }, after: { type: "String" })
  @refetchable(queryName: "ImageListPageQuery") {
    images(first: $first, after: $after, sort: [{ key: NAME, direction: ASC }])
      @connection(key: "ImageList_images") {
      __id
      edges {
        node {
          id
          name
          status
          size
          ...Sharing_image
        }
      }
    }
  }
`;
const RENAME = graphql`
  mutation ImageListRenameMutation($id: ID!, $name: String!) {
    updateImage(id: $id, input: { name: $name }) {
      id
      name
    }
  }
`;
const DELETE = graphql`
  mutation ImageListDeleteMutation($id: ID!, $connections: [ID!]!) {
    deleteImage(id: $id) {
      id @deleteEdge(connections: $connections)
    }
  }
`;
const CHANGES = graphql`
  subscription ImageListChangesSubscription($after: String) {
    imageChanged(after: $after) {
      kind
      imageId
      cursor
      image {
        id
        name
        status
        size
      }
    }
  }
`;

export function ImageList() {
  const query = useLazyLoadQuery<ImageListQuery>(IMAGES, { first: 2 });
  const list = usePaginationFragment<ImageListPageQuery, ImageList_images$key>(PAGE, query);
  const { edges, __id: connection } = list.data.images;
  const [rename] = useMutation<ImageListRenameMutation>(RENAME);
  const [remove] = useMutation<ImageListDeleteMutation>(DELETE);
  const [error, setError] = useState<GatewayError>();
  const [created, setCreated] = useState<string[]>([]);

  // Relay takes the fields of a changed image from the answer by itself.
  const changes = useMemo<GraphQLSubscriptionConfig<ImageListChangesSubscription>>(
    () => ({
      subscription: CHANGES,
      variables: {},
      updater(store, data) {
        if (data?.imageChanged.kind !== 'REMOVED') return;
        ConnectionHandler.deleteNode(store.get(connection)!, data.imageChanged.imageId);
      },
      onNext(data) {
        if (data?.imageChanged.kind !== 'CREATED') return;
        const { imageId } = data.imageChanged;
        setCreated((ids) => [...ids, imageId]);
      },
      onError: setError,
    }),
    [connection],
  );
  useSubscription(changes);

  return (
    <ImageTable
      images={edges.map(({ node }) => node)}
      error={error}
      hasMore={list.hasNext}
      created={created}
      onMore={() => void list.loadNext(2)}
      onReload={() => {
        setCreated([]);
        list.refetch({}, { fetchPolicy: 'network-only' });
      }}
      onRename={(id, name) => void rename({ variables: { id, name }, onError: setError })}
      onDelete={(id) => void remove({ variables: { id, connections: [connection] }, onError: setError })}
      details={(row) => <Sharing image={edges.find(({ node }) => node.id === row.id)!.node} />}
    />
  );
}
