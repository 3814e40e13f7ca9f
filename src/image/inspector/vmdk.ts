import { has, MALFORMED, u64le, type Found, type Look } from './look.js';

const format = 'vmdk';

/** VMware's disks: one file that holds all (VMware, Virtual Disk Format 5.0), and what names other files. */
export const vmdk: Look = function* () {
  const header = yield { at: 0, length: SECTOR };
  if (has(header, 0, 'COWD')) return { format, danger: 'it is a part of a disk of several files' };
  if (isDescriptor(header)) return { format, danger: 'it is a descriptor, which names other files' };
  if (!has(header, 0, 'KDMV')) return undefined;
  if (header.length < SECTOR) return { format, danger: MALFORMED };
  const length = u64le(header, 36) * SECTOR;
  const found: Found = { format, virtualSize: u64le(header, 12) * SECTOR, leastSize: SECTOR + length };
  const danger = dangerOfHeader(header, length);
  if (danger) return { ...found, danger };
  const descriptor = yield { at: SECTOR, length: Math.max(length, USUAL_DESCRIPTOR) };
  if (descriptor.length < length) return { ...found, danger: MALFORMED };
  const dangerInside = dangerOfDescriptor(descriptor);
  if (dangerInside || !hasFooter(header)) return { ...found, danger: dangerInside };
  const footer = yield { at: -2 * SECTOR, length: SECTOR };
  return { ...found, danger: isFooterOf(header, footer) ? undefined : MALFORMED };
};

const SECTOR = 512;
/** VMware's own descriptors have 20 sectors. QEMU looks for a parent image in all of them, whatever the header tells. */
const USUAL_DESCRIPTOR = 20 * SECTOR;
const LONGEST_DESCRIPTOR = 64 * 1024;

/** The comment that VMware writes, or what QEMU takes for a descriptor: comments, empty lines, then a version. */
function isDescriptor(start: Buffer): boolean {
  const text = start.toString('latin1');
  return (
    /^# *Disk DescriptorFile/i.test(text) || /^(?:#[^\n]*\n|[ \t]*\r?\n)*[ \t]*version=[123]\s/.test(text)
  );
}

function dangerOfHeader(header: Buffer, descriptorLength: number): string | undefined {
  if (header.readBigUInt64LE(12) === 0n) return 'it has no data of its own';
  if (descriptorLength === 0) return 'it is a part of a disk of several files';
  // All programs put the descriptor there, and QEMU looks for a parent image nowhere else.
  if (u64le(header, 28) !== 1) return 'its descriptor is not in the usual place';
  return descriptorLength > LONGEST_DESCRIPTOR ? 'its descriptor is too long' : undefined;
}

const SAFE_TYPES = ['monolithicSparse', 'streamOptimized'];

function dangerOfDescriptor(bytes: Buffer): string | undefined {
  // Some programs read on behind a zero byte.
  const text = bytes.toString('latin1').replaceAll(/\0+/g, '\n');
  const types = [...text.matchAll(/createType\s*=\s*"?([^"\r\n]*)/gi)].map(([, type]) => type.trim());
  if (types.length === 0) return 'its descriptor tells no createType';
  const other = types.find((type) => !SAFE_TYPES.includes(type));
  if (other !== undefined) return 'its createType is neither monolithicSparse nor streamOptimized';
  if (/parentFileNameHint/i.test(text) || /parentCID\s*=\s*(?!\s|f{8}\b)/i.test(text))
    return 'it names a parent image';
  const tracks = text.split(/[\r\n]+/).filter((line) => /changeTrackPath\s*=/i.test(line));
  if (tracks.some((line) => /[/\\]/.test(line))) return 'it names the path of another file';
  const extents = [...text.matchAll(/^[ \t]*(?:RW|RDONLY|NOACCESS)[ \t]+\d+[ \t]+(\w+)([^\r\n]*)/gim)];
  if (extents.length > 1) return 'it is a part of a disk of several files';
  const [, kind = 'SPARSE', rest = ''] = extents[0] ?? [];
  if (kind.toUpperCase() !== 'SPARSE') return 'its extent is not sparse';
  return /[/\\]/.test(rest) ? 'its extent names a path' : undefined;
}

/** The grain directory of a stream lies at its end, where a second header tells its place. */
function hasFooter(header: Buffer): boolean {
  return header.readBigUInt64LE(GRAIN_DIRECTORY) === 0xffff_ffff_ffff_ffffn;
}

const GRAIN_DIRECTORY = 56;

/** Returns true when the second header tells the same disk, with the place of the grain directory. */
function isFooterOf(header: Buffer, footer: Buffer): boolean {
  return footer.length === SECTOR && !hasFooter(footer) && isSame(0, 8) && isSame(12, 44);

  function isSame(start: number, end: number): boolean {
    return header.subarray(start, end).equals(footer.subarray(start, end));
  }
}
