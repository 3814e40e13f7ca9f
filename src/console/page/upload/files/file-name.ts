import { baseName } from '../../parts/base-name.js';

/** The ways of compressing data that a file's name and content tell. */
export type Compression = 'gzip' | 'xz' | 'zstd' | 'bzip2';

/** The parts of a file's name. */
export interface FileName {
  /** The name without folder and known suffixes. It is empty for an empty name only. */
  stem: string;
  /** The format that the suffix says; `ova` for an archive with a disk. */
  format?: string;
  /** The suffix behind that of the format. */
  compression?: Compression;
}

/** Takes a name such as `debian-13.qcow2.xz` apart. */
export function fileNameParts(fileName: string): FileName {
  const [packed, compression] = withoutSuffix(baseName(fileName), COMPRESSIONS);
  const [stem, format] = withoutSuffix(packed, FORMATS);
  return { stem, format, compression };
}

const COMPRESSIONS = new Map<string, Compression>([
  ['gz', 'gzip'],
  ['xz', 'xz'],
  ['zst', 'zstd'],
  ['zstd', 'zstd'],
  ['bz2', 'bzip2'],
]);

/**
 * Suffix → format. Undefined ones belong to files of any format: `.qcow` is used for both versions. The formats of
 * Amazon have no suffixes that people use.
 */
const FORMATS = new Map<string, string | undefined>([
  ...['qcow2', 'vmdk', 'vhd', 'vhdx', 'vdi', 'iso', 'ova', 'raw'].map((name) => [name, name] as const),
  ['vpc', 'vhd'],
  ...['img', 'qcow', 'tar'].map((name) => [name, undefined] as const),
]);

function withoutSuffix<T>(name: string, known: ReadonlyMap<string, T>): [string, T | undefined] {
  const dot = name.lastIndexOf('.');
  const suffix = name.slice(dot + 1).toLowerCase();
  // A name that begins with its only dot is a hidden file.
  return dot > 0 && known.has(suffix) ? [name.slice(0, dot), known.get(suffix)] : [name, undefined];
}
