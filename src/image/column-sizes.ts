/** The greatest number of characters in each text column, for the column and for the checks of input. */
export const CHARACTERS = {
  id: 36,
  name: 255,
  status: 30,
  diskFormat: 20,
  containerFormat: 20,
  checksum: 32,
  owner: 255,
  hashAlgorithm: 64,
  hashValue: 128,
  propertyName: 255,
  member: 255,
  memberStatus: 20,
  tag: 255,
  failureReason: 255,
} as const;

/** The greatest number of UTF-8 bytes in a `text` column, such as a property's value. */
export const TEXT_BYTES = 65_535;

/** The largest value of an `int` column: minDisk and minRam (contract C8.10). */
export const MAX_INTEGER = 2_147_483_647;
