import type { Reader, Row, Transaction } from '../../database/database.js';
import type { Condition } from '../../database/dialect.js';
import type { Caller } from '../../identity/caller.js';
import { shownMemberships } from '../access/access.js';
import { CHARACTERS } from '../column-sizes.js';
import type { MemberStatus } from '../member-status.js';
import { fits } from '../text.js';

/** A membership as a row. */
export interface MemberRow {
  id: number;
  imageId: string;
  memberId: string;
  canShare: boolean;
  status: string;
  createdAt: string;
  updatedAt: string | null;
}

/** The columns of a membership, alias `m`, under the names of `MemberRow`. */
export const MEMBER_COLUMNS =
  'm.id AS id, m.image_id AS imageId, m.member AS memberId, m.can_share AS canShare, m.status AS status, ' +
  'm.created_at AS createdAt, m.updated_at AS updatedAt';

/** Returns a row of the database as a membership. */
export function memberRow(row: Row): MemberRow {
  return { ...row, canShare: Number(row.canShare) === 1 } as unknown as MemberRow;
}

/**
 * Reads the memberships of one tenant in images that are not deleted (aliases `m` and `i`), the oldest first, as far as
 * the caller may see them (contract C18.7).
 */
export async function readMemberships(
  reader: Reader,
  caller: Caller,
  memberId: string,
  {
    only = [],
    status = 'all',
    limit,
  }: { only?: readonly Condition[]; status?: MemberStatus | 'all'; limit?: number } = {},
): Promise<MemberRow[]> {
  if (!fits(memberId, CHARACTERS.member)) return [];
  const { dialect } = reader;
  const conditions = [
    dialect.equalsExactly('m.member', memberId),
    ...(status === 'all' ? [] : [{ sql: 'm.status = ?', values: [status] }]),
    ...only,
    shownMemberships(caller, memberId, dialect),
  ];
  return readRows(reader, conditions, { hint: dialect.memberOrder(status !== 'all'), limit });
}

/** The names of a membership: the image's id, in any letter case, and the tenant. */
export interface NamedMembership {
  imageId: string;
  memberId: string;
}

/** Reads the named memberships as far as the caller may see them, the oldest first, in one statement. */
export async function readNamedMemberships(
  reader: Reader,
  caller: Caller,
  named: readonly NamedMembership[],
): Promise<MemberRow[]> {
  const { dialect } = reader;
  const possible = named.filter(
    ({ imageId, memberId }) => fits(imageId, CHARACTERS.id) && fits(memberId, CHARACTERS.member),
  );
  if (possible.length === 0) return [];
  const each = possible.map(({ imageId, memberId }) =>
    joined(' AND ', [
      dialect.imageIs(imageId),
      dialect.equalsExactly('m.member', memberId),
      shownMemberships(caller, memberId, dialect),
    ]),
  );
  const images = dialect.imageIsAmong(possible.map(({ imageId }) => imageId));
  // The list of images lets every engine begin with an index.
  return readRows(reader, [images, joined(' OR ', each)]);
}

function joined(word: ' AND ' | ' OR ', conditions: readonly Condition[]): Condition {
  return {
    sql: `(${conditions.map(({ sql }) => sql).join(word)})`,
    values: conditions.flatMap(({ values }) => values),
  };
}

async function readRows(
  reader: Reader,
  conditions: readonly Condition[],
  { hint = '', limit }: { hint?: string; limit?: number } = {},
): Promise<MemberRow[]> {
  const rows = await reader.read(
    `SELECT ${MEMBER_COLUMNS} FROM image_members m${hint} JOIN images i ON i.id = m.image_id ` +
      `WHERE m.deleted = 0 AND i.deleted = 0 AND ${conditions.map(({ sql }) => sql).join(' AND ')} ` +
      `ORDER BY m.id${limit === undefined ? '' : ` LIMIT ${limit}`}`,
    conditions.flatMap(({ values }) => values),
  );
  return rows.map(memberRow);
}

/** Returns the membership of a tenant: the first row, if there are several. */
export function membershipOf(members: readonly MemberRow[], memberId: string): MemberRow | undefined {
  return members.find((member) => member.memberId === memberId);
}

