import { isObjectName } from './object-name.js';

/** A place in Swift as Glance writes it into a location URL. */
export interface SwiftLocation {
  /** `swift+config`, where `address` is the name of an account in the configuration, or another scheme of Swift. */
  scheme: string;
  /** Address of the login without its scheme. */
  address: string;
  /** `account:user`; undefined where the URL names nobody. */
  user?: string;
  container: string;
  object: string;
}

/** The parts of a location URL of Swift; undefined for any other. The key in one is not among them. */
export function parseSwiftLocation(location: string): SwiftLocation | undefined {
  const match = /^(swift(?:\+https?|\+config)?):\/\/(?:([^/@]*)@)?([^@]+)\/([^/]+)\/([^/]+)$/.exec(location);
  if (!match) return undefined;
  const [, scheme, credentials, address, container, object] = match;
  if (address.includes('://') || !isObjectName(container) || !isObjectName(object)) return undefined;
  if (credentials === undefined) return { scheme, address, container, object };
  const end = credentials.lastIndexOf(':');
  return end < 0
    ? undefined
    : { scheme, address, user: unquoted(credentials.slice(0, end)), container, object };
}

function unquoted(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
