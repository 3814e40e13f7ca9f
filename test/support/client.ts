import type { TestGateway } from './gateway.js';
import type { TypedDocumentString } from './operations.js';

export interface GraphqlAnswer<Data = Record<string, never>> {
  data?: Data | null;
  errors?: {
    message: string;
    path?: (string | number)[];
    extensions: Record<string, unknown> & { code: string };
  }[];
}

/** Sends one GraphQL operation as a front end would. */
export async function graphql<Data = any>(
  gateway: Pick<TestGateway, 'url'>,
  query: string,
  variables: object = {},
  headers: Record<string, string> = {},
): Promise<GraphqlAnswer<Data>> {
  const response = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query, variables }),
  });
  return (await response.json()) as GraphqlAnswer<Data>;
}

/** The data of an operation that is expected to succeed. */
export async function dataOf<Data = any>(...call: Parameters<typeof graphql>): Promise<Data> {
  const answer = await graphql<Data>(...call);
  if (answer.errors) throw new Error(JSON.stringify(answer.errors));
  return answer.data as Data;
}

/** Runs an operation that `operations.ts` has, with its types. */
export async function run<Data, Variables extends object>(
  gateway: Pick<TestGateway, 'url'>,
  document: TypedDocumentString<Data, Variables>,
  variables: Variables,
  headers: Record<string, string> = {},
): Promise<Data> {
  return dataOf<Data>(gateway, document.toString(), variables, headers);
}

/** The extensions of the first error of an operation that is expected to fail. */
export async function errorOf(...call: Parameters<typeof graphql>): Promise<Record<string, unknown>> {
  const answer = await graphql(...call);
  if (!answer.errors) throw new Error(`expected an error, got ${JSON.stringify(answer.data)}`);
  return answer.errors[0].extensions;
}

/** Registers an image and gives its id. */
export async function createImage(
  gateway: Pick<TestGateway, 'url'>,
  input: object = {},
  headers: Record<string, string> = {},
): Promise<string> {
  const query = 'mutation ($input: CreateImageInput!) { createImage(input: $input) { id } }';
  const data = await dataOf<{ createImage: { id: string } }>(gateway, query, { input }, headers);
  return data.createImage.id;
}

/** Sends the data of an image by the data road. */
export async function putData(
  gateway: Pick<TestGateway, 'url'>,
  id: string,
  body: BodyInit,
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(`${gateway.url}/data/${id}`, { method: 'PUT', body, headers, duplex: 'half' } as RequestInit);
}

/** An image with data, and so active. */
export async function createActiveImage(
  gateway: Pick<TestGateway, 'url'>,
  body: BodyInit,
  input: object = {},
  headers: Record<string, string> = {},
): Promise<string> {
  const id = await createImage(gateway, { diskFormat: 'raw', containerFormat: 'bare', ...input }, headers);
  const response = await putData(gateway, id, body, headers);
  if (response.status !== 200) throw new Error(`upload failed: ${response.status} ${await response.text()}`);
  return id;
}

/** Identity headers as a trusted proxy sets them. */
export function as(tenant: string, roles = 'member', user = `${tenant}-user`): Record<string, string> {
  return {
    'x-identity-status': 'Confirmed',
    'x-user-id': user,
    'x-tenant-id': tenant,
    'x-roles': roles,
  };
}
