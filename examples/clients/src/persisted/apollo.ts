import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from '@apollo/client';
import { SetContextLink } from '@apollo/client/link/context';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { authHeaders, ENDPOINT } from '../gateway';
import { hashOf, sha256 } from './hashes';

/** Sends the hash of each document, and its text only if the gateway does not know the hash. */
export const automatic = clientWith(new PersistedQueryLink({ sha256 }));

/** Sends the hash that each document has in the manifest, and never its text. */
export const known = clientWith(
  new PersistedQueryLink({ generateHash: hashOf, disable: () => false, retry: () => false }),
);

function clientWith(persisted: ApolloLink): ApolloClient {
  const headers = new SetContextLink(() => ({ headers: authHeaders() }));
  return new ApolloClient({
    link: ApolloLink.from([headers, persisted, new HttpLink({ uri: ENDPOINT })]),
    cache: new InMemoryCache(),
  });
}
