import { cacheExchange } from '@urql/exchange-graphcache';
import { relayPagination } from '@urql/exchange-graphcache/extras';
import { Client, fetchExchange, subscriptionExchange } from 'urql';
import { authHeaders, ENDPOINT } from '../gateway';
import { webSocket } from '../live/web-socket';
import { forget } from './forget';

/** Types without an id of their own, and tenants, whose name not every object shows: they belong to the object that has them. */
const WITHOUT_ID = [
  'DeletionFacts',
  'FacetCount',
  'Formats',
  'GatewayFacts',
  'ImageChange',
  'ImageHash',
  'ImageOutcome',
  'ImagePermissions',
  'ImageProperty',
  'ImageStore',
  'ImportFacts',
  'ImportProgress',
  'OutcomeError',
  'Owner',
  'PropertyDefinition',
  'Quota',
  'QuotaUse',
  'ResumableFacts',
  'Tenant',
  'UnfinishedUpload',
  'UploadProgress',
  'ValueCount',
  'Viewer',
  'ViewerRights',
];

export const client = new Client({
  url: ENDPOINT,
  fetchOptions: () => ({ headers: authHeaders() }),
  exchanges: [
    cacheExchange({
      keys: Object.fromEntries(WITHOUT_ID.map((type) => [type, () => null])),
      resolvers: {
        Query: {
          images: relayPagination(),
          owners: relayPagination(),
          sharedImages: relayPagination(),
          // Reads an image from the cache if a list has fetched it.
          image: (_, { id }) => ({ __typename: 'Image', id: String(id) }),
        },
      },
      updates: {
        Mutation: {
          deleteImage: (_, { id }, cache) => forget(cache, String(id)),
        },
        Subscription: {
          imageChanged({ imageChanged }, _, cache) {
            const { kind, imageId } = imageChanged as { kind: string; imageId: string };
            if (kind === 'REMOVED') forget(cache, imageId);
          },
        },
      },
    }),
    fetchExchange,
    subscriptionExchange({
      forwardSubscription: ({ query = '', variables }) => ({
        subscribe: (sink) => ({ unsubscribe: webSocket.subscribe({ query, variables }, sink) }),
      }),
    }),
  ],
});
