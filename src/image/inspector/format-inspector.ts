import { archives } from './archives.js';
import type { DetectedFormat, Found, Look, Range } from './look.js';
import { luks } from './luks.js';
import { iso, udf } from './optical.js';
import { gpt, mbr } from './partitions.js';
import { ploop } from './ploop.js';
import { qcow } from './qcow.js';
import { qed } from './qed.js';
import { vdi } from './vdi.js';
import { dynamicVhd, vhd } from './vhd.js';
import { vhdx } from './vhdx.js';
import { vmdk } from './vmdk.js';

/** The result of an inspection. */
export interface Inspection {
  /** Null for no data. */
  format: DetectedFormat | null;
  /** Bytes of the disk in the data; undefined where that is not known. */
  virtualSize?: number;
  /** Why the data is unsafe to use. The words continue "the data is …, and ". */
  danger?: string;
}

/** Inspects data that streams by. It holds less than 1 MiB, and never sees the data twice. */
export interface FormatInspector {
  /** Sees the next bytes, which may be of any number. It does not keep them. */
  see(bytes: Buffer): void;
  /** Returns the offset of the next byte that tells more, apart from the last `TAIL` bytes; infinity for none. */
  next(): number;
  /** Passes over bytes that tell nothing. */
  skip(count: number): void;
  /**
   * Returns what the data is as far as the bytes until now tell, once its format is certain. More dangers may come to
   * light later.
   */
  soFar(): Inspection | undefined;
  /** Ends the inspection. */
  end(): Inspection;
}

/** Most headers lie here. Formats may look into it in any order. */
const HEAD = 64 * 1024;
/** Bytes at the end of the data that formats may look at. */
export const TAIL = 1024;
/** The longest part that a format gets. */
const LONGEST_PART = 64 * 1024;

/** The first of several formats names the data. A fixed VHD, which shows only at the end, has partitions like a raw disk. */
const LOOKS: readonly Look[] = [
  ...[qcow, qed, vmdk, vhdx, dynamicVhd, vdi, ploop, luks],
  ...archives,
  ...[iso, udf, vhd, gpt, mbr],
];

/** A look that is under way. */
interface Running {
  steps: ReturnType<Look>;
  /** The part that it waits for. */
  wanted?: Range & { bytes: Buffer; filled: number };
  /** The end of the last part behind the head. The bytes before it have gone by. */
  past: number;
  found?: Found;
}

