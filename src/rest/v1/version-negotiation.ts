import { unversionedPath, withoutSlash } from './legacy-paths.js';

/** What a request turns out to be for: a list of versions, or version 1 with the rest of the path. */
export type Negotiated =
  | { for: 'versions'; status: 200 | 300 }
  | {
      for: 'v1';
      /** Begins with a slash; empty for the bare `/v1`. */
      path: string;
      /** The version as the path had it, with a slash before it; empty without one. */
      prefix: string;
      /** True when neither path nor Accept names a version, as in requests of clients that know none (contract C27). */
      isUnversioned: boolean;
    };

const VERSION_1 = new Set(['v1', 'v1.0', 'v1.1']);
const ACCEPTED_PREFIX = 'application/vnd.openstack.images-';

/**
 * Tells by path and Accept which version of the API is wanted, whatever the method (contract C2.1).
 *
 * @param path decoded, without runs of slashes
 * @param isLegacy takes image paths without a version for version 1 (contract C27)
 */
export function negotiated(path: string, accept: string | undefined, isLegacy: boolean): Negotiated {
  const [, first, rest] = /^\/?([^/]*)(.*)$/s.exec(path)!;
  if (first === 'versions') return { for: 'versions', status: 200 };
  const byAccept = accept?.startsWith(ACCEPTED_PREFIX) ? accept.slice(ACCEPTED_PREFIX.length) : undefined;
  const unversioned = isLegacy && byAccept === undefined ? unversionedPath(path) : undefined;
  if (unversioned !== undefined)
    return { for: 'v1', path: withoutSlash(unversioned), prefix: '', isUnversioned: true };
  if (!VERSION_1.has(byAccept ?? first)) return { for: 'versions', status: 300 };
  const within = byAccept === undefined ? rest : path;
  return {
    for: 'v1',
    path: isLegacy ? withoutSlash(within) : within,
    prefix: byAccept === undefined ? `/${first}` : '',
    isUnversioned: false,
  };
}
