import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { print } from 'graphql';
import type { GraphqlAnswer } from './client.js';
import type { TestGateway } from './gateway.js';
import { gql } from './gql.js';

export const UPLOAD = gql(
  'mutation ($id: ID!, $data: Upload!) { uploadImage(id: $id, data: $data) { id status size checksum } }',
);

/** Sends an operation with one file, the variable `data`, as the GraphQL multipart request specification says. */
export async function graphqlWithFile<Data, Variables extends { data?: null }>(
  gateway: Pick<TestGateway, 'url'>,
  document: TypedDocumentNode<Data, Variables>,
  variables: NoInfer<Omit<Variables, 'data'>>,
  file: Blob,
  options: { headers?: Record<string, string>; map?: string; operations?: string } = {},
): Promise<GraphqlAnswer<Data> & { status: number }> {
  const form = new FormData();
  const operation = { query: print(document), variables: { ...variables, data: null } };
  form.append('operations', options.operations ?? JSON.stringify(operation));
  form.append('map', options.map ?? '{"0":["variables.data"]}');
  form.append('0', file, 'disk.img');
  const response = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'apollo-require-preflight': '1', ...options.headers },
    body: form,
  });
  return { status: response.status, ...((await response.json()) as GraphqlAnswer<Data>) };
}
