import { has, type Look } from './look.js';

/** A table of partitions in the first sector (UEFI Specification 2.10, section 5.2.1). */
export const mbr: Look = function* () {
  const sector = yield { at: 0, length: 512 };
  if (!isSigned(sector)) return undefined;
  // The first sector of a file system has the same signature, and code in the place of the partitions.
  const partitions = ENTRIES.map((at) => sector.subarray(at, at + 16));
  const isPlausible = partitions.every(([status]) => status === 0 || status === ACTIVE);
  const isUsed = partitions.some((each) => each[4] !== 0 && each.readUInt32LE(12) !== 0);
  return isPlausible && isUsed ? { format: 'mbr' } : undefined;
};

const SIGNATURE = 0xaa55;
const ACTIVE = 0x80;
const ENTRIES = [446, 462, 478, 494];

/**
 * A GUID partition table, on disks with sectors of 512 or 4096 bytes (UEFI Specification 2.10, section 5.3.2). The first
 * sector is that of an MBR; a format with small clusters may hold the table of its disk in the same place.
 */
export const gpt: Look = function* () {
  const start = yield { at: 0, length: 8192 };
  return isSigned(start) && [512, 4096].some((at) => has(start, at, 'EFI PART'))
    ? { format: 'gpt', beside: ['mbr'] }
    : undefined;
};

function isSigned(start: Buffer): boolean {
  return start.length >= 512 && start.readUInt16LE(510) === SIGNATURE;
}
