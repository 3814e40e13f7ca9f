/** What a request turns out to be for: a list of versions, or version 1 with the rest of the path. */
export type Negotiated =
  | { for: 'versions'; status: 200 | 300 }
  | { for: 'v1'; /** Begins with a slash; empty for the bare `/v1`. */ path: string };

const VERSION_1 = new Set(['v1', 'v1.0', 'v1.1']);
const ACCEPTED_PREFIX = 'application/vnd.openstack.images-';

/**
 * Tells by path and Accept which version of the API is wanted, whatever the method (contract C2.1).
 *
 * @param path decoded, without runs of slashes
 */
export function negotiated(path: string, accept: string | undefined): Negotiated {
  const [, first, rest] = /^\/?([^/]*)(.*)$/s.exec(path)!;
  if (first === 'versions') return { for: 'versions', status: 200 };
  const byAccept = accept?.startsWith(ACCEPTED_PREFIX) ? accept.slice(ACCEPTED_PREFIX.length) : undefined;
  if (!VERSION_1.has(byAccept ?? first)) return { for: 'versions', status: 300 };
  return { for: 'v1', path: byAccept === undefined ? rest : path };
}
