/** The digests that the gateway knows of an image. */
export interface KnownDigests {
  md5: string | null | undefined;
  /** The second digest: sha256, sha384 or sha512. */
  hash: string | null | undefined;
}

/** Hexadecimal digits of MD5, SHA-256, SHA-384 and SHA-512. */
const DIGEST = /(?<![0-9a-f])(?:[0-9a-f]{128}|[0-9a-f]{96}|[0-9a-f]{64}|[0-9a-f]{32})(?![0-9a-f])/gi;

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
  const lines = text.split('\n');
  const named = name ? lines.filter((line) => nameIn(line) === name) : [];
  const digests = (named.length > 0 ? named : lines).flatMap(digestsIn);
  const comparable = digests.filter((each) => known.some(({ length }) => length === each.length));
  if (comparable.length === 0) return undefined;
  return comparable.some((each) => known.includes(each)) ? 'same' : 'different';
}

function digestsIn(line: string): string[] {
  return (line.match(DIGEST) ?? []).map((each) => each.toLowerCase());
}

/** Returns the file that a line of sums is about: `DIGEST  NAME`, `DIGEST *NAME` or `SHA256 (NAME) = DIGEST`. */
function nameIn(line: string): string | undefined {
  const [, inBrackets, behind] = /^\w+ \((.+)\) = |^[0-9a-f]+ [ *]?(.+)$/i.exec(line.trim()) ?? [];
  return (inBrackets ?? behind)?.split('/').at(-1);
}
