/** The digests that data may be declared to have beside its MD5, and the hexadecimal digits of each. */
export const HASH_DIGITS: Readonly<Record<string, number>> = { sha256: 64, sha384: 96, sha512: 128 };

export const HASH_ALGORITHMS: readonly string[] = Object.keys(HASH_DIGITS);
