import { GraphQLClient } from 'graphql-request';
import { authHeaders, ENDPOINT } from '../gateway';

export const client = new GraphQLClient(ENDPOINT, { headers: authHeaders });

/** Sends queries by GET, so that a cache on the way can tell them apart by URL. Mutations need `client`. */
export const readingClient = new GraphQLClient(ENDPOINT, {
  method: 'GET',
  jsonSerializer: JSON,
  headers: authHeaders,
});
