import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from '@apollo/client';
import { SetContextLink } from '@apollo/client/link/context';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { relayStylePagination } from '@apollo/client/utilities';
import { OperationTypeNode } from 'graphql';
import { authHeaders, ENDPOINT } from '../gateway';
import { webSocket } from '../live/web-socket';

const http = ApolloLink.from([
  new SetContextLink(() => ({ headers: authHeaders() })),
  new HttpLink({ uri: ENDPOINT }),
]);
const live = new GraphQLWsLink(webSocket);

/** A new value takes the place of the old one. */
const replaced = { merge: false };

export const client = new ApolloClient({
  link: ApolloLink.split(({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION, live, http),
  cache: new InMemoryCache({
    possibleTypes: { Node: ['Image', 'ImageMember'] },
    typePolicies: {
      Query: {
        fields: {
          images: relayStylePagination(['filter', 'sort', 'includeDeleted', 'memberStatus']),
          owners: relayStylePagination(['sort']),
          sharedImages: relayStylePagination(['memberId', 'status']),
          // Reads an image from the cache if a list has fetched it.
          image: (_, { args, toReference }) => toReference({ __typename: 'Image', id: args!.id }),
        },
      },
      Image: { keyFields: ['id'], fields: { properties: replaced, members: replaced, tags: replaced } },
      ImageMember: { keyFields: ['id'] },
      // Not every object shows the name of its tenant, so that each keeps its own.
      Tenant: { keyFields: false },
      Viewer: { keyFields: [] },
    },
  }),
});
