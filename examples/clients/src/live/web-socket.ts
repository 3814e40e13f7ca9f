import { createClient, type Client } from 'graphql-ws';
import { authHeaders, ENDPOINT } from '../gateway';
import { resuming } from './resuming';

/** The gateway closes the connection with this code when it does not know the token, or the token has ended. */
const UNAUTHENTICATED = 4401;

const client = createClient({
  url: ENDPOINT.replace(/^http/, 'ws'),
  // A page cannot set headers of a WebSocket. The gateway reads the token from here.
  connectionParams: authHeaders,
  retryAttempts: Infinity,
});

/** Subscribes, and gives the end of a connection in the form of errors of GraphQL. */
function subscribe(...[payload, sink]: Parameters<Client['subscribe']>): () => void {
  return client.subscribe(payload, {
    next: (result) => sink.next(result),
    error: (problem) => sink.error(problem instanceof CloseEvent ? errorsOf(problem) : problem),
    complete: () => sink.complete(),
  });
}

function errorsOf({ code, reason }: CloseEvent) {
  return [{ message: reason, extensions: code === UNAUTHENTICATED ? { code: 'UNAUTHENTICATED' } : {} }];
}

/** One connection for all subscriptions of the page. It is open while there is a subscription. */
export const webSocket: Client = { ...client, subscribe: resuming(subscribe) as Client['subscribe'] };
