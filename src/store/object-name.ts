/** The most names that a store reads to find data of an image. */
export const SAMPLE_SIZE = 100;

/** Finds a name that is an image's: a UUID, or a number as in a very old Glance. */
export function imageNameIn(names: readonly string[]): string | undefined {
  return names.find((name) => /^([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d{1,12})$/i.test(name));
}

/**
 * Returns true for a name that can be the last part of a location's URL. `.` and `..` mean other places in a path, and
 * the XML answers of S3 cannot contain control characters.
 */
export function isObjectName(name: string): boolean {
  return /^[^/@\p{Cc}\p{Surrogate}]+$/u.test(name) && name !== '.' && name !== '..';
}
