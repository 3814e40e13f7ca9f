import type { Database, Reader, Transaction } from '../../database/database.js';

/** The part of a quota that images use: their number, and their bytes, once for each live location. */
export interface ImageUse {
  readonly images: number;
  readonly bytes: number;
}

type OwnedUse = ImageUse & { readonly owner: string | null };

/** Version 1 lets clients create images as deleted. They count until their status is `deleted` too. */
const COUNTED = "(i.deleted = 0 OR i.status NOT IN ('deleted', 'pending_delete'))";

/** The condition of the images whose bytes count. */
const BYTES_COUNTED = `${COUNTED} AND i.status NOT IN ('killed', 'deleted')`;

const HAS_OWNER = 'CASE WHEN i.owner IS NULL THEN 0 ELSE 1 END';

/**
 * Returns the SELECTs that sum the use of images: their number, and their bytes.
 *
 * @param only the condition of the images `i`
 */
export function sumsOf(only: string): { images: string; bytes: string } {
  return {
    images: `SELECT COUNT(*) AS images FROM images i WHERE ${only} AND ${COUNTED}`,
    bytes:
      'SELECT COALESCE(SUM(i.size), 0) AS bytes FROM images i JOIN image_locations l ON l.image_id = i.id ' +
      `WHERE ${only} AND ${BYTES_COUNTED} AND l.deleted = 0`,
  };
}

/**
 * Keeps the counters of owners in step with a change of an image. Call it before the change: it remembers what the image
 * uses, and adds the difference to the counters before the COMMIT. Locks the image. Does nothing on Glance's own tables.
 */
export async function countChange(transaction: Transaction, imageId: string): Promise<void> {
  if (transaction.tables !== 'ours') return;
  const changes = changesOf(transaction);
  const known = changes.get(imageId);
  if (known) {
    known.after = undefined;
    return;
  }
  const { forUpdate } = transaction.dialect;
  if (forUpdate) await transaction.read(`SELECT i.id FROM images i WHERE i.id = ?${forUpdate}`, [imageId]);
  changes.set(imageId, { before: await useOfImage(transaction, imageId) });
}

/** Counts an image that this transaction creates. It has no location yet. */
export function countNew(
  transaction: Transaction,
  imageId: string,
  {
    owner = null,
    status = '',
    deleted = false,
  }: { owner?: string | null; status?: string; deleted?: boolean },
): void {
  if (transaction.tables !== 'ours') return;
  const isCounted = !deleted || !['deleted', 'pending_delete'].includes(status);
  changesOf(transaction).set(imageId, { after: { owner, images: isCounted ? 1 : 0, bytes: 0 } });
}

/** Returns the counters of an owner. */
export async function countedUse(reader: Reader, owner: string | null): Promise<ImageUse> {
  const sql =
    'SELECT u.images AS images, u.bytes AS bytes FROM gateway_owner_use u WHERE u.owner = ? AND u.has_owner = ?';
  const [row] = await reader.read(sql, keyOf(owner));
  return { images: Number(row?.images ?? 0), bytes: Number(row?.bytes ?? 0) };
}

/**
 * Returns the SELECT of what each owner uses: `owner`, `hasOwner`, `images` and `bytes`, never less than 0 and never more than
 * a number of JavaScript holds. It reads the counters on our own tables, and sums all images on Glance's.
 */
export function useByOwner({ tables, dialect }: Pick<Reader, 'tables' | 'dialect'>): string {
  if (tables === 'ours')
    return (
      'SELECT u.owner AS owner, u.has_owner AS hasOwner, ' +
      `${bounded('u.images')} AS images, ${bounded('u.bytes')} AS bytes FROM gateway_owner_use u`
    );
  // Glance's collation takes some different texts for one.
  const [owner, hasOwner] = [`COALESCE(${dialect.exactly('i.owner')}, '')`, HAS_OWNER];
  const locations = 'SELECT COUNT(*) FROM image_locations l WHERE l.image_id = i.id AND l.deleted = 0';
  const bytes = `SUM(CASE WHEN ${BYTES_COUNTED} THEN COALESCE(i.size, 0) * (${locations}) ELSE 0 END)`;
  return (
    `SELECT ${owner} AS owner, ${hasOwner} AS hasOwner, COUNT(*) AS images, ${bounded(bytes)} AS bytes ` +
    `FROM images i WHERE ${COUNTED} GROUP BY ${owner}, ${hasOwner}`
  );
}

