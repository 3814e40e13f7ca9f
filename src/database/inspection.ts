import type { DataSource } from 'typeorm';
import { judgeRevision } from './glance-revision.js';
import { incomparableTables } from './image-id-collation.js';
import { executedNames, knownMigrations } from './migrate.js';
import { audiences } from './migrations/0008-change-feed.js';
import { gatewayTables, laterTables, type LaterTable } from './migrations/gateway-tables.js';
import { missingParts } from './missing-parts.js';
import { creationFindings, rightsFindings } from './missing-rights.js';
import { ForeignDatabase, ownership, tableNames } from './ownership.js';
import type { Table } from './table.js';
import { serverVersion, versionFault } from './server-version.js';

/** A fact about the database or a store that an operator should know. */
export interface Finding {
  /** `refused`: the gateway does not start. `limited`: it starts, and refuses part of its work. `note`: all works. */
  severity: 'refused' | 'limited' | 'note';
  /** The fact. */
  what: string;
  /** The operator's next step. */
  todo: string;
  /** `none` when the gateway only reads. */
  changes?: 'none';
}

/** The kind of a database, and the findings about it. */
export interface Inspection {
  tables: 'ours' | 'glance' | 'empty' | 'foreign';
  /** The migrations that ran: ours, or Glance's. */
  revisions: string[];
  findings: Finding[];
  /** The columns of the images table that an older Glance lacks. Any other missing column is a finding. */
  missingColumns: string[];
}

/**
 * Inspects a database and changes nothing.
 *
 * @param trustedRevision the revision of a newer Glance that the operator has tried
 */
export async function inspect(source: DataSource, trustedRevision?: string): Promise<Inspection> {
  const tables = await ownership(source).catch((error: unknown) => {
    if (error instanceof ForeignDatabase) return error;
    throw error;
  });
  if (tables instanceof ForeignDatabase) {
    const todo = 'Nothing in it is touched. Point DATABASE_URL at another database.';
    const finding: Finding = { severity: 'refused', what: tables.message, todo };
    return { tables: 'foreign', revisions: [], findings: [finding], missingColumns: [] };
  }
  const fault = source.options.type === 'mysql' && versionFault(await serverVersion(source));
  if (fault || tables.tables === 'empty') {
    const findings: Finding[] = fault ? [{ severity: 'refused', ...fault }] : await creationFindings(source);
    return { tables: tables.tables, revisions: [], findings, missingColumns: [] };
  }
  return tables.tables === 'ours' ? inspectOurs(source) : inspectGlances(source, trustedRevision);
}

async function inspectOurs(source: DataSource): Promise<Inspection> {
  const revisions = [...(await executedNames(source))];
  const known = knownMigrations(source);
  const newer = revisions.find((name) => !known.includes(name));
  const pending = known.filter((name) => !revisions.includes(name));
  const findings: Finding[] = [];
  if (newer) {
    const what = `The tables were prepared by a newer glance-graphql (it has ${newer}).`;
    findings.push({ severity: 'refused', what, todo: 'Run that one.' });
  }
  if (pending.length > 0) {
    const what = `The tables are of an older version, or their migration stopped half-way: ${pending.join(', ')} still to be run.`;
    findings.push({ severity: 'refused', what, todo: 'Run `glance-graphql migrate`.' });
    findings.push(...(await creationFindings(source)));
  } else {
    findings.push(...(await missingParts(source, 'ours')).findings);
  }
  if (!isRefused(findings))
    findings.push(...(await rightsFindings(source, [...gatewayTables, ...laterTables, audiences])));
  return { tables: 'ours', revisions, findings, missingColumns: [] };
}

async function inspectGlances(source: DataSource, trustedRevision?: string): Promise<Inspection> {
  const names = await tableNames(source);
  const revisions = names.has('alembic_version') ? await alembicRevisions(source) : [];
  const findings: Finding[] = [];
  const verdict = judgeRevision(revisions.filter((revision) => revision !== trustedRevision));
  if (verdict.state === 'newer') {
    findings.push({
      severity: 'refused',
      what: `The tables are of a Glance that this program does not know (revision ${verdict.revision}).`,
      todo:
        'Run a newer glance-graphql; or, when you have tried this one on a copy, set ' +
        `TRUSTED_GLANCE_REVISION=${verdict.revision}.`,
    });
  }
  if (verdict.state === 'halfWay') {
    findings.push({
      severity: 'refused',
      what: `Glance's own migration stopped half-way (after ${verdict.revision}).`,
      todo: 'End it with `glance-manage db_sync`.',
    });
  }
  const { findings: missing, columns: missingColumns } = await missingParts(source, 'glance');
  findings.push(...missing);
  const present = gatewayTables.filter(({ name }) => names.has(name));
  if (present.length < gatewayTables.length) {
    findings.push({
      severity: 'limited',
      what:
        present.length === 0
          ? "The gateway's own tables do not stand beside Glance's: uploads through the gateway are refused."
          : `Of the gateway's own tables ${present.length} of ${gatewayTables.length} are there: uploads are refused.`,
      todo: 'Run `glance-graphql migrate --gateway-tables`.',
    });
  }
  if (isRefused(findings)) return { tables: 'glance', revisions, findings, missingColumns };
  const isWhole = present.length === gatewayTables.length;
  const later = laterTables.filter(({ name }) => names.has(name));
  for (const { name } of isWhole ? laterTables : []) {
    if (names.has(name)) continue;
    const what = `The table ${name} does not stand beside the other tables of the gateway: ${WITHOUT[name]}.`;
    findings.push({ severity: 'note', what, todo: 'Run `glance-graphql migrate --gateway-tables`.' });
  }
  findings.push(
    ...(await rightsFindings(source, isWhole ? [...gatewayTables, ...later] : [])),
    ...(await collationFindings(source, [...present, ...later])),
  );
  return { tables: 'glance', revisions, findings, missingColumns };
}

/** The consequence of a missing table. */
const WITHOUT: Record<LaterTable, string> = {
  gateway_formats: 'detectedFormat stays null',
  gateway_sources: 'importSource stays null',
  gateway_progress: 'uploadProgress is null at every gateway but the one that receives the data',
};

async function collationFindings(source: DataSource, present: readonly Table[]): Promise<Finding[]> {
  const names = present.filter(({ columns }) => 'image_id' in columns).map(({ name }) => name);
  const found = await incomparableTables(source, names);
  if (found.length === 0) return [];
  const what =
    `The image ids in ${found.join(', ')} have another binary collation than Glance's, and the server refuses ` +
    'to compare them: uploads and imports fail.';
  return [{ severity: 'limited', what, todo: 'Run `glance-graphql migrate --gateway-tables`.' }];
}

/** Returns true when the inspection must stop: rights on missing tables cannot be checked. */
function isRefused(findings: readonly Finding[]): boolean {
  return findings.some(({ severity }) => severity === 'refused');
}

async function alembicRevisions(source: DataSource): Promise<string[]> {
  const rows: { revision: string }[] = await source.query(
    'SELECT version_num AS revision FROM alembic_version ORDER BY version_num',
  );
  return rows.map(({ revision }) => revision);
}
