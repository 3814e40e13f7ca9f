import { persistedExchange } from '@urql/exchange-persisted';
import { cacheExchange, Client, fetchExchange, type Exchange } from 'urql';
import { authHeaders, ENDPOINT } from '../gateway';
import { hashOf } from './hashes';

/** Sends the hash of each document, and its text only if the gateway does not know the hash. */
export const automatic = clientWith(persistedExchange({ enableForMutation: true }));

/** Sends the hash that each document has in the manifest, and never its text. */
export const known = clientWith(
  persistedExchange({
    enableForMutation: true,
    enforcePersistedQueries: true,
    generateHash: async (_, document) => hashOf(document),
  }),
);

function clientWith(persisted: Exchange): Client {
  return new Client({
    url: ENDPOINT,
    fetchOptions: () => ({ headers: authHeaders() }),
    exchanges: [cacheExchange, persisted, fetchExchange],
  });
}
