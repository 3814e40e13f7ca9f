import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import type { TestGateway } from './gateway.js';

export interface V1Answer {
  status: number;
  /** Names as they came over the wire, values read as UTF-8. */
  headers: Record<string, string>;
  text: string;
  json(): any;
}

/** Sends one request as it is: no header is added but Host, and Content-Length where there is a body. */
export async function v1(
  gateway: Pick<TestGateway, 'url'>,
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body?: string | Buffer,
): Promise<V1Answer> {
  const { hostname, port } = new URL(gateway.url);
  const bytes = body === undefined ? undefined : Buffer.from(body);
  const own = bytes && !headers['transfer-encoding'] ? { 'content-length': String(bytes.length) } : {};
  const latin1 = Object.fromEntries(
    Object.entries({ ...own, ...headers }).map(([name, value]) => [
      name,
      Buffer.from(value).toString('latin1'),
    ]),
  );
  const sent = request({ hostname, port, method, path, headers: latin1 });
  sent.end(bytes);
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  const pieces: Buffer[] = [];
  for await (const piece of response) pieces.push(piece as Buffer);
  const text = Buffer.concat(pieces).toString('utf8');
  return { status: response.statusCode!, headers: headersOf(response), text, json: () => JSON.parse(text) };
}

/** Metadata of an image as request headers. */
export function meta(fields: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [`x-image-meta-${name}`, value]));
}

/** Registers an image, or uploads one where there is a body, and gives it as the answer shows it. */
export async function v1Image(
  gateway: Pick<TestGateway, 'url'>,
  fields: Record<string, string> = {},
  body?: string,
  headers: Record<string, string> = {},
): Promise<any> {
  const type: Record<string, string> =
    body === undefined ? {} : { 'content-type': 'application/octet-stream' };
  const formats: Record<string, string> =
    body === undefined ? {} : { disk_format: 'raw', container_format: 'bare' };
  const all = { ...type, ...meta({ ...formats, ...fields }), ...headers };
  const answer = await v1(gateway, 'POST', '/v1/images', all, body);
  if (answer.status !== 201) throw new Error(`${answer.status} ${answer.text}`);
  return answer.json().image;
}

function headersOf({ rawHeaders }: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {};
  for (let at = 0; at < rawHeaders.length; at += 2) {
    headers[rawHeaders[at]] = Buffer.from(rawHeaders[at + 1], 'latin1').toString('utf8');
  }
  return headers;
}
