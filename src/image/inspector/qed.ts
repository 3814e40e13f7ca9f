import { has, MALFORMED, u64le, type Look } from './look.js';

/** QEMU's enhanced disk format (QEMU, docs/interop/qed_spec.rst). */
export const qed: Look = function* () {
  const header = yield { at: 0, length: 64 };
  if (!has(header, 0, 'QED\0')) return undefined;
  const format = 'qed';
  if (header.length < 64) return { format, danger: MALFORMED };
  return {
    format,
    virtualSize: u64le(header, 48),
    leastSize: u64le(header, 40) + header.readUInt32LE(4) * header.readUInt32LE(8),
    danger: feature(header.readBigUInt64LE(16)),
  };
};

function feature(features: bigint): string | undefined {
  if (features & BACKING_FILE) return 'it names a backing file';
  return features & ~KNOWN_FEATURES ? 'it needs unknown features' : undefined;
}

const BACKING_FILE = 1n;
/** A backing file, a check that is needed, and a backing file that is not probed. */
const KNOWN_FEATURES = 0b111n;
