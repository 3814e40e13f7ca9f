import { hasProgram, run } from './image-programs.js';

/** True when QEMU can make images here; Debian's package is qemu-utils. */
export const hasQemuImg = hasProgram('qemu-img', 'qemu-utils');

/** A format that qemu-img writes. */
export interface QemuFormat {
  /** QEMU's name of the format. */
  name: string;
  /** Options as `-o` takes them. */
  options?: string;
  /** True when the disk is encrypted. */
  isEncrypted?: boolean;
}

const SECRET = 'secret,id=key,data=example';

/** Makes an image of an empty disk. */
export function createImage(file: string, format: QemuFormat, megabytes: number, more: string[] = []): void {
  run('qemu-img', ['create', '-q', '-f', format.name, ...optionsOf(format), ...more, file, `${megabytes}M`]);
}

/** Makes an image of a raw disk. */
export function convertImage(source: string, file: string, format: QemuFormat, more: string[] = []): void {
  run('qemu-img', [
    'convert',
    '-t',
    'unsafe',
    '-f',
    'raw',
    '-O',
    format.name,
    ...optionsOf(format),
    ...more,
    source,
    file,
  ]);
}

/** The facts that QEMU reads from the header of an image. */
export interface QemuInfo {
  /** Bytes that a guest sees. */
  'virtual-size': number;
  'backing-filename'?: string;
  'format-specific'?: { data?: { 'data-file'?: string } };
}

/** @throws when QEMU does not open it as this format */
export function qemuInfo(file: string, { name }: QemuFormat): QemuInfo {
  return JSON.parse(
    run('qemu-img', ['info', '-U', '--output=json', '-f', name, file]).toString(),
  ) as QemuInfo;
}

function optionsOf({ options, isEncrypted }: QemuFormat): string[] {
  return [...(isEncrypted ? ['--object', SECRET] : []), ...(options ? ['-o', options] : [])];
}
