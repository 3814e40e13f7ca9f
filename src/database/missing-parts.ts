import type { DataSource } from 'typeorm';
import { existingSchema, type ExistingTable } from './existing-schema.js';
import type { Finding } from './inspection.js';
import { glanceTables } from './migrations/0001-glance-layout.js';
import { FORMER_INDEX, listIndexes } from './migrations/0003-list-indexes.js';
import { audiences, membersUpdated } from './migrations/0008-change-feed.js';
import { ownerUse } from './migrations/0011-owner-use.js';
import { FORMER_PROPERTY_INDEX, scaleIndexes } from './migrations/0012-scale-indexes.js';
import { membersByStatus } from './migrations/0013-member-status-index.js';
import { gatewayTables, laterTables } from './migrations/gateway-tables.js';
import { SINCE_ROCKY } from './pre-rocky-layout.js';
import type { Table } from './table.js';

/**
 * Finds the missing tables and columns, and the indexes that are missing or hidden.
 *
 * @returns the findings, and the missing columns of the images table that an older Glance lacks
 */
export async function missingParts(
  source: DataSource,
  whose: 'ours' | 'glance',
): Promise<{ findings: Finding[]; columns: string[] }> {
  const ours: readonly Table[] = [...gatewayTables, ...laterTables, audiences, ownerUse];
  const expected = whose === 'ours' ? [...glanceTables, ...ours] : glanceTables;
  const existing = await existingSchema(
    source,
    expected.map(({ name }) => name),
  );
  const parts: string[] = [];
  const columns: string[] = [];
  const unused: UnusedIndex[] = [];
  for (const table of expected) {
    const found = existing.get(table.name);
    if (!found) {
      parts.push(table.name);
      continue;
    }
    for (const column of Object.keys(table.columns).filter((name) => !found.columns.has(name))) {
      if (whose === 'glance' && table.name === 'images' && column in SINCE_ROCKY) columns.push(column);
      else parts.push(`${table.name}.${column}`);
    }
    unused.push(...unusedIndexes(table, found, whose));
  }
  const findings: Finding[] = [];
  if (parts.length > 0) {
    const what = `${parts.join(', ')} ${parts.length > 1 ? 'are' : 'is'} missing: the tables are half-made, or of a Glance before Queens.`;
    const todo = whose === 'glance' ? 'Run `glance-manage db_sync`.' : 'Restore a backup.';
    findings.push({ severity: 'refused', what, todo });
  }
  if (columns.length > 0) {
    const list = columns.map((name) => `images.${name}`).join(', ');
    const what = `The tables are of a Glance before Rocky, without ${list}: the gateway reads them and changes nothing.`;
    const todo = 'Bring Glance to a newer release to write as well.';
    findings.push({ severity: 'limited', what, todo, changes: 'none' });
  }
  if (parts.length === 0) {
    // An index of a column that an older Glance lacks is expected to be missing.
    const slow = unused.filter(({ on }) => !on.some((column) => columns.includes(column)));
    findings.push(...indexFindings(slow));
  }
  return { findings, columns };
}

interface UnusedIndex {
  name: string;
  on: readonly string[];
  /** The statement that makes the index, or shows it. */
  remedy: string;
  isHidden: boolean;
}

function unusedIndexes(table: Table, found: ExistingTable, whose: 'ours' | 'glance'): UnusedIndex[] {
  return expectedIndexes(table, whose)
    .filter(({ name }) => !found.indexes.has(name))
    .map(({ name, on, kind }) => {
      const shown = found.hiddenIndexes.get(name);
      const remedy = shown
        ? `ALTER TABLE ${table.name} ALTER INDEX ${name} ${shown}`
        : `CREATE ${kind} ${name} ON ${table.name} (${on.join(', ')})`;
      return { name, on, remedy, isHidden: shown !== undefined };
    });
}

function expectedIndexes({ name: table, unique = {}, indexes = {} }: Table, whose: 'ours' | 'glance') {
  const later = [listIndexes[table], ...(table === 'image_members' ? [membersUpdated, membersByStatus] : [])];
  const ours = whose === 'ours' ? later.filter((index) => index !== undefined) : [];
  return [
    ...Object.entries(unique).map(([name, on]) => ({ name, on, kind: 'UNIQUE INDEX' })),
    ...Object.entries(indexes).map(([name, on]) => ({ name, on, kind: 'INDEX' })),
    ...ours.map(({ name, columnNames }) => ({ name: name!, on: columnNames, kind: 'INDEX' })),
    ...Object.entries(scaleIndexes[table] ?? {}).map(([name, on]) => ({ name, on, kind: 'INDEX' })),
  ].filter(({ name }) => !REPLACED.includes(name) && (whose === 'ours' || !name.startsWith('gateway_')));
}

const REPLACED = [FORMER_INDEX, FORMER_PROPERTY_INDEX];

function indexFindings(unused: readonly UnusedIndex[]): Finding[] {
  return (['missing', 'hidden'] as const).flatMap((state) => {
    const these = unused.filter(({ isHidden }) => isHidden === (state === 'hidden'));
    if (these.length === 0) return [];
    const names = these.map(({ name }) => name).join(', ');
    const subject = these.length > 1 ? `The indexes ${names} are` : `The index ${names} is`;
    const todo = `Run \`${these.map(({ remedy }) => remedy).join('; ')}\`.`;
    return [{ severity: 'note', what: `${subject} ${state}: lists are slow.`, todo }];
  });
}
