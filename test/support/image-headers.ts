/** Returns the first 64 KiB of a qcow2 of version 3 with a disk of 1 GiB. */
export function qcow2Header({ backingFile = 0, features = 0 } = {}) {
  const header = Buffer.alloc(64 * 1024);
  header.write('QFI\xfb', 'latin1');
  header.writeUInt32BE(3, 4);
  header.writeBigUInt64BE(BigInt(backingFile), 8);
  header.writeUInt32BE(16, 20);
  header.writeBigUInt64BE(2n ** 30n, 24);
  header.writeBigUInt64BE(BigInt(features), 72);
  return header;
}

/** Returns the first sectors of an optical disc with ISO 9660. */
export function isoHeader() {
  const sectors = Buffer.alloc(17 * 2048);
  sectors.write('\x01CD001\x01', 16 * 2048, 'latin1');
  return sectors;
}
