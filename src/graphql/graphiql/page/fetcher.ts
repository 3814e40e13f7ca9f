import type { Fetcher, FetcherParams } from '@graphiql/toolkit';
import { Kind, parse } from 'graphql';
import { ENDPOINT } from './endpoint';
import { isExampleImage, rememberImage } from './example-image';
import { isSubscription, subscription } from './subscription';
import { withToken } from './token';
import { chosenFiles, EXAMPLE_FILE } from './upload-bar';
import { uploadVariables } from './upload-variables';
import { refreshViewer } from './viewer';

/** Sends an operation: as JSON, or as a multipart request if it has files. Follows a subscription. */
export const fetcher: Fetcher = async (params, options) => {
  const operation = { ...params, operationName: nameIn(params) };
  const headers = (options?.headers ?? {}) as Record<string, string>;
  if (isSubscription(operation)) {
    void refreshViewer(headers, false);
    return subscription(operation, withToken(headers));
  }
  const files = filesFor(operation);
  const response = await fetch(ENDPOINT, {
    method: 'POST',
    headers: {
      accept: 'application/graphql-response+json, application/json',
      // A page of another site cannot send this header without a preflight; the gateway requires it for multipart requests.
      'apollo-require-preflight': '1',
      ...(files.length === 0 ? { 'content-type': 'application/json' } : {}),
      ...withToken(headers),
    },
    body: files.length === 0 ? JSON.stringify(operation) : multipart(operation, files),
  });
  void refreshViewer(headers, response.status === 401);
  const text = await response.text();
  try {
    const answer = JSON.parse(text);
    rememberImage(answer.data?.createImage?.id);
    return answer;
  } catch {
    throw new Error(`${response.status} ${response.statusText}: ${text.slice(0, 500) || 'an empty answer'}`);
  }
};

/**
 * Returns the name of the operation in a text with one operation. GraphiQL learns this name a moment after a tab is chosen
 * or its text changes, and would send the previous name until then.
 */
function nameIn({ query, operationName }: FetcherParams): string | null | undefined {
  try {
    const { definitions } = parse(query, { noLocation: true });
    const operations = definitions.filter((each) => each.kind === Kind.OPERATION_DEFINITION);
    return operations.length === 1 ? operations[0].name?.value : operationName;
  } catch {
    // The gateway reports the error in the text.
    return operationName;
  }
}

function filesFor({ query, operationName, variables }: FetcherParams): [variable: string, file: File][] {
  const defaultFile = isExampleImage(variables?.id) ? EXAMPLE_FILE : undefined;
  if (chosenFiles.size === 0 && !defaultFile) return [];
  return uploadVariables(parse(query), operationName).flatMap((variable) => {
    const file = chosenFiles.get(variable) ?? defaultFile;
    return file ? [[variable, file] as [string, File]] : [];
  });
}

/** Returns a form of the GraphQL multipart request specification: operations, map, then the files. */
function multipart(operation: FetcherParams, files: [variable: string, file: File][]): FormData {
  const empty = Object.fromEntries(files.map(([variable]) => [variable, null]));
  const map = Object.fromEntries(files.map(([variable], index) => [index, [`variables.${variable}`]]));
  const form = new FormData();
  form.append(
    'operations',
    JSON.stringify({ ...operation, variables: { ...operation.variables, ...empty } }),
  );
  form.append('map', JSON.stringify(map));
  files.forEach(([, file], index) => form.append(String(index), file));
  return form;
}
