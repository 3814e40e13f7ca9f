import { has, MALFORMED, u64be, type Found, type Look } from './look.js';

/** QEMU's copy-on-write formats, versions 1 to 3 (QEMU, docs/interop/qcow2.rst; version 1: block/qcow.c). */
export const qcow: Look = function* () {
  const header = yield { at: 0, length: 104 };
  if (!has(header, 0, 'QFI\xfb')) return undefined;
  const version = header.length < 8 ? 0 : header.readUInt32BE(4);
  if (version === 1) return ofVersion1(header);
  return version === 2 || version === 3
    ? ofVersion2(header, version)
    : { format: 'qcow2', danger: 'it has an unknown version' };
};

function ofVersion1(header: Buffer): Found {
  if (header.length < 48) return { format: 'qcow', danger: MALFORMED };
  const virtualSize = u64be(header, 24);
  // A cluster, and a table of the second level that has 8 bytes for each cluster of its part of the disk.
  const covered = 2 ** (header[32] + header[33]);
  return {
    format: 'qcow',
    virtualSize,
    leastSize: u64be(header, 40) + 8 * Math.ceil(virtualSize / covered),
    danger: backing(header),
  };
}

function ofVersion2(header: Buffer, version: number): Found {
  const format = 'qcow2';
  if (header.length < (version === 2 ? 72 : 104)) return { format, danger: MALFORMED };
  const clusterBits = header.readUInt32BE(20);
  const features = version === 2 ? 0n : header.readBigUInt64BE(72);
  return {
    format,
    virtualSize: u64be(header, 24),
    leastSize: Math.max(
      u64be(header, 40) + 8 * header.readUInt32BE(36),
      u64be(header, 48) + header.readUInt32BE(56) * 2 ** clusterBits,
    ),
    danger:
      backing(header) ?? feature(features) ?? (clusterBits < 9 || clusterBits > 30 ? MALFORMED : undefined),
  };
}

function backing(header: Buffer): string | undefined {
  return header.readBigUInt64BE(8) === 0n ? undefined : 'it names a backing file';
}

function feature(features: bigint): string | undefined {
  if (features & EXTERNAL_DATA) return 'it names an external data file';
  return features & ~KNOWN_FEATURES ? 'it needs unknown features' : undefined;
}

const EXTERNAL_DATA = 1n << 2n;
/** Incompatible features: dirty, corrupt, external data file, compression type, extended L2 entries. */
const KNOWN_FEATURES = 0b11111n;
