import type { Reader, Transaction } from '../../database/database.js';

/** The owner and the visibility of an image before a change. They decided who could see the image until then. */
export interface FormerAudience {
  readonly imageId: string;
  readonly owner: string | null;
  readonly visibility: string;
  readonly endedAt: string;
}

/** Days for which the gateway remembers who could see an image: longer than any subscriber may be away. */
const KEPT_DAYS = 8;

/** Records who can see an image, before a change of its owner or visibility. Does nothing on Glance's own tables. */
export async function recordAudience(
  transaction: Transaction,
  id: string,
  { owner, visibility }: { owner?: string | null; visibility?: string },
): Promise<void> {
  if (transaction.tables !== 'ours') return;
  const others: string[] = [];
  if (visibility !== undefined) others.push('i.visibility <> ?');
  if (owner === null) others.push('i.owner IS NOT NULL');
  else if (owner !== undefined) others.push('(i.owner IS NULL OR i.owner <> ?)');
  if (others.length === 0) return;
  await transaction.change(
    'INSERT INTO gateway_audiences (image_id, owner, visibility, ended_at) ' +
      `SELECT i.id, i.owner, i.visibility, ${transaction.dialect.now} FROM images i ` +
      `WHERE i.id = ? AND (${others.join(' OR ')})`,
    [id, ...[visibility, owner].filter((value) => value !== undefined && value !== null)],
  );
}

/** Returns the former audiences of images, the oldest first. */
export async function readFormerAudiences(reader: Reader, ids: readonly string[]): Promise<FormerAudience[]> {
  const rows = await reader.read(
    'SELECT g.image_id AS imageId, g.owner AS owner, g.visibility AS visibility, g.ended_at AS endedAt ' +
      `FROM gateway_audiences g WHERE g.image_id IN (${ids.map(() => '?').join(', ')}) ORDER BY g.id`,
    ids,
  );
  return rows as unknown as FormerAudience[];
}

/** Forgets the audiences that no subscriber asks for any more. Returns the number of forgotten rows. */
export async function forgetAudiences(transaction: Transaction): Promise<number> {
  return transaction.change(
    `DELETE FROM gateway_audiences WHERE ended_at < ${transaction.dialect.nowPlusSeconds}`,
    [-KEPT_DAYS * 24 * 3600],
  );
}
