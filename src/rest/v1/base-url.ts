import type { IncomingMessage } from 'node:http';

/** Where a request was sent to, as its client sees it. */
export interface BaseUrl {
  /** Such as `http://images.example.org:9292`, without a slash at the end. */
  origin: string;
  /** A path that a proxy has cut off, such as `/image`; usually empty. */
  prefix: string;
}

/**
 * Reads where a request was sent to from its Host, or from what a proxy says of it: `Forwarded`, else
 * `X-Forwarded-Proto` and `-Host`; `X-Forwarded-Prefix`.
 *
 * @param isProxied whether what a proxy says counts
 */
export function baseUrl({ headers, socket }: IncomingMessage, isProxied: boolean): BaseUrl {
  const host = headers.host ?? `${socket.localAddress}:${socket.localPort}`;
  if (!isProxied) return { origin: originOf('http', host), prefix: '' };
  const one = (name: string) => {
    const value = headers[name];
    return typeof value === 'string' ? value.split(',', 1)[0].trim() || undefined : undefined;
  };
  const forwarded = new Map(
    (one('forwarded') ?? '').split(';').map((pair) => {
      const [name, value = ''] = pair.split('=');
      return [name.trim().toLowerCase(), value.trim().replace(/^"|"$/g, '')];
    }),
  );
  const hasForwarded = headers.forwarded !== undefined;
  const scheme = hasForwarded ? forwarded.get('proto') : one('x-forwarded-proto');
  const named = hasForwarded ? forwarded.get('host') : one('x-forwarded-host');
  const prefix = (one('x-forwarded-prefix') ?? '').replace(/\/+$/, '');
  return { origin: originOf(scheme === 'https' ? 'https' : 'http', named ?? host), prefix };
}

/** The port that a scheme has anyway is left out. */
function originOf(scheme: 'http' | 'https', host: string): string {
  return `${scheme}://${host.replace(scheme === 'http' ? /:80$/ : /:443$/, '')}`;
}
