/** The formats that the inspector knows. `raw` is any other data. */
export const DETECTED_FORMATS = [
  ...['qcow', 'qcow2', 'qed', 'vmdk', 'vhd', 'vhdx', 'vdi', 'ploop', 'luks'],
  ...['iso', 'udf', 'gpt', 'mbr'],
  ...['gzip', 'bzip2', 'xz', 'zstd', 'zip', 'tar', 'raw'],
] as const;
export type DetectedFormat = (typeof DETECTED_FORMATS)[number];

/** A format that data has, as its header tells. */
export interface Found {
  format: DetectedFormat;
  /** Bytes of the disk. Undefined where the header does not tell; infinite where it tells more than can be. */
  virtualSize?: number;
  /** The bytes that the data must have, as the header tells. */
  leastSize?: number;
  /** Other formats that the data may safely have at the same time. */
  beside?: readonly DetectedFormat[];
  /** Why the data is unsafe to use. The words continue "the data is …, and ". */
  danger?: string;
}

/** A part of the data. A negative offset counts from the end of the data. */
export interface Range {
  at: number;
  length: number;
}

/**
 * Looks for one format. It asks for parts of the data and gets each of them, cut short where the data ends. After the
 * first 64 KiB it must ask in the order of the data: the bytes before the end of its last part have gone by,
 * and it gets nothing.
 *
 * @returns undefined when the data does not have the format
 */
export type Look = () => Generator<Range, Found | undefined, Buffer>;

/** The danger of a header that is incomplete or contradicts itself. */
export const MALFORMED = 'its header is damaged or cut short';

/** Returns a 64-bit number; infinity for one that JavaScript cannot hold exactly. */
export function u64le(bytes: Buffer, at: number): number {
  return safe(bytes.readBigUInt64LE(at));
}

export function u64be(bytes: Buffer, at: number): number {
  return safe(bytes.readBigUInt64BE(at));
}

function safe(value: bigint): number {
  return value > BigInt(Number.MAX_SAFE_INTEGER) ? Infinity : Number(value);
}

/** Returns true when the bytes at an offset are these characters, one byte each. */
export function has(bytes: Buffer, at: number, characters: string): boolean {
  return bytes.toString('latin1', at, at + characters.length) === characters;
}
