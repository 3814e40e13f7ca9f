import type { Database } from '../../database/database.js';
import { ALWAYS, NEVER, type Condition } from '../../database/dialect.js';
import type { Caller } from '../../identity/caller.js';
import { readCursor, writeCursor } from './cursor.js';
import { CHARACTERS } from '../column-sizes.js';
import { MEMBER_COLUMNS, memberRow, type MemberRow } from '../records/member-records.js';
import { pageWindow, shownPage, type PageLimits, type PageSides, type WantedPage } from './page-window.js';
import type { Policy } from '../access/policy.js';
import { fits } from '../text.js';

export interface MemberPage extends PageSides {
  readonly members: MemberRow[];
  /** The cursor of one member of this page. */
  cursorOf(member: MemberRow): string;
}

/** Reading: what is shared with whom. */
export interface MemberCatalog {
  /**
   * The memberships of one tenant, the oldest first. Who is no administrator learns of his own, and of those
   * in images that he owns (contract C18.7).
   *
   * @throws ImageError BAD_USER_INPUT, INVALID_CURSOR
   */
  sharedWith(
    caller: Caller,
    memberId: string,
    wanted: Pick<WantedPage, 'first' | 'after'>,
  ): Promise<MemberPage>;
  /**
   * Returns one of the memberships that `sharedWith` returns to the caller, under the rule for the members of an image.
   *
   * @returns null when the tenant is not a member, or the caller may not see it
   * @throws ImageError FORBIDDEN
   */
  membership(caller: Caller, imageId: string, memberId: string): Promise<MemberRow | null>;
}

export function memberCatalog(database: Database, policy: Policy, limits: PageLimits): MemberCatalog {
  const { dialect } = database;

  return {
    async sharedWith(caller, memberId, wanted) {
      const window = pageWindow(wanted, limits, (cursor, field) =>
        readCursor(LIST, cursor, field, ([id, ...more]) => isRowNumber(id) && more.length === 0),
      );
      const member = fits(memberId, CHARACTERS.member)
        ? [dialect.equalsExactly('m.member', memberId), firstOf(memberId)]
        : [NEVER];
      const conditions = [...member, knownTo(caller, memberId)];
      if (window.after) conditions.push({ sql: 'm.id > ?', values: window.after });
      const rows = await database.read(
        `SELECT ${MEMBER_COLUMNS} FROM image_members m JOIN images i ON i.id = m.image_id ` +
          `WHERE m.deleted = 0 AND i.deleted = 0 AND ${conditions.map(({ sql }) => sql).join(' AND ')} ` +
          `ORDER BY m.id LIMIT ${window.size + 1}`,
        conditions.flatMap(({ values }) => values),
      );
      const { rows: members, ...sides } = shownPage(window, rows.map(memberRow));
      return { members, ...sides, cursorOf: ({ id }) => writeCursor(LIST, [id]) };
    },

    async membership(caller, imageId, memberId) {
      policy.require(caller, 'get_members');
      if (!fits(imageId, CHARACTERS.id) || !fits(memberId, CHARACTERS.member)) return null;
      const member = dialect.equalsExactly('m.member', memberId);
      const known = knownTo(caller, memberId);
      const image = dialect.imageIs(imageId);
      const [row] = await database.read(
        `SELECT ${MEMBER_COLUMNS} FROM image_members m JOIN images i ON i.id = m.image_id ` +
          `WHERE ${image.sql} AND m.deleted = 0 AND i.deleted = 0 AND ${member.sql} AND ${known.sql} ` +
          'ORDER BY m.id LIMIT 1',
        [...image.values, ...member.values, ...known.values],
      );
      return row ? memberRow(row) : null;
    },
  };

  /** Version 1 and a live Glance may have made several rows for one tenant: the first counts for all of them. */
  function firstOf(memberId: string): Condition {
    const same = dialect.equalsExactly('e.member', memberId);
    return {
      sql:
        'NOT EXISTS (SELECT 1 FROM image_members e ' +
        `WHERE e.image_id = m.image_id AND e.deleted = 0 AND e.id < m.id AND ${same.sql})`,
      values: same.values,
    };
  }

  function knownTo(caller: Caller, memberId: string): Condition {
    if (caller.isAdmin || memberId === caller.owner) return ALWAYS;
    return caller.owner === null ? NEVER : dialect.equalsExactly('i.owner', caller.owner);
  }
}

const LIST = 'members';

function isRowNumber(id: unknown): boolean {
  return Number.isSafeInteger(id) && (id as number) >= 0 && !Object.is(id, -0);
}
