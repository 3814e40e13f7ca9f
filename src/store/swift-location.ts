import { isObjectName } from './object-name.js';

/** The object of Swift that a location URL of Glance names. */
export interface SwiftLocation {
  /** `swift+config`, where `address` names a configured account, or another scheme of Swift. */
  scheme: string;
  /** The URL of the login service without its scheme. */
  address: string;
  /** `account:user`; undefined for a URL without credentials. */
  user?: string;
  container: string;
  object: string;
}

/** Parses a location URL of Swift, without its key; undefined for any other URL. */
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
