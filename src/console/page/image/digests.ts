import { digestsIn } from '../parts/sums.js';

/** The digests that the gateway knows of an image. */
export interface KnownDigests {
  md5: string | null | undefined;
  /** The second digest: sha256, sha384 or sha512. */
  hash: string | null | undefined;
}

/**
 * Compares a pasted digest, or a file of sums, with an image. In a file of sums the line with the image's name counts,
 * where there is one.
 *
 * @returns undefined when the text has no digest of a kind that is known of the image
 */
export function compared(
  text: string,
  { md5, hash }: KnownDigests,
  name: string | null,
): 'same' | 'different' | undefined {
  const known = [md5, hash].flatMap((each) => (each ? [each.toLowerCase()] : []));
  const digests = digestsIn(text);
  const named = digests.filter((each) => each.name !== undefined && each.name === name);
  const comparable = (named.length > 0 ? named : digests).filter(({ value }) =>
    known.some(({ length }) => length === value.length),
  );
  if (comparable.length === 0) return undefined;
  return comparable.some(({ value }) => known.includes(value)) ? 'same' : 'different';
}
