import { has, MALFORMED, u64be, type Found, type Look } from './look.js';

const FOOTER = 512;

/** The footer of a dynamic disk, which has a copy at the beginning (Microsoft, Virtual Hard Disk Image Format Specification 1.0). */
export const dynamicVhd: Look = function* () {
  const copy = yield { at: 0, length: FOOTER };
  return isFooter(copy) ? foundIn(copy, [DYNAMIC]) : undefined;
};

/** The footer at the end, which is all that a fixed disk has beside its content. */
export const vhd: Look = function* () {
  const copy = yield { at: 0, length: FOOTER };
  const footer = yield { at: -FOOTER, length: FOOTER };
  if (!isFooter(footer)) return undefined;
  if (!isFooter(copy)) return foundIn(footer, [FIXED]);
  // Some programs read the footer, and others its copy.
  return copy.subarray(SIZE, SUM).equals(footer.subarray(SIZE, SUM))
    ? foundIn(footer, [DYNAMIC])
    : { format: 'vhd', danger: MALFORMED };
};

function isFooter(bytes: Buffer): boolean {
  return has(bytes, 0, 'conectix');
}

function foundIn(footer: Buffer, types: readonly number[]): Found {
  if (footer.length < FOOTER || !isIntact(footer)) return { format: 'vhd', danger: MALFORMED };
  const type = footer.readUInt32BE(60);
  const virtualSize = u64be(footer, SIZE);
  return {
    format: 'vhd',
    virtualSize,
    leastSize: type === FIXED ? virtualSize + FOOTER : 0,
    // A fixed disk is its content, then the footer.
    beside: type === FIXED ? ['gpt', 'mbr'] : [],
    danger: dangerOf(type, types),
  };
}

/** Where the footer has the size, the geometry and the type of the disk, and then its sum. */
const SIZE = 48;
const SUM = 64;

function dangerOf(type: number, types: readonly number[]): string | undefined {
  if (types.includes(type)) return undefined;
  return type === DIFFERENCING ? 'it is the difference to another image' : MALFORMED;
}

const FIXED = 2;
const DYNAMIC = 3;
const DIFFERENCING = 4;

/** The sum is the complement of all other bytes. */
function isIntact(footer: Buffer): boolean {
  let sum = 0;
  for (const [at, byte] of footer.entries()) if (at < SUM || at >= SUM + 4) sum += byte;
  return ~sum >>> 0 === footer.readUInt32BE(SUM);
}
