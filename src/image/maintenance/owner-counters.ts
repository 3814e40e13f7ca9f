import type { Asker } from '../../database/places.js';
import type { Database, Reader, Row } from '../../database/database.js';
import type { Log } from '../../telemetry/log.js';
import { addUse, imagesOf, keyOf, sumsOf, type ImageUse } from '../access/owner-use.js';

/** Milliseconds for which one part of a round works. */
const PART_MS = 1000;
const SWEEP: Asker = { name: 'sweep' };

/**
 * Compares the counters of what owners use with their images. A gateway of an older version, which keeps no counters, may
 * run beside this one, and an operator may change rows.
 */
export interface OwnerCounters {
  /**
   * Compares owner after owner, and sets right what differs.
   *
   * @param extent `part` ends after a second, and goes on there the next time; `round` compares all owners
   * @returns the number of owners whose counters were wrong
   */
  verify(extent: 'part' | 'round', signal?: AbortSignal): Promise<number>;
}

export function ownerCounters(database: Database, log: Log): OwnerCounters {
  /** The owner that was compared last; undefined before the first one of a round. */
  let last: string | undefined;

  return {
    async verify(extent, signal) {
      const end = extent === 'part' ? performance.now() + PART_MS : Infinity;
      if (extent === 'round') last = undefined;
      let wrong = 0;
      while (!signal?.aborted && performance.now() < end) {
        const owners = last === undefined ? [null, ''] : [await nextOwner(last)];
        for (const owner of owners) if (owner !== undefined && (await isMended(owner))) wrong += 1;
        last = owners.at(-1) ?? undefined;
        if (last === undefined) break;
      }
      return wrong;
    },
  };

  /** Returns the owner after another one, of those that have images or counters. */
  async function nextOwner(owner: string): Promise<string | undefined> {
    const [row] = await database
      .pages(SWEEP)
      .read(
        'SELECT (SELECT MIN(i.owner) FROM images i WHERE i.owner > ?) AS ofImages, ' +
          '(SELECT MIN(u.owner) FROM gateway_owner_use u WHERE u.owner > ?) AS ofCounters',
        [owner, owner],
      );
    const found = [row.ofImages, row.ofCounters].filter((each) => each !== null).map(String);
    return found.sort((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)))[0];
  }

  /** Sets the counters of an owner right if they are wrong. Returns true when they were. */
  async function isMended(owner: string | null): Promise<boolean> {
    if (isZero(await difference(database.pages(SWEEP), owner))) return false;
    const missing = await database.transaction(async (transaction) => {
      // Locks the counters: no other transaction can count until this one ends.
      await addUse(transaction, owner, { images: 0, bytes: 0 });
      const found = await difference(transaction, owner);
      if (!isZero(found)) await addUse(transaction, owner, found);
      return found;
    });
    if (isZero(missing)) return false;
    log.warn({ owner, missing }, 'the counters of what an owner uses were wrong, and are set right');
    return true;
  }
}

/** Returns what the counters of an owner lack. One statement sees the counters and the images at the same moment. */
async function difference(reader: Reader, owner: string | null): Promise<ImageUse> {
  const only = imagesOf(owner, reader);
  const counter = (column: string) =>
    `COALESCE((SELECT u.${column} FROM gateway_owner_use u WHERE u.owner = ? AND u.has_owner = ?), 0)`;
  const sums = sumsOf(only.sql);
  const [row]: Row[] = await reader.read(
    `SELECT (${sums.images}) - ${counter('images')} AS images, (${sums.bytes}) - ${counter('bytes')} AS bytes`,
    [...only.values, ...keyOf(owner), ...only.values, ...keyOf(owner)],
  );
  return { images: Number(row.images), bytes: Number(row.bytes) };
}

function isZero({ images, bytes }: ImageUse): boolean {
  return images === 0 && bytes === 0;
}
