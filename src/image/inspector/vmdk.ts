import { has, MALFORMED, u64le, type Found, type Look } from './look.js';

const format = 'vmdk';

/** VMware's disks: one file that holds all (VMware, Virtual Disk Format 5.0), and what names other files. */
export const vmdk: Look = function* () {
  const header = yield { at: 0, length: SECTOR };
  if (has(header, 0, 'COWD')) return { format, danger: 'it is a part of a disk of several files' };
  if (isDescriptor(header)) return { format, danger: 'it is a descriptor, which names other files' };
  if (!has(header, 0, 'KDMV')) return undefined;
  if (header.length < SECTOR) return { format, danger: MALFORMED };
  const at = u64le(header, 28) * SECTOR;
  const length = u64le(header, 36) * SECTOR;
  const found: Found = { format, virtualSize: u64le(header, 12) * SECTOR, leastSize: at + length };
  const danger = dangerOfHeader(header, length);
  if (danger) return { ...found, danger };
  const descriptor = yield { at, length };
  if (descriptor.length < length) return { ...found, danger: MALFORMED };
  const dangerInside = dangerOfDescriptor(descriptor);
  if (dangerInside || !hasFooter(header)) return { ...found, danger: dangerInside };
  const footer = yield { at: -2 * SECTOR, length: SECTOR };
  return { ...found, danger: isSameBeside(GRAIN_DIRECTORY, header, footer) ? undefined : MALFORMED };
};

const SECTOR = 512;
/** VMware's own descriptors have 20 sectors. */
const LONGEST_DESCRIPTOR = 64 * 1024;

/** The comment that VMware writes, or what QEMU takes for a descriptor: comments, empty lines, then a version. */
function isDescriptor(start: Buffer): boolean {
  const text = start.toString('latin1');
  return /^# *Disk DescriptorFile/i.test(text) || /^(?:#[^\n]*\n|[ \t]*\r?\n)*[ \t]*version=[123]/.test(text);
}

function dangerOfHeader(header: Buffer, descriptorLength: number): string | undefined {
  if (header.readBigUInt64LE(12) === 0n) return 'it has no data of its own';
  if (descriptorLength === 0) return 'it is a part of a disk of several files';
  return descriptorLength > LONGEST_DESCRIPTOR ? 'its descriptor is too long' : undefined;
}

const SAFE_TYPES = ['monolithicSparse', 'streamOptimized'];

function dangerOfDescriptor(bytes: Buffer): string | undefined {
  const [text] = bytes.toString('latin1').split('\0', 1);
  const types = [...text.matchAll(/createType\s*=\s*"?([^"\r\n]*)/gi)].map(([, type]) => type.trim());
  if (types.length === 0) return MALFORMED;
  const other = types.find((type) => !SAFE_TYPES.includes(type));
  if (other !== undefined) return 'its createType is neither monolithicSparse nor streamOptimized';
  if (/parentFileNameHint/i.test(text) || /parentCID\s*=\s*(?!\s|f{8}\b)/i.test(text))
    return 'it names a parent image';
  const extents = [...text.matchAll(/^[ \t]*(?:RW|RDONLY|NOACCESS)[ \t]+\d+[ \t]+(\w+)([^\r\n]*)/gim)];
  if (extents.length > 1) return 'it is a part of a disk of several files';
  const [, kind = 'SPARSE', rest = ''] = extents[0] ?? [];
  if (kind.toUpperCase() !== 'SPARSE') return 'its extent is not sparse';
  return /[/\\]/.test(rest) ? 'its extent names a path' : undefined;
}

/** The grain directory of a stream lies at its end, where a second header tells its place. */
function hasFooter(header: Buffer): boolean {
  return header.readBigUInt64LE(GRAIN_DIRECTORY.start) === 0xffff_ffff_ffff_ffffn;
}

const GRAIN_DIRECTORY = { start: 56, end: 64 };

function isSameBeside({ start, end }: { start: number; end: number }, one: Buffer, other: Buffer): boolean {
  return (
    one.subarray(0, start).equals(other.subarray(0, start)) && one.subarray(end).equals(other.subarray(end))
  );
}
