import { baseName } from '../../parts/base-name.js';
import { digestsIn, type Sum } from '../../parts/sums.js';

/** A digest that the gateway compares with the data. */
export type ExpectedDigest = Pick<Sum, 'algorithm' | 'value'>;

/**
 * Returns the digest that a text tells of a file: a digest alone, or that of the file's line in a file of sums. Of
 * several algorithms the strongest counts.
 *
 * @returns undefined when the text tells none, or several that contradict each other
 */
export function expectedDigest(text: string, fileName: string): ExpectedDigest | undefined {
  const sums = digestsIn(text);
  const named = sums.filter(({ name }) => name !== undefined);
  const name = baseName(fileName);
  // A file of sums without this file's name is about other files.
  return strongest(named.length > 0 ? named.filter((sum) => sum.name === name) : sums);
}

function strongest(sums: readonly Sum[]): ExpectedDigest | undefined {
  const digits = Math.max(...sums.map(({ value }) => value.length));
  const [first, ...others] = sums.filter(({ value }) => value.length === digits);
  // A wrong digest would make an image of good data fail. Files of one name in two folders have two.
  if (!first || others.some(({ value }) => value !== first.value)) return undefined;
  return { algorithm: first.algorithm, value: first.value };
}
