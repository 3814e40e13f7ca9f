import { createHash } from 'node:crypto';
import type { Database, Reader } from '../../database/database.js';
import type { Caller } from '../../identity/caller.js';
import { imageColumns, type ImageColumns, type ImageRow } from '../records/image-columns.js';
import { readRelation, type Relation, type StoredRelation } from '../records/image-relations.js';
import { MEMBER_COLUMNS, memberRow, type MemberRow } from '../records/member-records.js';

/** A membership, live or deleted. */
export type Membership = MemberRow & { deleted: boolean };

/** A changed image as it is now, with all that decides who may see it. */
export interface ChangedImage {
  /** All columns, and the relations that subscribers select. */
  readonly row: ImageRow & { updatedAt: string; createdAt: string };
  readonly memberships: readonly Membership[];
  /** The time of the last change of the record or of a membership. */
  readonly changedAt: string;
  /** The database's clock when the image was read. */
  readonly clock: string;
  /** Changes with every change of the record, its properties, tags and memberships. */
  readonly fingerprint: string;
}

/**
 * Reads changed images with everything that subscribers need, in a few statements for all of them. Returns them in the
 * order of the ids.
 */
export type ReadChangedImages = (
  ids: readonly string[],
  relations: ReadonlySet<Relation>,
) => Promise<ChangedImage[]>;

export function changedImageReader(database: Database): ReadChangedImages {
  const columns = imageColumns(database);
  return async (ids, relations) => {
    const rows = await readRows(database, columns, ids);
    const memberships = await readMemberships(database, ids);
    for (const relation of new Set([...ALWAYS_READ, ...relations])) {
      // The watch makes the others from what is read here.
      if (relation !== 'members' && isStored(relation))
        await readRelation[relation](database, rows, EVERYBODY);
    }
    const byId = new Map(rows.map((row) => [row.id, row]));
    return ids.flatMap((id) => {
      const row = byId.get(id);
      return row ? [changedImage(row, memberships.get(id) ?? [])] : [];
    });
  };
}

/** The number of images that are read together. */
const BATCH = 200;

/** Yields the ids in batches to read together. */
export function* batches(ids: readonly string[]): Generator<string[]> {
  for (let at = 0; at < ids.length; at += BATCH) yield ids.slice(at, at + BATCH);
}

/** The relations whose changes are changes of the image. */
const ALWAYS_READ: readonly Relation[] = ['properties', 'tags'];

/** Reads relations whole. Each subscriber is shown only what its caller may see. */
const EVERYBODY: Caller = {
  user: null,
  tenant: null,
  roles: [],
  isAdmin: true,
  readOnly: true,
  owner: null,
};

function isStored(relation: Relation): relation is StoredRelation {
  return relation in readRelation;
}

type ReadRow = ImageRow & { clock: string; updatedAt: string | null; createdAt: string };

async function readRows(reader: Reader, columns: ImageColumns, ids: readonly string[]): Promise<ReadRow[]> {
  const marks = ids.map(() => '?').join(', ');
  const rows = await reader.read(
    `SELECT ${columns.select(columns.all)}, ${reader.dialect.now} AS clock FROM images i WHERE i.id IN (${marks})`,
    ids,
  );
  return rows as ReadRow[];
}

async function readMemberships(reader: Reader, ids: readonly string[]): Promise<Map<string, Membership[]>> {
  const rows = await reader.read(
    `SELECT ${MEMBER_COLUMNS}, m.deleted AS deleted FROM image_members m ` +
      `WHERE m.image_id IN (${ids.map(() => '?').join(', ')}) ORDER BY m.id`,
    ids,
  );
  return byImage(rows.map((row) => ({ ...memberRow(row), deleted: Number(row.deleted) === 1 })));
}

/** Groups rows by their images. */
export function byImage<T extends { readonly imageId: string }>(rows: readonly T[]): Map<string, T[]> {
  const images = new Map<string, T[]>();
  for (const row of rows) {
    const own = images.get(row.imageId);
    if (own) own.push(row);
    else images.set(row.imageId, [row]);
  }
  return images;
}

function changedImage({ clock, ...row }: ReadRow, memberships: readonly Membership[]): ChangedImage {
  const times = [row.createdAt, row.updatedAt, ...memberships.map(({ updatedAt }) => updatedAt)];
  const changedAt = times.reduce<string>((last, time) => (time && time > last ? time : last), '');
  const image = { ...row, updatedAt: row.updatedAt ?? row.createdAt } as ChangedImage['row'];
  return { row: image, memberships, changedAt, clock, fingerprint: fingerprintOf(image, memberships) };
}

/** Leaves out relations that subscribers select or not, since they must not change the fingerprint. */
function fingerprintOf(row: ImageRow, memberships: readonly Membership[]): string {
  const parts = Object.entries(row).filter(([name]) => !OTHERS.has(name));
  const content = [parts.sort(([one], [other]) => compare(one, other)), memberships];
  return createHash('sha256').update(JSON.stringify(content)).digest('base64url');
}

const OTHERS = new Set<string>(
  Object.keys(readRelation).filter((name) => !ALWAYS_READ.includes(name as Relation)),
);

function compare(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
