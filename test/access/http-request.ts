import { request, type IncomingHttpHeaders } from 'node:http';

export interface HttpAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  /** The body as JSON; undefined when it is empty. */
  json: any;
}

/** One HTTP request with exactly these headers, `Host` and doubled ones included, which `fetch` does not allow. */
export function httpRequest(
  url: string,
  method: string,
  headers: [string, string][],
  body?: string,
): Promise<HttpAnswer> {
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

/** A GraphQL operation as such a request. */
export function graphqlRequest(
  gateway: { url: string },
  query: string,
  headers: [string, string][] = [],
): Promise<HttpAnswer> {
  return httpRequest(
    `${gateway.url}/graphql`,
    'POST',
    [['content-type', 'application/json'], ...headers],
    JSON.stringify({ query }),
  );
}
