/**
 * True for a name that a path of URLs keeps as it is, and that a location's URL can end with. One of dots alone means
 * another place; answers of S3, which are XML, cannot hold control characters.
 */
export function isObjectName(name: string): boolean {
  return /^[^/@\p{Cc}\p{Surrogate}]+$/u.test(name) && name !== '.' && name !== '..';
}
