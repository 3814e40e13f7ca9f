import { baseName } from './base-name.js';

export type SumAlgorithm = 'md5' | 'sha256' | 'sha384' | 'sha512';

/** A digest that stands in a text. */
export interface Sum {
  algorithm: SumAlgorithm;
  /** Hexadecimal digits in lower case. */
  value: string;
  /** The file that the line is about, without its folder; undefined for a digest alone. */
  name?: string;
}

/** Returns the digests in a pasted text or a file of sums, in their order. */
export function digestsIn(text: string): Sum[] {
  return text.split(/[\r\n]+/).flatMap((line) => digestsOfLine(line.trim()));
}

/** The number of digits → the algorithm. */
const ALGORITHMS = new Map<number, SumAlgorithm>([
  [32, 'md5'],
  [64, 'sha256'],
  [96, 'sha384'],
  [128, 'sha512'],
]);

/** `SHA256 (NAME) = DIGEST` of BSD, or `SHA2-256(NAME)= DIGEST` of OpenSSL. */
const TAGGED = /^([\w/-]+) ?\((.+)\) ?= ?([0-9a-f]+)$/i;
/** `DIGEST  NAME`, or `DIGEST *NAME` for a file that was read as binary. A second digest is no name. */
const LISTED = /^([0-9a-f]+)(?: [ *]|\s+)(?![0-9a-f]{32,}$)(\S.*)$/i;
const DIGEST = /(?<![0-9a-f])(?:[0-9a-f]{128}|[0-9a-f]{96}|[0-9a-f]{64}|[0-9a-f]{32})(?![0-9a-f])/gi;

function digestsOfLine(line: string): Sum[] {
  const tagged = TAGGED.exec(line);
  // Other algorithms, such as BLAKE2b, have digests of the same lengths.
  if (tagged) return sumsOf([tagged[3]], tagged[2]).filter(({ algorithm }) => isTag(tagged[1], algorithm));
  const listed = LISTED.exec(line);
  return listed ? sumsOf([listed[1]], listed[2]) : sumsOf(line.match(DIGEST) ?? []);
}

function sumsOf(values: readonly string[], path?: string): Sum[] {
  return values.flatMap((value) => {
    const algorithm = ALGORITHMS.get(value.length);
    const name = path === undefined ? {} : { name: baseName(path) };
    return algorithm ? [{ algorithm, value: value.toLowerCase(), ...name }] : [];
  });
}

function isTag(tag: string, algorithm: SumAlgorithm): boolean {
  return tag.toLowerCase().replace(/^sha-?(?:2-)?/, 'sha') === algorithm;
}
