/**
 * Returns true for a name that can be the last part of a location's URL. `.` and `..` mean other places in a path, and
 * the XML answers of S3 cannot contain control characters.
 */
export function isObjectName(name: string): boolean {
  return /^[^/@\p{Cc}\p{Surrogate}]+$/u.test(name) && name !== '.' && name !== '..';
}
