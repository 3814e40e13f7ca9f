import { Environment, Network, Observable, RecordSource, Store } from 'relay-runtime';
import type { GraphQLResponse, RequestParameters, Variables } from 'relay-runtime';
import type { GatewayError } from '../errors';
import { authHeaders, ENDPOINT } from '../gateway';
import { webSocket } from '../live/web-socket';

export const environment = new Environment({
  store: new Store(new RecordSource()),
  // Not every object shows the name of its tenant, so that each keeps its own. The id of a tenant may be any text.
  getDataID: (record, type) => (type === 'Tenant' ? undefined : record.id),
  network: Network.create(fetchQuery, subscribe),
});

async function fetchQuery({ text }: RequestParameters, variables: Variables): Promise<GraphQLResponse> {
  const response = await fetch(ENDPOINT, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...authHeaders() },
    body: JSON.stringify({ query: text, variables }),
  });
  const answer = await response.json();
  if (answer.errors) throw withCode(answer.errors);
  return answer;
}

function subscribe({ text }: RequestParameters, variables: Variables): Observable<GraphQLResponse> {
  return Observable.create((sink) =>
    webSocket.subscribe(
      { query: text!, variables },
      {
        next: (answer) => sink.next(answer as GraphQLResponse),
        error: (error) => sink.error(Array.isArray(error) ? withCode(error) : (error as Error)),
        complete: () => sink.complete(),
      },
    ),
  );
}

/** Returns the first error of an answer as an exception that has its code. */
function withCode([{ message, extensions }]: readonly GatewayError[]): Error & GatewayError {
  return Object.assign(new Error(message), { extensions });
}
