import { unversionedPath, withoutSlash } from './legacy-paths.js';

/** The target of a request: the list of versions, or version 1 and the path within it. */
export type NegotiatedVersion =
  | { for: 'versions'; status: 200 | 300 }
  | {
      for: 'v1';
      /** Begins with a slash; empty for `/v1` itself. */
      path: string;
      /** The version in the path, with a slash before it; empty without a version. */
      prefix: string;
      /** True if neither the path nor Accept names a version, as in requests of the first clients (contract C27). */
      isUnversioned: boolean;
    };

const VERSION_1 = new Set(['v1', 'v1.0', 'v1.1']);
const ACCEPTED_PREFIX = 'application/vnd.openstack.images-';

/**
 * Finds the requested version of the API from the path and Accept, for every method (contract C2.1).
 *
 * @param path decoded, without runs of slashes
 * @param isLegacy whether an image path without a version means version 1 (contract C27)
 */
export function negotiateVersion(
  path: string,
  accept: string | undefined,
  isLegacy: boolean,
): NegotiatedVersion {
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
