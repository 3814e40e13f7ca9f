import { print, type DocumentNode } from 'graphql';
import type { GraphqlAnswer } from './client.js';
import { gql, type ResultOf } from './gql.js';
import { rawRequest, type RawRequest } from './raw-request.js';

export const CREATE_WITH_DATA = gql(
  'mutation ($input: CreateImageInput!, $data: Upload) { createImage(input: $input, data: $data) { id status size } }',
);
export const FORMATS = { diskFormat: 'raw', containerFormat: 'bare' };

/** One part of a form, as it is sent. */
export interface Part {
  name: string;
  body: string | Buffer;
  /** A part with a file name is a file. */
  filename?: string;
  /** Further lines of its header. */
  header?: string;
}

/** The parts of a form that creates an image with a file. */
export function imageForm(file: string | Buffer, input: object = {}): Part[] {
  return operationForm(
    CREATE_WITH_DATA,
    { input: { ...FORMATS, ...input }, data: null },
    '["variables.data"]',
    file,
  );
}

/** The parts of a form with one operation, a document or a text that is wrong on purpose, and one file. */
export function operationForm(
  document: DocumentNode | string,
  variables: object,
  paths: string,
  file: string | Buffer = 'data',
): Part[] {
  const query = typeof document === 'string' ? document : print(document);
  return [
    { name: 'operations', body: JSON.stringify({ query, variables }) },
    { name: 'map', body: `{"0":${paths}}` },
    { name: '0', filename: 'disk.raw', body: file },
  ];
}

/** The bytes of a form with the boundary `b`. */
export function formBytes(parts: readonly Part[], end = '--b--\r\n'): Buffer {
  return Buffer.concat([...parts.map(partBytes), Buffer.from(end)]);
}

export function partBytes({ name, filename, header = '', body }: Part): Buffer {
  const file = filename === undefined ? '' : `; filename="${filename}"`;
  return Buffer.concat([
    Buffer.from(`--b\r\ncontent-disposition: form-data; name="${name}"${file}\r\n${header}\r\n`),
    Buffer.from(body),
    Buffer.from('\r\n'),
  ]);
}

/** Sends the head of a request with a form. */
export function formRequest(
  gateway: { url: string },
  headers: Record<string, string | number> = { 'transfer-encoding': 'chunked' },
): Promise<RawRequest> {
  return rawRequest(gateway.url, 'POST', '/graphql', {
    'content-type': 'multipart/form-data; boundary=b',
    'apollo-require-preflight': '1',
    ...headers,
  });
}

/** Sends a whole form, valid or not, and returns the answer. */
export async function sendForm<Data = ResultOf<typeof CREATE_WITH_DATA>>(
  gateway: { url: string },
  form: Buffer | readonly Part[],
  headers: Record<string, string> = {},
): Promise<{
  status: number;
  data?: Data | null;
  error?: { message: string; code: string; field?: string; imageId?: string };
}> {
  const bytes = Buffer.isBuffer(form) ? form : formBytes(form as Part[]);
  const request = await formRequest(gateway, { 'content-length': bytes.length, ...headers });
  await request.send(bytes);
  const answer = await request.answer();
  const { data, errors } = answer.json<GraphqlAnswer<Data>>();
  const error = errors?.[0] && { message: errors[0].message, ...errors[0].extensions };
  return { status: answer.status, data, error };
}
