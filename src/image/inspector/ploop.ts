import { has, MALFORMED, u64le, type Look } from './look.js';

/** The disks of Parallels and of ploop (QEMU, docs/interop/parallels.rst). */
export const ploop: Look = function* () {
  const header = yield { at: 0, length: 64 };
  const isOld = has(header, 0, 'WithoutFreeSpace');
  if (!isOld && !has(header, 0, 'WithouFreSpacExt')) return undefined;
  const format = 'ploop';
  if (header.length < 64) return { format, danger: MALFORMED };
  // The older form has only half of the number; the other half is undefined.
  const sectors = isOld ? header.readUInt32LE(36) : u64le(header, 36);
  return { format, virtualSize: sectors * 512, leastSize: 64 + 4 * header.readUInt32LE(32) };
};
