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
  run('qemu-img', ['convert', '-f', 'raw', '-O', format.name, ...optionsOf(format), ...more, source, file]);
}

/** Returns the size in bytes that QEMU gives a guest. */
export function virtualSizeInQemu(file: string, format: QemuFormat): number {
  const told = run('qemu-img', ['info', '--output=json', '-f', format.name, file]).toString();
  return (JSON.parse(told) as { 'virtual-size': number })['virtual-size'];
}

function optionsOf({ options, isEncrypted }: QemuFormat): string[] {
  return [...(isEncrypted ? ['--object', SECRET] : []), ...(options ? ['-o', options] : [])];
}
