import { ImageError } from '../errors.js';
import type { FormatChoice } from '../formats.js';
import type { Inspection } from './format-inspector.js';
import { DETECTED_FORMATS, type DetectedFormat } from './look.js';

/** The treatments of data that is unsafe, or has another format than the image declares. */
export const FORMAT_CHECKS = ['off', 'warn', 'strict'] as const;
export type FormatCheck = (typeof FORMAT_CHECKS)[number];

/** The rules for the formats of data. */
export interface FormatRules {
  check: FormatCheck;
  /** The formats that data may have; empty for all. */
  allow: readonly DetectedFormat[];
}

/**
 * Returns what is wrong with data of an image; undefined when it is as declared and safe.
 *
 * @param allow the formats that data may have; empty for all
 */
export function formatProblem(
  { format, danger }: Inspection,
  declared: FormatChoice,
  allow: readonly DetectedFormat[],
): ImageError | undefined {
  if (format === null) return undefined;
  if (danger) return new ImageError('IMAGE_FORMAT_UNSAFE', { detected: format, danger });
  if (allow.length > 0 && !allow.includes(format))
    return new ImageError('IMAGE_FORMAT_REFUSED', { detected: format });
  const { wanted, field } = expectation(declared);
  if (!wanted || wanted.includes(format)) return undefined;
  return new ImageError('IMAGE_FORMAT_MISMATCH', {
    field,
    declared: declared[field] ?? '',
    detected: format,
  });
}

/** Returns the formats that data may have under a declaration, and the field that says so. Undefined formats are any. */
function expectation({ diskFormat, containerFormat }: FormatChoice): {
  wanted?: readonly string[];
  field: keyof FormatChoice;
} {
  const container = containerFormat ?? '';
  if (!DISK_ALONE.includes(container))
    return { wanted: IN_CONTAINERS.get(container), field: 'containerFormat' };
  const disk = diskFormat ?? '';
  const isDetectable = (DETECTED_FORMATS as readonly string[]).includes(disk);
  return { wanted: DISKS.get(disk) ?? (isDetectable ? [disk] : undefined), field: 'diskFormat' };
}

/** The containers that are no container: the data is the disk. */
const DISK_ALONE = ['bare', 'ami', 'aki', 'ari'];

/** Container → the formats of its data. Glance says nothing of the data in an `ovf`. */
const IN_CONTAINERS = new Map<string, readonly DetectedFormat[]>([
  ['ova', ['tar']],
  ['docker', ['tar', 'gzip', 'zstd']],
  ['compressed', ['gzip', 'bzip2', 'xz', 'zstd', 'zip']],
]);

const PLAIN: readonly DetectedFormat[] = ['raw', 'gpt', 'mbr'];
/** Kernels, and file systems that a kernel unpacks or mounts. */
const KERNELS: readonly DetectedFormat[] = [...PLAIN, 'gzip', 'bzip2', 'xz', 'zstd'];

/** Disk format → the formats of its data, where they have other names. */
const DISKS = new Map<string, readonly DetectedFormat[]>([
  // Cinder uploads an encrypted volume as a raw disk.
  ['raw', [...PLAIN, 'luks']],
  ['iso', ['iso', 'udf']],
  // Glance means a disk with partitions, of either table.
  ['gpt', ['gpt', 'mbr']],
  ['ami', KERNELS],
  ['aki', KERNELS],
  ['ari', KERNELS],
]);

/** The disk formats whose virtual size stands in their header (contract C104.6). */
const WITH_HEADER = ['qcow2', 'vmdk', 'vhd', 'vhdx', 'vdi'];

/**
 * Returns the virtual size of data in bytes; null where it is not known (contract C104.6).
 *
 * @param size bytes of the data
 */
export function virtualSizeOf(inspection: Inspection, declared: FormatChoice, size: number): number | null {
  const disk = declared.diskFormat ?? '';
  if (size === 0) return null;
  if (disk === 'raw') return size;
  return WITH_HEADER.includes(disk) && inspection.format === disk ? (inspection.virtualSize ?? null) : null;
}
