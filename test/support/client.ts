import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { print } from 'graphql';
import type { TestGateway } from './gateway.js';
import { gql, type VariablesOf } from './gql.js';

export interface GraphqlError {
  message: string;
  path?: (string | number)[];
  locations?: { line: number; column: number }[];
  extensions: Record<string, unknown> & { code: string };
}

export interface GraphqlAnswer<Data = unknown> {
  data?: Data | null;
  errors?: GraphqlError[];
  /** Only with QUERY_COST_SHOWN. */
  extensions?: { cost: { actual: number; maximum: number } };
}

export type CreateImageInput = VariablesOf<typeof CREATE_IMAGE>['input'];

type Server = Pick<TestGateway, 'url'>;
type Headers = Record<string, string>;

/** The variables may be left out if the document needs none. */
type VariablesAndHeaders<Variables> =
  Partial<Variables> extends Variables
    ? [variables?: Variables, headers?: Headers]
    : [variables: Variables, headers?: Headers];

const CREATE_IMAGE = gql('mutation ($input: CreateImageInput!) { createImage(input: $input) { id } }');

/** Returns the data of an operation that succeeds. */
export async function run<Data, Variables extends object>(
  gateway: Server,
  document: TypedDocumentNode<Data, Variables>,
  ...rest: VariablesAndHeaders<NoInfer<Variables>>
): Promise<Data> {
  const answer = await graphql(gateway, document, ...rest);
  if (answer.errors) throw new Error(JSON.stringify(answer.errors));
  return answer.data!;
}

/**
 * Returns the extensions of the first error of an operation that fails.
 *
 * @param variables of any type, since wrong variables are one reason to fail
 */
export async function errorOf(
  gateway: Server,
  document: TypedDocumentNode<unknown, never>,
  variables: object = {},
  headers: Headers = {},
): Promise<GraphqlError['extensions']> {
  const { data, errors } = await sendText(gateway, print(document), variables, headers);
  if (!errors) throw new Error(`expected an error, got ${JSON.stringify(data)}`);
  return errors[0].extensions;
}

/** Returns the whole answer to an operation, with its data and its errors. */
export async function graphql<Data, Variables extends object>(
  gateway: Server,
  document: TypedDocumentNode<Data, Variables>,
  ...[variables, headers]: VariablesAndHeaders<NoInfer<Variables>>
): Promise<GraphqlAnswer<Data>> {
  return (await sendText(gateway, print(document), variables, headers)) as GraphqlAnswer<Data>;
}

/**
 * Sends a text that has no type: one that is malformed or hostile on purpose, or that a test generates.
 * Every other operation is a document of `gql`.
 */
export async function sendText(
  gateway: Server,
  query: string,
  variables: object = {},
  headers: Headers = {},
): Promise<GraphqlAnswer> {
  const response = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query, variables }),
  });
  return (await response.json()) as GraphqlAnswer;
}

/** Registers an image and returns its id. */
export async function createImage(
  gateway: Server,
  input: CreateImageInput = {},
  headers: Headers = {},
): Promise<string> {
  return (await run(gateway, CREATE_IMAGE, { input }, headers)).createImage.id;
}

/** Sends the data of an image to the data face. */
export async function putData(
  gateway: Server,
  id: string,
  body: BodyInit,
  headers: Headers = {},
): Promise<Response> {
  return fetch(`${gateway.url}/data/${id}`, { method: 'PUT', body, headers, duplex: 'half' } as RequestInit);
}

/** Returns the status of a refusal, and the code in its JSON. */
export async function statusAndCode(response: Response): Promise<[status: number, code: unknown]> {
  const { code } = (await response.json()) as { code?: unknown };
  return [response.status, code];
}

/** Creates an image with data, so that it is active, and returns its id. */
export async function createActiveImage(
  gateway: Server,
  body: BodyInit,
  input: CreateImageInput = {},
  headers: Headers = {},
): Promise<string> {
  const id = await createImage(gateway, { diskFormat: 'raw', containerFormat: 'bare', ...input }, headers);
  const response = await putData(gateway, id, body, headers);
  if (response.status !== 200) throw new Error(`upload failed: ${response.status} ${await response.text()}`);
  return id;
}

/** Returns identity headers as a trusted proxy sets them. */
export function as(tenant: string, roles = 'member', user = `${tenant}-user`): Headers {
  return {
    'x-identity-status': 'Confirmed',
    'x-user-id': user,
    'x-tenant-id': tenant,
    'x-roles': roles,
  };
}
