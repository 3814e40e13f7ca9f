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
  const args = ['create', '-q', '-f', format.name, ...optionsOf(format), ...more, file, `${megabytes}M`];
  if (!format.isEncrypted) return void run('qemu-img', args);
  for (let attempt = 1; ; attempt++)
    try {
      return void run('qemu-img', args);
    } catch (error) {
      if (!hasCoarseClock(error) || attempt === 100) throw error;
    }
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

/**
 * QEMU measures the processor time of a key's derivation, and gives up when the clock has not moved. The
 * clocks of some virtual machines move every 10 ms only.
 */
function hasCoarseClock(error: unknown): boolean {
  return error instanceof Error && error.message.includes('Unable to get accurate CPU usage');
}

function optionsOf({ options, isEncrypted }: QemuFormat): string[] {
  return [...(isEncrypted ? ['--object', SECRET] : []), ...(options ? ['-o', options] : [])];
}
