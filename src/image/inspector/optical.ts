import { has, type DetectedFormat, type Look } from './look.js';

const SECTOR = 2048;

/** The descriptors of a volume begin in sector 16. Those of UDF follow those of ISO 9660, within these sectors. */
const DESCRIPTORS = { at: 16 * SECTOR, length: 16 * SECTOR };

/** A disc can be bootable from a disk too, and have both file systems. */
const HYBRID: readonly DetectedFormat[] = ['iso', 'udf', 'gpt', 'mbr'];

/** ISO 9660 (ECMA-119, section 8). */
export const iso: Look = function* () {
  const descriptors = yield DESCRIPTORS;
  return has(descriptors, 1, 'CD001') ? { format: 'iso', beside: HYBRID } : undefined;
};

/** UDF, alone or beside ISO 9660 (ECMA-167, part 2, section 9, and part 3, section 9.1). */
export const udf: Look = function* () {
  const descriptors = yield DESCRIPTORS;
  for (let at = 1; at < descriptors.length; at += SECTOR)
    if (has(descriptors, at, 'NSR02') || has(descriptors, at, 'NSR03'))
      return { format: 'udf', beside: HYBRID };
  return undefined;
};
