import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import type { TestGateway } from './gateway.js';

/** An image as the JSON of version 1 shows it. */
export interface V1Record {
  id: string;
  name: string | null;
  status: string;
  size: number;
  virtual_size: number | null;
  checksum: string | null;
  disk_format: string | null;
  container_format: string | null;
  min_disk: number;
  min_ram: number;
  owner: string | null;
  is_public: boolean;
  protected: boolean;
  created_at: string;
  updated_at: string;
  deleted_at: string | null;
  properties: Record<string, string | null>;
  /** These are only there with LEGACY_PATHS. */
  store?: string;
  type?: string;
  uri?: string;
}

/** The JSON of version 1. An answer has some of these fields. */
export interface V1Json {
  image: V1Record;
  images: V1Record[];
  members: { member_id: string; can_share: boolean }[];
  shared_images: { image_id: string; can_share: boolean }[];
  versions: { id: string; links: { href: string }[] }[];
  message: string;
}

export interface V1Answer<Json = V1Json> {
  status: number;
  /** Names as they came over the wire, values read as UTF-8. */
  headers: Record<string, string>;
  text: string;
  json(): Json;
}

/** Sends one request as it is. Adds only the headers Host and, if there is a body, Content-Length. */
export async function v1<Json = V1Json>(
  gateway: Pick<TestGateway, 'url'>,
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body?: string | Buffer,
): Promise<V1Answer<Json>> {
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

/** Registers an image, or uploads one if there is a body, and returns it as the answer shows it. */
export async function v1Image(
  gateway: Pick<TestGateway, 'url'>,
  fields: Record<string, string> = {},
  body?: string,
  headers: Record<string, string> = {},
): Promise<V1Record> {
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
