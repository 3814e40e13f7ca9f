import type { GraphqlAnswer } from './client.js';
import type { TestGateway } from './gateway.js';

export const UPLOAD =
  'mutation ($id: ID!, $data: Upload!) { uploadImage(id: $id, data: $data) { id status size checksum } }';

/** Sends an operation with one file, as the GraphQL multipart request specification has it. */
export async function graphqlWithFile<Data = any>(
  gateway: Pick<TestGateway, 'url'>,
  query: string,
  variables: object,
  file: Blob,
  options: { headers?: Record<string, string>; map?: string; operations?: string } = {},
): Promise<GraphqlAnswer<Data> & { status: number }> {
  const form = new FormData();
  form.append(
    'operations',
    options.operations ?? JSON.stringify({ query, variables: { ...variables, data: null } }),
  );
  form.append('map', options.map ?? '{"0":["variables.data"]}');
  form.append('0', file, 'disk.img');
  const response = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'apollo-require-preflight': '1', ...options.headers },
    body: form,
  });
  return { status: response.status, ...((await response.json()) as GraphqlAnswer<Data>) };
}
