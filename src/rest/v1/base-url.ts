import type { IncomingMessage } from 'node:http';

/** The URL of the gateway as the client of a request sees it. */
export interface BaseUrl {
  /** Such as `http://images.example.org:9292`, without a slash at the end. */
  origin: string;
  /** A path that a proxy removed, such as `/image`; usually empty. */
  prefix: string;
}

/**
 * Returns the base URL of a request: from `Host`, or from the headers of a proxy. These are `Forwarded`, else
 * `X-Forwarded-Proto` and `X-Forwarded-Host`; and `X-Forwarded-Prefix`.
 *
 * @param isProxied whether the headers of a proxy count
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

/** Returns an origin without the default port of its scheme. */
function originOf(scheme: 'http' | 'https', host: string): string {
  return `${scheme}://${host.replace(scheme === 'http' ? /:80$/ : /:443$/, '')}`;
}
