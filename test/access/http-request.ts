import { request, type IncomingHttpHeaders } from 'node:http';
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { print } from 'graphql';
import type { GraphqlAnswer } from '../support/client.js';

export interface HttpAnswer<Json> {
  status: number;
  headers: IncomingHttpHeaders;
  /** The body as JSON; undefined when it is empty. */
  json: Json;
}

/** The fields of JSON answers of the data face and of version 1 that the tests read. */
interface JsonAnswer {
  code?: string;
  message?: string;
  status?: string;
}

/** Sends one request with exactly these headers. `fetch` allows neither `Host` nor a header twice. */
export function httpRequest<Json = JsonAnswer>(
  url: string,
  method: string,
  headers: [string, string][],
  body?: string,
): Promise<HttpAnswer<Json>> {
  const named = headers.some(([name]) => name.toLowerCase() === 'host');
  const all: [string, string][] = named ? headers : [['host', new URL(url).host], ...headers];
  if (body !== undefined) all.push(['content-length', String(Buffer.byteLength(body))]);
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers: all.flat(), setHost: false, agent: false }, (response) => {
      const pieces: Buffer[] = [];
      response.on('data', (piece: Buffer) => pieces.push(piece));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(pieces).toString();
        resolve({
          status: response.statusCode!,
          headers: response.headers,
          json: text ? JSON.parse(text) : undefined,
        });
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/** Sends a GraphQL operation as such a request. */
export function graphqlRequest<Data>(
  gateway: { url: string },
  document: TypedDocumentNode<Data, object>,
  headers: [string, string][] = [],
): Promise<HttpAnswer<GraphqlAnswer<Data>>> {
  return httpRequest(
    `${gateway.url}/graphql`,
    'POST',
    [['content-type', 'application/json'], ...headers],
    JSON.stringify({ query: print(document) }),
  );
}
