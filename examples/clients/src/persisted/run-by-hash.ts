import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import type { GatewayError } from '../errors';
import { authHeaders, ENDPOINT } from '../gateway';
import { hashOf } from './hashes';

/** Runs a document by its hash in the manifest, without a client library. */
export async function runByHash<Data, Variables>(
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
): Promise<Data> {
  const response = await fetch(ENDPOINT, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...authHeaders() },
    body: JSON.stringify({ documentId: `sha256:${hashOf(document)}`, variables }),
  });
  const { data, errors } = (await response.json()) as { data: Data; errors?: GatewayError[] };
  if (errors) throw errors[0];
  return data;
}
