import type { Caller } from '../../identity/caller.js';
import { isChangeable, isFindable, isListed, type Seen } from '../access/access.js';
import type { Policy } from '../access/policy.js';
import type { PropertyProtection } from '../access/property-protection.js';
import { asksForCommunity, asksForHidden, type ImageFilter } from '../catalog/image-filter.js';
import { permissionsOf } from '../catalog/image-permissions.js';
import type { FormerAudience } from '../records/audience-records.js';
import type { ImageRow } from '../records/image-columns.js';
import type { Relation } from '../records/image-relations.js';
import { withoutRepeats, type MemberRow } from '../records/member-records.js';
import { revisionOf } from '../records/revision.js';
import type { ChangedImage } from './changed-images.js';
import { markOf, receivedStates, streamOf, viewOf } from './feed-cursor.js';
import type { ChangeKind, ImageChange } from './image-change.js';

/** The rules that decide what a caller sees. */
export interface WatchRules {
  readonly policy: Policy;
  readonly protection: PropertyProtection;
}

/** The facts about a changed image beyond its present state. */
export interface Circumstances {
  /** True when the image passes the filter. */
  readonly passes: boolean;
  readonly former: readonly FormerAudience[];
  /** The time from which on changes are new to the subscribers. */
  readonly since: string;
  /** True when the subscribers cannot know the image yet. */
  readonly isUnknown: boolean;
  /** The time up to which the subscribers have received every change with this one. */
  readonly at: string;
  /** The marks of what the subscriber has received before. */
  readonly had?: ReadonlySet<string>;
  /** Seconds for which other writers' changes have not been read. */
  readonly lag: number;
}

/** A list that is watched: by one caller, with one filter and one selection. Subscribers that want the same share it. */
export interface Watch {
  readonly caller: Caller;
  /** The filter as the caller wrote it. */
  readonly filter: ImageFilter;
  readonly relations: readonly Relation[];
  /** The name of the stream, to which cursors belong. */
  readonly stream: string;
  /** The name of the caller's view, which decides what the caller is shown of each image. */
  readonly view: string;
  /**
   * Refuses a caller who may not list images, or not see their members.
   *
   * @throws ImageError FORBIDDEN
   */
  requireAllowed(): void;
  /** Follows the changes, with a memory of the latest for cursors. */
  follow(run: string): (changed: ChangedImage, circumstances: Circumstances) => ImageChange | undefined;
}

export function watch(
  caller: Caller,
  filter: ImageFilter,
  relations: readonly Relation[],
  { policy, protection }: WatchRules,
): Watch {
  const community = asksForCommunity(filter);
  const showsHidden = asksForHidden(filter);
  const stream = streamOf(caller, filter);
  const view = viewOf(caller, [policy.text, protection.text]);

  return {
    caller,
    filter,
    relations,
    stream,
    view,
    requireAllowed() {
      policy.require(caller, 'get_images');
      if (relations.includes('members')) policy.require(caller, 'get_members');
    },
    follow(run) {
      const received = receivedStates();
      return (changed, circumstances) => {
        const { id } = changed.row;
        const kind = kindOf(changed, circumstances);
        if (!kind) return undefined;
        const memberships = visible(changed);
        const image = kind === 'removed' ? null : shown(changed, memberships);
        // A caller who has lost the image must not learn when it changed after that.
        const lostAt = kind === 'removed' ? lossOf(changed, circumstances) : undefined;
        const mark = markOf(id, lostAt ?? changed.changedAt, image, memberships);
        if (circumstances.had?.has(mark)) return undefined;
        const at = lostAt ?? circumstances.at;
        const cursor = received.add(
          { stream, run, view },
          { ...circumstances, clock: changed.clock },
          { id, mark, at },
        );
        return { kind, imageId: id, image, cursor };
      };
    },
  };

  /** Returns undefined for a change that the caller must not hear of. */
  function kindOf(changed: ChangedImage, circumstances: Circumstances): ChangeKind | undefined {
    const { row } = changed;
    const { passes, since, isUnknown } = circumstances;
    const hasAccepted = own(changed).some(({ deleted, status }) => !deleted && status === 'accepted');
    const isShown = !row.deleted && (showsHidden || !row.hidden) && passes;
    if (isShown && isListed(caller, seen(row), { community, hasAccepted }))
      return isUnknown && row.createdAt >= since ? 'created' : 'updated';
    return maySee(changed, circumstances) ? 'removed' : undefined;
  }

  /** Returns true when the caller sees the image, or saw it until a moment ago. */
  function maySee(changed: ChangedImage, { since, former }: Circumstances): boolean {
    const { row } = changed;
    const memberships = own(changed).filter(
      ({ deleted, updatedAt }) => !deleted || (updatedAt ?? '') >= since,
    );
    const isMember = memberships.length > 0;
    const isRecent = !row.deleted || caller.isAdmin || String(row.deletedAt ?? '') >= since;
    if (isRecent && isFindable(caller, seen(row), isMember)) return true;
    return former.some((audience) => audience.endedAt >= since && isFindable(caller, audience, isMember));
  }

  /** Returns the time at which the caller lost the right to see an image; undefined while the caller has it. */
  function lossOf(changed: ChangedImage, { since, former }: Circumstances): string | undefined {
    const mine = own(changed);
    const isMember = mine.some(({ deleted }) => !deleted);
    if (!changed.row.deleted && isFindable(caller, seen(changed.row), isMember)) return undefined;
    if (caller.isAdmin) return undefined;
    const times = [
      ...mine.filter(({ deleted }) => deleted).map(({ updatedAt }) => updatedAt ?? ''),
      ...former
        .filter((audience) => isFindable(caller, audience, mine.length > 0))
        .map(({ endedAt }) => endedAt),
      ...(changed.row.deleted ? [String(changed.row.deletedAt ?? '')] : []),
    ];
    return times.filter((time) => time >= since).sort()[0];
  }

  function own({ memberships }: ChangedImage) {
    return memberships.filter(({ memberId }) => memberId === caller.owner);
  }

  /** Returns the memberships that the caller may see, each tenant's once. */
  function visible({ row, memberships }: ChangedImage): MemberRow[] {
    const isOwner = isChangeable(caller, seen(row));
    const live = memberships.filter(
      ({ deleted, memberId }) => !deleted && (isOwner || memberId === caller.owner),
    );
    return withoutRepeats(live);
  }

  /** Returns the image with what the caller may see of it. */
  function shown(changed: ChangedImage, memberships: MemberRow[]): ImageRow {
    const image: ImageRow = { ...changed.row };
    if (relations.includes('members')) image.members = memberships;
    if (relations.includes('permissions')) {
      const shares = own(changed).some(({ deleted, canShare }) => !deleted && canShare);
      image.permissions = permissionsOf(caller, image, policy, shares);
    }
    if (!isChangeable(caller, seen(image))) image.statusReason = null;
    protection.hide(caller, [image]);
    if (relations.includes('revision')) image.revision = revisionOf(image);
    return image;
  }
}

function seen({ owner, visibility }: ImageRow): Seen {
  return { owner: owner ?? null, visibility: visibility ?? '' };
}
