import { channel } from 'node:diagnostics_channel';
import type { Place } from './gateway.js';
import { sql } from './sql.js';

/**
 * The statements on images that this process sends to MySQL while something is done, in their order. The
 * driver tells them to whoever listens.
 */
export async function statementsDuring(work: () => Promise<unknown>): Promise<string[]> {
  const seen: string[] = [];
  const listener = (message: unknown) => {
    const { query } = message as { query: string };
    if (/\bimage/.test(query)) seen.push(query);
  };
  const channels = ['query', 'execute'].map((name) => channel(`tracing:mysql2:${name}:start`));
  for (const each of channels) each.subscribe(listener);
  try {
    await work();
  } finally {
    for (const each of channels) each.unsubscribe(listener);
  }
  return seen;
}

/** So many images, with a property and a member each, that the optimizer has something to weigh. */
export async function addManyImages(place: Pick<Place, 'options'>): Promise<void> {
  const ids = Array.from(
    { length: 2000 },
    (_, n) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
  );
  const rows = ids.map(
    (id, n) =>
      `('${id}', 'image ${n % 300}', ${n}, 'active', 'raw', 'bare', 't${n % 20}', 0, 0, ` +
      `'${n % 3 ? 'shared' : 'public'}', '2026-01-01 00:${String(n % 60).padStart(2, '0')}:00', 0)`,
  );
  await sql(
    place,
    'INSERT INTO images (id, name, size, status, disk_format, container_format, owner, min_disk, min_ram, ' +
      `visibility, created_at, deleted) VALUES ${rows.join()}`,
  );
  const properties = ids.map((id, n) => `('${id}', 'os', '${n % 2 ? 'linux' : 'bsd'}', '2026-01-01', 0)`);
  await sql(
    place,
    `INSERT INTO image_properties (image_id, name, value, created_at, deleted) VALUES ${properties.join()}`,
  );
  const members = ids.map((id, n) => `('${id}', 't${n % 50}', 0, '2026-01-01', 0)`);
  await sql(
    place,
    `INSERT INTO image_members (image_id, member, can_share, created_at, deleted) VALUES ${members.join()}`,
  );
  await sql(place, 'ANALYZE TABLE images, image_properties, image_members');
}

/** Returns a statement of MariaDB without its limit of time, which EXPLAIN does not take. */
export function withoutLimit(statement: string): string {
  return statement.replace(/^SET STATEMENT max_statement_time = \d+ FOR /, '');
}

/** The statements without their limit of time, and by which indexes the first is run. */
export async function described(place: Pick<Place, 'options'>, limited: string[]): Promise<string> {
  const statements = limited.map(withoutLimit);
  const plan = await sql(place, `EXPLAIN ${statements[0]}`);
  const steps = plan.map(
    ({ select_type, table, key, Extra }) => `-- ${[select_type, table, key, Extra].join(' | ')}`,
  );
  return `${statements.join(';\n')};\n\n${steps.join('\n')}\n`;
}

/** Returns true when the server is the MariaDB whose plans are recorded. Other optimizers choose other plans. */
export async function hasRecordedPlans(place: Pick<Place, 'options'>): Promise<boolean> {
  const [{ version }] = await sql<{ version: string }>(place, 'SELECT VERSION() AS version');
  return /10\.11\.\d+-MariaDB/.test(version);
}
