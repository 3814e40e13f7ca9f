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
      hasParent || placesOf(table, 'metadata', PARENT_LOCATOR).length > 0
        ? 'it names a parent image'
        : dangerOfLog(headers),
  };
};

const TABLE = 64 * KIB;
const HAS_PARENT = 0b10;

/** The identifiers of regions and items, in the order of their bytes. */
const METADATA_REGION = Buffer.from('06a27c8b90479a4bb8fe575f050f886e', 'hex');
const FILE_PARAMETERS = Buffer.from('3767a1ca36fa434db3b633f0aa44e76b', 'hex');
const VIRTUAL_DISK_SIZE = Buffer.from('2442a52f1bcd7648b2115dbed83bf4b8', 'hex');
const PARENT_LOCATOR = Buffer.from('2d5fd3a80bb34d45abf7d3d84834ab0c', 'hex');

/** Returns the place for an identifier; undefined where there is none, or several, of which programs take different ones. */
function placeOf(...searched: Parameters<typeof placesOf>): Range | undefined {
  const places = placesOf(...searched);
  return places.length === 1 ? places[0] : undefined;
}

/** Returns the places that a table of regions or of metadata gives for an identifier. */
function placesOf(table: Buffer, signature: 'regi' | 'metadata', id: Buffer): Range[] {
  if (!has(table, 0, signature) || table.length < TABLE) return [];
  const isOfRegions = signature === 'regi';
  const count = isOfRegions ? table.readUInt32LE(8) : table.readUInt16LE(10);
  const first = isOfRegions ? 16 : 32;
  const places: Range[] = [];
  for (let at = first; at < first + 32 * Math.min(count, MOST_ENTRIES); at += 32) {
    if (table.compare(id, 0, 16, at, at + 16) !== 0) continue;
    places.push(
      isOfRegions
        ? { at: u64le(table, at + 16), length: table.readUInt32LE(at + 24) }
        : { at: table.readUInt32LE(at + 16), length: table.readUInt32LE(at + 20) },
    );
  }
  return places;
}

const MOST_ENTRIES = 2047;

/** A log that is not empty changes the metadata when it is replayed. The intact header with the higher number counts. */
function dangerOfLog(headers: readonly Buffer[]): string | undefined {
  const [one, other] = headers.filter(isIntact);
  if (!one) return MALFORMED;
  if (other && numberOf(one) === numberOf(other) && !one.equals(other)) return MALFORMED;
  const newest = other && numberOf(other) > numberOf(one) ? other : one;
  return newest.subarray(48, 64).some((byte) => byte !== 0) ? 'its log must be replayed first' : undefined;
}

function numberOf(header: Buffer): bigint {
  return header.readBigUInt64LE(8);
}

function isIntact(header: Buffer): boolean {
  if (!has(header, 0, 'head') || header.length < 4 * KIB || header.readUInt16LE(66) !== VERSION) return false;
  const unsigned = Buffer.from(header);
  unsigned.writeUInt32LE(0, 4);
  return crc32c(unsigned) === header.readUInt32LE(4);
}

const VERSION = 1;

/** RFC 3720, appendix B.4. Node.js has only the other CRC-32. */
function crc32c(bytes: Buffer): number {
  let crc = 0xffff_ffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0x82f63b78 : 0);
  }
  return ~crc >>> 0;
}