/** Adds to the counters of an owner. */
export async function addUse(
  { change, dialect }: Transaction,
  owner: string | null,
  { images, bytes }: ImageUse,
): Promise<void> {
  await change(dialect.countUse, [...keyOf(owner), images, bytes, images, bytes]);
}

/** A counter that an older gateway beside this one left wrong may be negative until the sweep sets it right. */
function bounded(number: string): string {
  const most = Number.MAX_SAFE_INTEGER;
  return `CASE WHEN ${number} < 0 THEN 0 WHEN ${number} > ${most} THEN ${most} ELSE ${number} END`;
}

/** Returns the key of the counters of an owner. */
export function keyOf(owner: string | null): [owner: string, hasOwner: 0 | 1] {
  return [owner ?? '', owner === null ? 0 : 1];
}

/** Returns the condition for the images of an owner. */
export function imagesOf(owner: string | null, { dialect }: Pick<Database, 'dialect'>) {
  return owner === null ? { sql: 'i.owner IS NULL', values: [] } : dialect.equalsExactly('i.owner', owner);
}

/** The use of an image before and after a transaction. Undefined before: the image is new. Undefined after: not read yet. */
interface Change {
  readonly before?: OwnedUse;
  after?: OwnedUse;
}

const changesOfTransactions = new WeakMap<Transaction, Map<string, Change>>();

function changesOf(transaction: Transaction): Map<string, Change> {
  const known = changesOfTransactions.get(transaction);
  if (known) return known;
  const changes = new Map<string, Change>();
  changesOfTransactions.set(transaction, changes);
  transaction.beforeCommit(() => count(transaction, changes));
  return changes;
}

/** Adds the differences to the counters, in the order of their keys, so that two transactions seldom wait for each other. */
async function count(transaction: Transaction, changes: ReadonlyMap<string, Change>): Promise<void> {
  const sums = new Map<string | null, ImageUse>();
  const add = ({ owner, images, bytes }: OwnedUse, sign: 1 | -1) => {
    const sum = sums.get(owner) ?? { images: 0, bytes: 0 };
    sums.set(owner, { images: sum.images + sign * images, bytes: sum.bytes + sign * bytes });
  };
  for (const [id, { before, after = await useOfImage(transaction, id) }] of changes) {
    if (before) add(before, -1);
    if (after) add(after, 1);
  }
  const different = [...sums].filter(([, { images, bytes }]) => images !== 0 || bytes !== 0);
  different.sort(([one], [other]) => (String(one) < String(other) ? -1 : 1));
  for (const [owner, use] of different) await addUse(transaction, owner, use);
}

async function useOfImage(transaction: Transaction, id: string): Promise<OwnedUse | undefined> {
  const [row] = await transaction.read(
    `SELECT i.owner AS owner, CASE WHEN ${COUNTED} THEN 1 ELSE 0 END AS images, ` +
      `CASE WHEN ${BYTES_COUNTED} THEN COALESCE(i.size, 0) ELSE 0 END AS size, ` +
      '(SELECT COUNT(*) FROM image_locations l WHERE l.image_id = i.id AND l.deleted = 0) AS locations ' +
      'FROM images i WHERE i.id = ?',
    [id],
  );
  if (!row) return undefined;
  return {
    owner: row.owner as string | null,
    images: Number(row.images),
    bytes: Number(row.size) * Number(row.locations),
  };
}
