import type { AllCountsQuery } from '../gateway/operations.js';
import { readAddress, writeAddress, type ListAddress } from '../list/address.js';
import { texts } from '../texts/texts.js';

type Count = AllCountsQuery['imageCounts'][number];

/** Returns a counted value as people read it. */
export function shownValue({ by, value }: Count): string {
  if (typeof value !== 'string') return texts.none;
  if (by === 'STATUS') return texts.statuses[value] ?? value;
  if (by === 'VISIBILITY') return texts.visibilities[value] ?? value;
  return by === 'HIDDEN' ? texts.admin.hidden[value] : value;
}

/**
 * Returns the address of the list that has just the counted images; undefined where no list has.
 *
 * @param isLive false where deleted images are counted, too
 */
export function listOf({ by, value }: Count, isLive: boolean): string | undefined {
  if (typeof value !== 'string') return undefined;
  if (by === 'STATUS' && DELETED.includes(value)) return '/admin/deleted';
  if (!isLive && by !== 'STATUS') return undefined;
  return `/images${writeAddress({ ...readAddress(''), scope: 'all', ...FILTERS[by](value) })}`;
}

/** The statuses of deleted images. An image with another one is not deleted. */
const DELETED = ['deleted', 'pending_delete'];

const FILTERS: Record<Count['by'], (value: string) => Partial<ListAddress>> = {
  STATUS: (value) => ({ status: [value] }),
  VISIBILITY: (value) => ({ visibility: [value] }),
  DISK_FORMAT: (value) => ({ format: [value] }),
  CONTAINER_FORMAT: (value) => ({ container: [value] }),
  HIDDEN: (value) => ({ hidden: value === 'true' }),
};