export function formatInspector(): FormatInspector {
  const head = Buffer.allocUnsafe(HEAD);
  const tail = lastBytes();
  let size = 0;
  let looks: Running[] = [];
  let isOver = false;

  return {
    see(bytes) {
      const copied = size < HEAD ? bytes.copy(head, size) : 0;
      if (copied > 0) {
        size += copied;
        if (size === HEAD) begin();
      }
      if (copied < bytes.length) pass(bytes.subarray(copied));
      tail.see(bytes);
    },

    next() {
      if (size < HEAD) return size;
      const waiting = looks.flatMap(({ wanted }) =>
        wanted && wanted.at >= 0 ? wanted.at + wanted.filled : [],
      );
      return Math.min(...waiting);
    },

    skip(count) {
      size += count;
      if (count > 0) tail.forget();
    },

    soFar() {
      const [first] = looks.filter((each) => each.wanted ?? each.found);
      return first?.found ? inspectionOf(found()) : undefined;
    },

    end() {
      isOver = true;
      if (looks.length === 0) begin();
      for (const each of looks) if (each.wanted) step(each, readyPart(each)!);
      return size === 0 ? { format: null } : inspectionOf(found(), size);
    },
  };

  function found(): Found[] {
    return looks.flatMap((each) => each.found ?? []);
  }

  function begin(): void {
    looks = LOOKS.map((look) => ({ steps: look(), past: HEAD }));
    for (const each of looks) step(each, NOTHING);
  }

  /** Hands bytes behind the head to those that wait for them. */
  function pass(bytes: Buffer): void {
    for (const each of looks) {
      for (let { wanted } = each; wanted && wanted.at >= 0; { wanted } = each) {
        const from = wanted.at + wanted.filled - size;
        if (from < bytes.length) wanted.filled += bytes.copy(wanted.bytes, wanted.filled, from);
        if (wanted.filled < wanted.bytes.length) break;
        each.past = wanted.at + wanted.filled;
        step(each, wanted.bytes);
      }
    }
    size += bytes.length;
  }

  /** Gives a look its part, and then all that it can have now. */
  function step(each: Running, part: Buffer): void {
    for (let next: Buffer | undefined = part; next; next = readyPart(each)) {
      const { done, value } = each.steps.next(next);
      if (done) {
        each.wanted = undefined;
        each.found = value;
        return;
      }
      const length = Math.min(value.length, LONGEST_PART);
      const known = value.at < 0 ? NOTHING : head.subarray(value.at, Math.min(value.at + length, size));
      const bytes = known.length === length ? known : Buffer.allocUnsafe(length);
      const filled = bytes === known ? length : known.copy(bytes);
      each.wanted = { ...value, bytes, filled };
    }
  }

  /** Returns the part that a look waits for, if it can have no more of it. */
  function readyPart({ wanted, past }: Running): Buffer | undefined {
    const { at, bytes, filled } = wanted!;
    if (filled === bytes.length) return bytes;
    if (isOver) return at < 0 ? tail.from(at).subarray(0, bytes.length) : bytes.subarray(0, filled);
    return at >= 0 && Math.max(at, HEAD) < past ? NOTHING : undefined;
  }
}

const NOTHING = Buffer.alloc(0);

/** Keeps the last bytes of the data. Pieces of one byte cost no copy of all of them. */
function lastBytes() {
  const kept = Buffer.allocUnsafe(2 * TAIL);
  let length = 0;

  return {
    see(bytes: Buffer): void {
      const own = bytes.subarray(-TAIL);
      if (length + own.length > kept.length) length = kept.copy(kept, 0, length - TAIL, length);
      length += own.copy(kept, length);
    },

    forget(): void {
      length = 0;
    },

    /** Returns what lies behind a negative offset, or all where that is less. */
    from: (at: number) => kept.subarray(Math.max(length + at, 0), length),
  };
}

/** @param size undefined while the data has not ended */
function inspectionOf(found: readonly Found[], size?: number): Inspection {
  const [first = { format: 'raw' } as Found] = found;
  const { format } = first;
  const isPlain = ['raw', 'gpt', 'mbr'].includes(format);
  const virtualSize = isPlain ? size : first.virtualSize;
  const danger = dangerOf(found, size);
  return {
    format,
    ...(virtualSize === undefined || virtualSize === Infinity ? {} : { virtualSize }),
    ...(danger === undefined ? {} : { danger }),
  };
}

function dangerOf([first, ...others]: readonly Found[], size = Infinity): string | undefined {
  if (!first) return undefined;
  const own = (each: Found) => ownDanger(each, size);
  return own(first) ?? strangers([first, ...others]) ?? others.map(own).find(Boolean);
}

function ownDanger({ danger, leastSize = 0, virtualSize }: Found, size: number): string | undefined {
  if (danger) return danger;
  if (leastSize > size) return 'its header points beyond the end of the data';
  return virtualSize === Infinity ? 'its header tells an impossible size' : undefined;
}

/** Two formats at once are unsafe: one program may take the data for this, and another one for that. */
function strangers(found: readonly Found[]): string | undefined {
  for (const [index, one] of found.entries()) {
    const other = found.slice(index + 1).find((each) => !doAgree(one, each));
    if (other) return `it is ${other.format} at the same time`;
  }
  return undefined;
}

function doAgree(one: Found, other: Found): boolean {
  return (
    one.format === other.format ||
    [one, other].some(({ beside = [] }, index) => beside.includes([other, one][index].format))
  );
}
