import { has, MALFORMED, u64le, type Look, type Range } from './look.js';

const format = 'vhdx';
const KIB = 1024;

/** Hyper-V's second format (Microsoft, [MS-VHDX] 8.0). */
export const vhdx: Look = function* () {
  const identifier = yield { at: 0, length: 8 };
  if (!has(identifier, 0, 'vhdxfile')) return undefined;
  const headers = [yield { at: 64 * KIB, length: 4 * KIB }, yield { at: 128 * KIB, length: 4 * KIB }];
  const regions = yield { at: 192 * KIB, length: TABLE };
  const copy = yield { at: 256 * KIB, length: TABLE };
  const metadata = regions.equals(copy) ? placeOf(regions, 'regi', METADATA_REGION) : undefined;
  if (!metadata) return { format, danger: MALFORMED };
  const table = yield { at: metadata.at, length: TABLE };
  const items = [FILE_PARAMETERS, VIRTUAL_DISK_SIZE].map((id) => placeOf(table, 'metadata', id));
  const [parameters, size] = items;
  if (!parameters || !size) return { format, danger: MALFORMED };
  // The items are small, and lie together behind the table.
  const start = Math.min(parameters.at, size.at);
  const bytes = yield {
    at: metadata.at + start,
    length: Math.min(Math.abs(parameters.at - size.at) + 8, TABLE),
  };
  if (bytes.length < Math.max(parameters.at, size.at) - start + 8) return { format, danger: MALFORMED };
  const hasParent = (bytes.readUInt32LE(parameters.at - start + 4) & HAS_PARENT) !== 0;
  return {
    format,
    virtualSize: u64le(bytes, size.at - start),
    leastSize: metadata.at + metadata.length,
    danger:
      hasParent || placeOf(table, 'metadata', PARENT_LOCATOR)
        ? 'it names a parent image'
        : dangerOfLog(headers),
  };
};

const TABLE = 64 * KIB;
const HAS_PARENT = 0b10;

/** The identifiers of regions and items, in the order of their bytes. */
const METADATA_REGION = '06a27c8b90479a4bb8fe575f050f886e';
const FILE_PARAMETERS = '3767a1ca36fa434db3b633f0aa44e76b';
const VIRTUAL_DISK_SIZE = '2442a52f1bcd7648b2115dbed83bf4b8';
const PARENT_LOCATOR = '2d5fd3a80bb34d45abf7d3d84834ab0c';

/** Returns the place that a table of regions or of metadata gives for an identifier. */
function placeOf(table: Buffer, signature: 'regi' | 'metadata', id: string): Range | undefined {
  if (!has(table, 0, signature) || table.length < TABLE) return undefined;
  const isOfRegions = signature === 'regi';
  const count = isOfRegions ? table.readUInt32LE(8) : table.readUInt16LE(10);
  const first = isOfRegions ? 16 : 32;
  for (let index = 0; index < Math.min(count, MOST_ENTRIES); index += 1) {
    const entry = table.subarray(first + 32 * index, first + 32 * (index + 1));
    if (entry.toString('hex', 0, 16) !== id) continue;
    return isOfRegions
      ? { at: u64le(entry, 16), length: entry.readUInt32LE(24) }
      : { at: entry.readUInt32LE(16), length: entry.readUInt32LE(20) };
  }
  return undefined;
}

const MOST_ENTRIES = 2047;

/** A log that is not empty changes the metadata when it is replayed. The intact header with the higher number counts. */
function dangerOfLog(headers: readonly Buffer[]): string | undefined {
  const [newest] = headers.filter(isIntact).sort((one, other) => u64le(other, 8) - u64le(one, 8));
  if (!newest) return MALFORMED;
  return newest.subarray(48, 64).some((byte) => byte !== 0) ? 'its log must be replayed first' : undefined;
}

function isIntact(header: Buffer): boolean {
  if (!has(header, 0, 'head') || header.length < 4 * KIB) return false;
  const unsigned = Buffer.from(header);
  unsigned.writeUInt32LE(0, 4);
  return crc32c(unsigned) === header.readUInt32LE(4);
}

/** RFC 3720, appendix B.4. Node.js has only the other CRC-32. */
function crc32c(bytes: Buffer): number {
  let crc = 0xffff_ffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0x82f63b78 : 0);
  }
  return ~crc >>> 0;
}
