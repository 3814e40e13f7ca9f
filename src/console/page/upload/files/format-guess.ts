import { fileNameParts, type Compression } from './file-name.js';

/** The bytes at the start of a file that a guess needs. */
export const HEAD = 64 * 1024;
/** The bytes at the end. */
export const TAIL = 512;

/** The formats that a file probably has. */
export interface Guess {
  diskFormat: string;
  containerFormat: string;
  /** The reason: the bytes of the file, the suffix of its name, or none. */
  basis: 'content' | 'name' | 'guess';
  /** The compression that the content has. The disk format is then that of the name, since nothing is unpacked. */
  compression?: Compression;
  /** The format or compression that the name says, where the content says another. */
  nameSays?: string;
  /** The other file that the data needs: the one below it, or the one with its content. */
  warning?: 'backingFile' | 'dataFile';
}

/**
 * Guesses the formats of a chosen file. The content wins over the name. The order of formats is that of the gateway's
 * own inspection.
 *
 * @param head the first 64 KiB, or all of a smaller file
 * @param tail the last 512 bytes, or all of a smaller file
 */
export function guessFormat(fileName: string, head: Uint8Array, tail: Uint8Array): Guess {
  const name = fileNameParts(fileName);
  const content = contentOf(head, tail);
  const compression = COMPRESSIONS.find((each) => each === content);
  const format = compression ? undefined : content;
  const said = name.compression ?? (compression ? undefined : name.format);
  const warning = warningOf(format, head);
  return {
    ...formatsOf(format ?? name.format ?? 'raw'),
    basis: format ? 'content' : name.format ? 'name' : 'guess',
    ...(compression ? { compression } : {}),
    ...(content && said && said !== content ? { nameSays: said } : {}),
    ...(warning ? { warning } : {}),
  };
}

const COMPRESSIONS: readonly Compression[] = ['gzip', 'xz', 'zstd', 'bzip2'];

/** Format → offset → the characters there, one byte each. The first format whose characters are all there counts. */
const MARKS: readonly [format: string, marks: Readonly<Record<number, string>>][] = [
  ['qcow', { 0: 'QFI\xfb\0\0\0\x01' }],
  ['qcow2', { 0: 'QFI\xfb' }],
  ['qed', { 0: 'QED\0' }],
  ['vmdk', { 0: 'KDMV' }],
  ['vmdk', { 0: 'COWD' }],
  ['vhdx', { 0: 'vhdxfile' }],
  ['vhd', { 0: 'conectix' }],
  ['vdi', { 64: '\x7f\x10\xda\xbe' }],
  ['ploop', { 0: 'WithoutFreeSpace' }],
  ['ploop', { 0: 'WithouFreSpacExt' }],
  // An encrypted volume is a raw disk to the gateway, as to Cinder.
  ['raw', { 0: 'LUKS\xba\xbe' }],
  ['gzip', { 0: '\x1f\x8b\x08' }],
  ['bzip2', { 0: 'BZh', 4: '1AY&SY' }],
  ['bzip2', { 0: 'BZh', 4: '\x17rE8P\x90' }],
  ['xz', { 0: '\xfd7zXZ\0' }],
  ['zstd', { 0: '\x28\xb5\x2f\xfd' }],
  ['ova', { 257: 'ustar' }],
  ['iso', { 32769: 'CD001' }],
];

/** The signature of an MBR, and those of a GPT with sectors of 512 and 4096 bytes. */
const PARTITIONS: readonly (readonly [at: number, characters: string])[] = [
  [510, '\x55\xaa'],
  [512, 'EFI PART'],
  [4096, 'EFI PART'],
];

function contentOf(head: Uint8Array, tail: Uint8Array): string | undefined {
  const marked = MARKS.find(([, marks]) =>
    Object.entries(marks).every(([at, characters]) => has(head, Number(at), characters)),
  );
  if (marked) return marked[0];
  if (isDescriptor(head)) return 'vmdk';
  if (isUdf(head)) return 'iso';
  // A fixed VHD is a raw disk with a footer, and may have partitions.
  if (has(tail, 0, 'conectix')) return 'vhd';
  return PARTITIONS.some(([at, characters]) => has(head, at, characters)) ? 'raw' : undefined;
}

/** Returns true for the small text file that names the files of a VMDK. */
function isDescriptor(head: Uint8Array): boolean {
  return /^# *Disk DescriptorFile/i.test(String.fromCharCode(...head.subarray(0, 64)));
}

/** Returns true for a disc with UDF alone. Its descriptors lie where ISO 9660 has its own, in any of 16 sectors. */
function isUdf(head: Uint8Array): boolean {
  for (let at = 16 * SECTOR + 1; at < HEAD; at += SECTOR)
    if (has(head, at, 'NSR02') || has(head, at, 'NSR03')) return true;
  return false;
}

const SECTOR = 2048;

function formatsOf(format: string): Pick<Guess, 'diskFormat' | 'containerFormat'> {
  return format === 'ova'
    ? { diskFormat: 'vmdk', containerFormat: 'ova' }
    : { diskFormat: format, containerFormat: 'bare' };
}

function warningOf(format: string | undefined, head: Uint8Array): Guess['warning'] {
  if (format === 'vmdk' && isDescriptor(head)) return 'dataFile';
  if (format !== 'qcow' && format !== 'qcow2') return undefined;
  if (head.subarray(8, 16).some((byte) => byte !== 0)) return 'backingFile';
  // Version 2 has data of its own where version 3 has its incompatible features.
  return head[7] >= 3 && (head[79] & EXTERNAL_DATA) !== 0 ? 'dataFile' : undefined;
}

const EXTERNAL_DATA = 0b100;

function has(bytes: Uint8Array, at: number, characters: string): boolean {
  for (let index = 0; index < characters.length; index += 1)
    if (bytes[at + index] !== characters.charCodeAt(index)) return false;
  return true;
}
