import { has, MALFORMED, type Look } from './look.js';

/**
 * Encrypted disks (LUKS1 On-Disk Format Specification 1.2.3; LUKS2 On-Disk Format Specification 1.1.4). The size of the
 * disk follows from that of the data.
 */
export const luks: Look = function* () {
  const header = yield { at: 0, length: 592 };
  if (!has(header, 0, 'LUKS\xba\xbe')) return undefined;
  const version = header.length < 592 ? 0 : header.readUInt16BE(6);
  return { format: 'luks', ...(version === 1 || version === 2 ? {} : { danger: MALFORMED }) };
};