/** Returns one row for each tenant, the first if there are several. */
export function withoutRepeats(members: readonly MemberRow[]): MemberRow[] {
  const seen = new Set<string>();
  return members.filter(({ memberId }) => !seen.has(memberId) && seen.add(memberId));
}

/** Returns the rows of tenants that have an earlier row. */
export function repeatsOf(members: readonly MemberRow[]): MemberRow[] {
  const first = new Set(withoutRepeats(members));
  return members.filter((member) => !first.has(member));
}

/** The rows of memberships, in one transaction. The caller locks the image's row before it changes any of them. */
export interface MemberRecords {
  /** Returns the live rows of an image in the order in which they were added. */
  of(imageId: string): Promise<MemberRow[]>;
  /** Returns the last membership that a tenant had and lost. */
  former(imageId: string, memberId: string): Promise<MemberRow | undefined>;
  /** Adds a member in status `pending`. Revives the row of a member that was removed earlier. */
  add(imageId: string, memberId: string, canShare: boolean): Promise<void>;
  /** Deletes rows that repeat a member. They are not flagged: flagged rows of one tenant and moment break the unique key. */
  removeRepeated(members: readonly MemberRow[]): Promise<void>;
  /** Sets every row of the tenant, if there are several. */
  setCanShare(member: MemberRow, canShare: boolean): Promise<void>;
  /** Sets every row of the tenant, if there are several. */
  setStatus(member: MemberRow, status: MemberStatus): Promise<void>;
  remove(member: MemberRow): Promise<void>;
}

export function memberRecords(transaction: Transaction): MemberRecords {
  const { now, equalsExactly } = transaction.dialect;

  return {
    async of(imageId) {
      const sql = `SELECT ${MEMBER_COLUMNS} FROM image_members m WHERE m.image_id = ? AND m.deleted = 0 ORDER BY m.id`;
      return (await transaction.read(sql, [imageId])).map(memberRow);
    },

    former,

    async add(imageId, memberId, canShare) {
      const removed = await former(imageId, memberId);
      if (removed) {
        await transaction.change(
          'UPDATE image_members SET deleted = 0, deleted_at = NULL, can_share = ?, ' +
            `status = 'pending', created_at = ${now}, updated_at = ${now} WHERE id = ?`,
          [canShare, removed.id],
        );
        return;
      }
      await transaction.change(
        'INSERT INTO image_members (image_id, member, can_share, status, deleted, created_at, updated_at) ' +
          `VALUES (?, ?, ?, 'pending', 0, ${now}, ${now})`,
        [imageId, memberId, canShare],
      );
    },

    setCanShare: (member, canShare) => set(member, 'can_share', canShare),

    setStatus: (member, status) => set(member, 'status', status),

    async remove({ id }) {
      const sql = `UPDATE image_members SET deleted = 1, deleted_at = ${now}, updated_at = ${now} WHERE id = ?`;
      await transaction.change(sql, [id]);
    },

    async removeRepeated(members) {
      if (members.length === 0) return;
      const ids = members.map(({ id }) => id);
      await transaction.change(
        `DELETE FROM image_members WHERE id IN (${ids.map(() => '?').join(', ')})`,
        ids,
      );
    },
  };

  async function set(
    { imageId, memberId }: MemberRow,
    column: 'can_share' | 'status',
    value: boolean | string,
  ): Promise<void> {
    const same = equalsExactly('member', memberId);
    await transaction.change(
      `UPDATE image_members SET ${column} = ?, updated_at = ${now} WHERE image_id = ? AND deleted = 0 AND ${same.sql}`,
      [value, imageId, ...same.values],
    );
  }

  async function former(imageId: string, memberId: string): Promise<MemberRow | undefined> {
    const same = equalsExactly('m.member', memberId);
    const [row] = await transaction.read(
      `SELECT ${MEMBER_COLUMNS} FROM image_members m ` +
        `WHERE m.image_id = ? AND m.deleted = 1 AND ${same.sql} ORDER BY m.id DESC LIMIT 1`,
      [imageId, ...same.values],
    );
    return row && memberRow(row);
  }
}
