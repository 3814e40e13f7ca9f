import type { Place } from './gateway.js';
import { sql } from './sql.js';

/** The use of one owner, as the database counts it. */
interface Use {
  owner: string;
  hasOwner: number;
  images: number;
  bytes: number;
}

/** Returns what each owner uses by the counters, and by the images themselves; both are alike when the counters are right. */
export async function countedAndSummed(
  place: Pick<Place, 'options'>,
): Promise<[counted: string[], summed: string[]]> {
  const counters = await sql<Use>(
    place,
    'SELECT owner, has_owner AS hasOwner, images, bytes FROM gateway_owner_use WHERE images <> 0 OR bytes <> 0',
  );
  const counts = "(i.deleted = 0 OR i.status NOT IN ('deleted', 'pending_delete'))";
  const sums = await sql<Use>(
    place,
    "SELECT COALESCE(i.owner, '') AS owner, CASE WHEN i.owner IS NULL THEN 0 ELSE 1 END AS hasOwner, COUNT(*) AS images, " +
      "COALESCE(SUM(CASE WHEN i.status IN ('killed', 'deleted') THEN 0 ELSE i.size * " +
      '(SELECT COUNT(*) FROM image_locations l WHERE l.image_id = i.id AND l.deleted = 0) END), 0) AS bytes ' +
      `FROM images i WHERE ${counts} GROUP BY COALESCE(i.owner, ''), CASE WHEN i.owner IS NULL THEN 0 ELSE 1 END`,
  );
  return [counters.map(asText).sort(), sums.map(asText).sort()];
}

function asText({ owner, hasOwner, images, bytes }: Use): string {
  return `${Number(hasOwner) ? `"${owner}"` : 'nobody'}: ${Number(images)} images, ${Number(bytes)} bytes`;
}
