import { LRUCache } from 'lru-cache';
import type { Database } from '../../database/database.js';
import { readFormerAudiences, type FormerAudience } from '../records/audience-records.js';
import { byImage, type ChangedImage } from './changed-images.js';

/**
 * The audiences that images had before their last changes. The feed tells a caller who has lost an image, and nobody
 * else. On the gateway's own tables each change records the audience before it. A live Glance records nothing, so there
 * the feed remembers the audiences that it has seen itself.
 */
export interface FormerAudiences {
  /** Prepares for changes from now on. */
  begin(): Promise<void>;
  /** Returns the former audiences of the images. On Glance's tables it also remembers their present ones. */
  of(images: readonly ChangedImage[]): Promise<Map<string, FormerAudience[]>>;
  /** True when they also know what changed before `begin`. */
  readonly areRecorded: boolean;
}

export function formerAudiences(database: Database): FormerAudiences {
  return database.tables === 'ours' ? recordedAudiences(database) : observedAudiences(database);
}

function recordedAudiences(database: Database): FormerAudiences {
  return {
    areRecorded: true,
    begin: () => Promise.resolve(),
    of: async (images) => {
      const found =
        images.length > 0
          ? await readFormerAudiences(
              database,
              images.map(({ row }) => row.id),
            )
          : [];
      return byImage(found);
    },
  };
}

/** The highest number of former audiences of one image that are kept, beside the last one. */
const MOST_FORMER = 9;
/** The highest number of images whose audience is remembered. */
const MOST_IMAGES = 100_000;

function observedAudiences(database: Database): FormerAudiences {
  const present = new LRUCache<string, Pick<FormerAudience, 'owner' | 'visibility'>>({ max: MOST_IMAGES });
  const former = new LRUCache<string, FormerAudience[]>({ max: MOST_IMAGES });

  return {
    areRecorded: false,
    async begin() {
      // Audiences from an earlier beginning may have changed while nobody listened.
      present.clear();
      former.clear();
      const rows = await database.read(
        'SELECT i.id AS id, i.owner AS owner, i.visibility AS visibility FROM images i ' +
          "WHERE i.deleted = 0 AND (i.visibility IN ('public', 'community') OR " +
          `i.id IN (SELECT m.image_id FROM image_members m WHERE m.deleted = 0)) LIMIT ${MOST_IMAGES}`,
      );
      for (const { id, owner, visibility } of rows)
        present.set(id as string, { owner: owner as string | null, visibility: visibility as string });
    },
    async of(images) {
      for (const { row, changedAt } of images) {
        const { id, owner = null, visibility = '' } = row;
        const before = present.get(id);
        if (before && (before.owner !== owner || before.visibility !== visibility))
          former.set(id, [
            ...(former.get(id) ?? []).slice(-MOST_FORMER),
            { ...before, imageId: id, endedAt: changedAt },
          ]);
        present.set(id, { owner, visibility });
      }
      return byImage(images.flatMap(({ row }) => former.get(row.id) ?? []));
    },
  };
}
