import { isObjectName } from './object-name.js';

/** A place in S3 as Glance writes it into a location URL. */
export interface S3Location {
  /** Host of the server, with its port and path where it has them. */
  host: string;
  bucket: string;
  key: string;
}

/**
 * The parts of a location URL of S3; undefined for any other. The credentials in one are not among them. They are
 * not encoded there, so that a secret may hold slashes.
 */
export function parseS3Location(location: string): S3Location | undefined {
  const match = /^s3(?:\+https?)?:\/\/(?:.*@)?([^@]+)\/([^/@]+)\/([^/]+)$/.exec(location);
  if (!match) return undefined;
  const [, host, bucket, key] = match;
  return isObjectName(key) ? { host, bucket, key } : undefined;
}
