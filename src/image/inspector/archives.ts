import { has, type DetectedFormat, type Look } from './look.js';

/** Compressed data and archives. Nothing is ever unpacked. */
export const archives: readonly Look[] = [
  // RFC 1952, section 2.3.1: two bytes, and the only method.
  beginning('gzip', (start) => has(start, 0, '\x1f\x8b\x08')),
  // After the size of a block comes the first block, or the end (bzip2 1.0.8, decompress.c).
  beginning(
    'bzip2',
    (start) => has(start, 0, 'BZh') && (has(start, 4, '1AY&SY') || has(start, 4, '\x17rE8P\x90')),
  ),
  // The .xz File Format 1.2.1, section 2.1.1.1.
  beginning('xz', (start) => has(start, 0, '\xfd7zXZ\0')),
  // RFC 8878, section 3.1.1.
  beginning('zstd', (start) => has(start, 0, '\x28\xb5\x2f\xfd')),
  // APPNOTE.TXT 6.3.10, sections 4.3.7 and 4.3.16: a file, or the end of an archive without files.
  beginning('zip', (start) => has(start, 0, 'PK\x03\x04') || has(start, 0, 'PK\x05\x06')),
  tar,
];

function beginning(format: DetectedFormat, isThere: (start: Buffer) => boolean): Look {
  return function* () {
    const start = yield { at: 0, length: 16 };
    return isThere(start) ? { format } : undefined;
  };
}

/** POSIX.1-2017, pax, "ustar Interchange Format". Older archives have the same sum, and no magic. */
function* tar(): ReturnType<Look> {
  const header = yield { at: 0, length: 512 };
  if (header.length < 512) return undefined;
  const recorded = parseInt(header.toString('latin1', 148, 156).trim(), 8);
  // The sum counts its own field as spaces.
  let sum = 8 * 0x20;
  for (const [at, byte] of header.entries()) if (at < 148 || at >= 156) sum += byte;
  return sum === recorded && header[0] !== 0 ? { format: 'tar' } : undefined;
}
