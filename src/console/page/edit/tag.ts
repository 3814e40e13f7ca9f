export const LONGEST_TAG = 255;

/** Returns true for a text that can be a tag. */
export function isTag(typed: string): boolean {
  const { length } = [...typed.trim()];
  return length > 0 && length <= LONGEST_TAG;
}
