/** Returns true when a column can hold the text: length, no 4-byte character (contract C8.11), no half character. */
export function fits(text: string, characters?: number, bytes?: number): boolean {
  if (characters !== undefined && text.length > characters) return false;
  if (bytes !== undefined && Buffer.byteLength(text) > bytes) return false;
  return !OUTSIDE_BMP.test(text);
}

/**
 * Returns the fault of a text that is to be stored, in words that complete "must …"; undefined for no fault.
 *
 * @param allowsLines true to allow tabs and line breaks
 */
export function textProblem(
  text: string,
  limit: { characters?: number; bytes?: number },
  allowsLines = false,
): string | undefined {
  if (limit.characters !== undefined && text.length > limit.characters) {
    return `must have at most ${limit.characters} characters; it has ${text.length}`;
  }
  if (limit.bytes !== undefined && Buffer.byteLength(text) > limit.bytes) {
    return `must have at most ${limit.bytes} bytes of UTF-8; it has ${Buffer.byteLength(text)}`;
  }
  if (OUTSIDE_BMP.test(text)) return 'must not hold characters of four bytes in UTF-8, such as emoji';
  if ((allowsLines ? CONTROL_BUT_LINES : CONTROL).test(text)) return 'must not hold control characters';
  return undefined;
}

// Surrogates: a pair is a 4-byte character, a single one is no character.
const OUTSIDE_BMP = /[\ud800-\udfff]/;
// eslint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u001f\u007f]/;
// eslint-disable-next-line no-control-regex
const CONTROL_BUT_LINES = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/;
