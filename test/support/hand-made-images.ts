/** Offset → what stands there: characters of one byte each, or bytes. */
export type Fields = Record<number, string | Buffer>;

/** Returns a copy of data in which some fields are others. */
export function patched(data: Buffer, ...changes: readonly Fields[]): Buffer<ArrayBuffer> {
  const copy = Buffer.from(data);
  for (const fields of changes)
    for (const [at, value] of Object.entries(fields))
      (typeof value === 'string' ? Buffer.from(value, 'latin1') : value).copy(copy, Number(at));
  return copy;
}

function zeros(size: number, ...fields: readonly Fields[]): Buffer<ArrayBuffer> {
  return patched(Buffer.alloc(size), ...fields);
}

export function le16(value: number): Buffer {
  return le64(value).subarray(0, 2);
}

export function le32(value: number): Buffer {
  return le64(value).subarray(0, 4);
}

export function le64(value: number | bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

export function be32(value: number): Buffer {
  return be64(value).subarray(4);
}

export function be64(value: number | bigint): Buffer {
  return le64(value).reverse();
}

export const KIB = 1024;
const MIB = 1024 * KIB;
/** The largest number of 64 bits. */
export const LARGEST = 2n ** 64n - 1n;

/** A disk of 1 MiB, version 3, with its first table in the last cluster. */
export function qcow2(...changes: readonly Fields[]): Buffer<ArrayBuffer> {
  const header = { 0: 'QFI\xfb', 4: be32(3), 20: be32(16), 24: be64(MIB), 96: be32(4), 100: be32(104) };
  const tables = { 36: be32(1), 40: be64(192 * KIB), 48: be64(64 * KIB), 56: be32(1) };
  return zeros(256 * KIB, header, tables, ...changes);
}

export function qcow1(...changes: readonly Fields[]): Buffer {
  const header = { 0: 'QFI\xfb', 4: be32(1), 24: be64(MIB), 32: Buffer.from([12, 9]), 40: be64(48) };
  return zeros(4 * KIB, header, ...changes);
}

export function qed(...changes: readonly Fields[]): Buffer {
  const header = {
    0: 'QED\0',
    4: le32(64 * KIB),
    8: le32(1),
    12: le32(1),
    40: le64(64 * KIB),
    48: le64(MIB),
  };
  return zeros(128 * KIB, header, ...changes);
}

export function vdi(...changes: readonly Fields[]): Buffer {
  const header = { 64: le32(0xbeda107f), 68: le32(0x10001), 72: le32(400), 76: le32(1) };
  const disk = { 340: le32(512), 344: le32(1024), 368: le64(MIB), 376: le32(MIB), 384: le32(1) };
  return zeros(4 * KIB, header, disk, ...changes);
}

export function ploop(...changes: readonly Fields[]): Buffer {
  return zeros(4 * KIB, { 0: 'WithouFreSpacExt', 16: le32(2), 32: le32(1), 36: le64(2048) }, ...changes);
}

/** The first sector of a disk with one partition. */
export function mbr(): Buffer {
  return zeros(512, { 446: Buffer.from('80000000830000000008000000080000', 'hex'), 510: '\x55\xaa' });
}

/** An ISO 9660 volume without files. */
export function iso(...changes: readonly Fields[]): Buffer<ArrayBuffer> {
  return zeros(64 * KIB, { 32768: '\x01CD001\x01', 34816: '\xffCD001\x01' }, ...changes);
}

export const FIXED = 2;
export const DYNAMIC = 3;
export const DIFFERENCING = 4;

/** The footer of a VHD of 1 MiB, with its sum. */
export function vhdFooter(type: number, ...changes: readonly Fields[]): Buffer {
  const footer = zeros(512, { 0: 'conectix', 12: be32(0x10000), 48: be64(MIB), 60: be32(type) }, ...changes);
  const sum = footer.reduce((total, byte) => total + byte, 0);
  return patched(footer, { 64: be32(~sum >>> 0) });
}

export function fixedVhd(content: Buffer = Buffer.alloc(0), ...changes: readonly Fields[]): Buffer {
  return Buffer.concat([zeros(MIB, { 0: content }), vhdFooter(FIXED, ...changes)]);
}

export function dynamicVhd(copy = vhdFooter(DYNAMIC), footer = vhdFooter(DYNAMIC)): Buffer {
  return Buffer.concat([copy, zeros(4 * KIB, { 0: 'cxsparse' }), footer]);
}

export const DESCRIPTOR = [
  '# Disk DescriptorFile',
  'version=1',
  'CID=12345678',
  'parentCID=ffffffff',
  'createType="monolithicSparse"',
  'RW 2048 SPARSE "disk.vmdk"',
  'ddb.adapterType = "ide"',
].join('\n');

/** A disk of 1 MiB, with its descriptor in 20 sectors. */
export function vmdk(descriptor = DESCRIPTOR, ...changes: readonly Fields[]): Buffer {
  const header = {
    0: 'KDMV',
    4: le32(1),
    8: le32(3),
    12: le64(2048),
    20: le64(128),
    28: le64(1),
    36: le64(20),
  };
  return zeros(64 * KIB, header, { 56: le64(26), 512: descriptor }, ...changes);
}

/** A disk whose grain directory lies at the end, where a second header tells its place. */
export function streamOptimizedVmdk(footerChanges: Fields = {}): Buffer {
  const descriptor = DESCRIPTOR.replace('monolithicSparse', 'streamOptimized');
  const disk = vmdk(descriptor, { 4: le32(3), 56: le64(LARGEST) });
  const footer = patched(disk.subarray(0, 512), { 56: le64(60) }, footerChanges);
  return Buffer.concat([disk, zeros(512, { 0: le64(1), 12: le32(3) }), footer, Buffer.alloc(512)]);
}

const METADATA_REGION = Buffer.from('06a27c8b90479a4bb8fe575f050f886e', 'hex');
const FILE_PARAMETERS = Buffer.from('3767a1ca36fa434db3b633f0aa44e76b', 'hex');
const VIRTUAL_DISK_SIZE = Buffer.from('2442a52f1bcd7648b2115dbed83bf4b8', 'hex');
const PARENT_LOCATOR = Buffer.from('2d5fd3a80bb34d45abf7d3d84834ab0c', 'hex');

/** A disk of 1 MiB. The tables of regions lie at 192 and 256 KiB, that of metadata at 1 MiB. */
export function vhdx(...changes: readonly Fields[]): Buffer {
  const regions = zeros(64 * KIB, {
    0: 'regi',
    8: le32(1),
    16: METADATA_REGION,
    32: le64(MIB),
    40: le32(MIB),
  });
  const metadata = {
    ...{ 0: 'metadata', 10: le16(2) },
    ...{ 32: FILE_PARAMETERS, 48: le32(64 * KIB), 52: le32(8) },
    ...{ 64: VIRTUAL_DISK_SIZE, 80: le32(64 * KIB + 8), 84: le32(8) },
    ...{ 65536: le32(MIB), 65544: le64(MIB) },
  };
  const parts = {
    ...{ 0: 'vhdxfile', 65536: vhdxHeader(1), 131072: vhdxHeader(2) },
    ...{ 196608: regions, 262144: regions, 1048576: zeros(MIB, metadata) },
  };
  return zeros(2 * MIB, parts, ...changes);
}

/** A header with its sum. */
export function vhdxHeader(number: number | bigint, ...changes: readonly Fields[]): Buffer {
  const header = zeros(4 * KIB, { 0: 'head', 8: le64(number), 66: le16(1) }, ...changes);
  return patched(header, { 4: le32(crc32c(header)) });
}

/** Changes to a VHDX that add an item to its metadata. */
export function parentLocator(): Fields {
  return { [MIB + 10]: le16(3), [MIB + 96]: PARENT_LOCATOR, [MIB + 112]: le32(64 * KIB + 16) };
}

/** Changes to a VHDX that give its parameters a second time. */
export function secondParameters(): Fields {
  return { [MIB + 10]: le16(3), [MIB + 96]: FILE_PARAMETERS, [MIB + 112]: le32(64 * KIB + 16) };
}

/** The polynomial of RFC 3720, as a shift register. */
function crc32c(bytes: Buffer): number {
  let register = 2 ** 32 - 1;
  for (const byte of bytes)
    for (let bit = 0; bit < 8; bit += 1) {
      const isOdd = ((register ^ (byte >>> bit)) & 1) === 1;
      register >>>= 1;
      if (isOdd) register = (register ^ 0x82f6_3b78) >>> 0;
    }
  return (register ^ -1) >>> 0;
}
