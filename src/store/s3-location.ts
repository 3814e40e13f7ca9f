import { isObjectName } from './object-name.js';

/** The object of S3 that a location URL of Glance names. */
export interface S3Location {
  /** The host of the server, with a port and path if the URL has them. */
  host: string;
  bucket: string;
  key: string;
}

/**
 * Parses a location URL of S3, without its credentials; undefined for any other URL. Glance does not encode the
 * credentials, so a secret may contain slashes.
 */
export function parseS3Location(location: string): S3Location | undefined {
  const match = /^s3(?:\+https?)?:\/\/(?:.*@)?([^@]+)\/([^/@]+)\/([^/]+)$/.exec(location);
  if (!match) return undefined;
  const [, host, bucket, key] = match;
  return isObjectName(key) ? { host, bucket, key } : undefined;
}
