import type { Database } from '../../database/database.js';
import type { Condition } from '../../database/dialect.js';
import type { Caller } from '../../identity/caller.js';
import { askerOf } from './asker.js';
import { readCursor, writeCursor } from './cursor.js';
import {
  readMemberships,
  readNamedMemberships,
  type MemberRow,
  type NamedMembership,
} from '../records/member-records.js';
import { isSameImageId } from '../ids.js';
import type { MemberStatus } from '../member-status.js';
import { pageWindow, shownPage, type PageLimits, type PageSides, type WantedPage } from './page-window.js';
import type { Policy } from '../access/policy.js';

export interface MemberPage extends PageSides {
  readonly members: MemberRow[];
  /** Returns the cursor of one member of this page. */
  cursorOf(member: MemberRow): string;
}

/** Reads memberships. */
export interface MemberCatalog {
  /**
   * Returns a page of the memberships of one tenant that the caller may see (`readMemberships`), the oldest first. Each
   * image comes once.
   *
   * @param status the answer of the tenant
   * @throws ImageError BAD_USER_INPUT, INVALID_CURSOR
   */
  sharedWith(
    caller: Caller,
    memberId: string,
    status: MemberStatus | 'all',
    wanted: Pick<WantedPage, 'first' | 'after'>,
  ): Promise<MemberPage>;
  /**
   * Returns one of the memberships that `sharedWith` returns. The rule of the policy for members of an image applies.
   *
   * @returns null when the tenant is not a member, or the caller may not see it
   * @throws ImageError FORBIDDEN
   */
  membership(caller: Caller, imageId: string, memberId: string): Promise<MemberRow | null>;
  /** Returns several memberships in the order of their names, as `membership` does, with one statement. */
  memberships(caller: Caller, named: readonly NamedMembership[]): Promise<(MemberRow | null)[]>;
}

export function memberCatalog(database: Database, policy: Policy, limits: PageLimits): MemberCatalog {
  const { dialect } = database;

  return {
    async sharedWith(caller, memberId, status, wanted) {
      const window = pageWindow(wanted, limits, (cursor, field) =>
        readCursor(LIST, cursor, field, ([id, ...more]) => isRowNumber(id) && more.length === 0),
      );
      const only = [firstOf(memberId)];
      if (window.after) only.push({ sql: 'm.id > ?', values: window.after });
      const rows = await readMemberships(database.pages(askerOf(caller)), caller, memberId, {
        ...{ only, status },
        limit: window.size + 1,
      });
      const { rows: members, ...sides } = shownPage(window, rows);
      return { members, ...sides, cursorOf: ({ id }) => writeCursor(LIST, [id]) };
    },

    async membership(caller, imageId, memberId) {
      const [membership] = await memberships(caller, [{ imageId, memberId }]);
      return membership;
    },

    memberships,
  };

  async function memberships(
    caller: Caller,
    named: readonly NamedMembership[],
  ): Promise<(MemberRow | null)[]> {
    policy.require(caller, 'get_members');
    const rows = await readNamedMemberships(database, caller, named);
    return named.map(({ imageId, memberId }) => {
      const same = (row: MemberRow) => row.memberId === memberId && isSameImageId(row.imageId, imageId);
      return rows.find(same) ?? null;
    });
  }

  /** Version 1 or a live Glance may have made several rows for one tenant: only the first counts. */
  function firstOf(memberId: string): Condition {
    const same = dialect.equalsExactly('e.member', memberId);
    return {
      sql:
        'NOT EXISTS (SELECT 1 FROM image_members e ' +
        `WHERE e.image_id = m.image_id AND e.deleted = 0 AND e.id < m.id AND ${same.sql})`,
      values: same.values,
    };
  }
}

const LIST = 'members';

function isRowNumber(id: unknown): boolean {
  return Number.isSafeInteger(id) && (id as number) >= 0 && !Object.is(id, -0);
}
