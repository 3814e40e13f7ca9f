import { has, MALFORMED, u64be, type Found, type Look } from './look.js';

const FOOTER = 512;

/** The footer of a dynamic disk, which has a copy at the beginning (Microsoft, Virtual Hard Disk Image Format Specification 1.0). */
export const dynamicVhd: Look = function* () {
  return foundIn(yield { at: 0, length: FOOTER });
};

/** The footer at the end, which is all that a fixed disk has beside its content. */
export const vhd: Look = function* () {
  return foundIn(yield { at: -FOOTER, length: FOOTER });
};

function foundIn(footer: Buffer): Found | undefined {
  if (!has(footer, 0, 'conectix')) return undefined;
  if (footer.length < FOOTER || !isIntact(footer)) return { format: 'vhd', danger: MALFORMED };
  const type = footer.readUInt32BE(60);
  return {
    format: 'vhd',
    virtualSize: u64be(footer, 48),
    // A fixed disk is its content, then the footer.
    beside: type === FIXED ? ['gpt', 'mbr'] : [],
    danger: dangerOf(type),
  };
}

function dangerOf(type: number): string | undefined {
  if (type === FIXED || type === DYNAMIC) return undefined;
  return type === DIFFERENCING ? 'it is the difference to another image' : MALFORMED;
}

const FIXED = 2;
const DYNAMIC = 3;
const DIFFERENCING = 4;

/** The sum is the complement of all other bytes. */
function isIntact(footer: Buffer): boolean {
  let sum = 0;
  for (const [at, byte] of footer.entries()) if (at < 64 || at >= 68) sum += byte;
  return ~sum >>> 0 === footer.readUInt32BE(64);
}
