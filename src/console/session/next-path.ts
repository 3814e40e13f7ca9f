/** The start of the console, and where a login leads that names no other place. */
export const HOME = '/console/';

const LONGEST = 1500;
/** Any host: only what stands behind it is used. */
const BASE = 'http://console.invalid';

/**
 * Returns the path that a login leads to. It lies below `/console/`, whatever was asked for: an address that anybody may have
 * made must not lead to another site, or to a route of the gateway.
 */
export function nextPath(asked: unknown): string {
  if (typeof asked !== 'string' || asked.length > LONGEST) return HOME;
  // Browsers read a backslash as a slash, and skip white space and control characters.
  if (!asked.startsWith(HOME) || !/^[\x21-\x5b\x5d-\x7e]+$/.test(asked)) return HOME;
  if (!URL.canParse(asked, BASE)) return HOME;
  // Reads `..` and `%2e%2e` as a browser does.
  const { origin, pathname, search, hash } = new URL(asked, BASE);
  const isPage = pathname.startsWith(HOME) && !ROUTES.test(decoded(pathname).toLowerCase());
  return origin === BASE && isPage ? pathname + search + hash : HOME;
}

/** Routes that would end the login that leads to them, or begin another one. */
const ROUTES = /^\/console\/(login|callback|session)([/;]|$)/;

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    // No route of the gateway has such a path.
    return path;
  }
}
