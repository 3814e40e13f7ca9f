import type { DataSource } from 'typeorm';
import { judgeRevision } from './glance-revision.js';
import { executedNames, knownMigrations } from './migrate.js';
import { gatewayTables } from './migrations/gateway-tables.js';
import { missingParts } from './missing-parts.js';
import { missingRights } from './missing-rights.js';
import { ForeignDatabase, ownership, tableNames } from './ownership.js';

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
  if (tables.tables === 'empty') {
    return { tables: 'empty', revisions: [], findings: [], missingColumns: [] };
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
  } else {
    findings.push(...(await missingParts(source, 'ours')).findings);
  }
  if (!isRefused(findings)) findings.push(...(await rightsFindings(source, gatewayTables.length)));
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
  const present = gatewayTables.filter(({ name }) => names.has(name)).length;
  if (present < gatewayTables.length) {
    findings.push({
      severity: 'limited',
      what:
        present === 0
          ? "The gateway's own tables do not stand beside Glance's: uploads through the gateway are refused."
          : `Of the gateway's own tables ${present} of ${gatewayTables.length} are there: uploads are refused.`,
      todo: 'Run `glance-graphql migrate --gateway-tables`.',
    });
  }
  if (!isRefused(findings)) findings.push(...(await rightsFindings(source, present)));
  return { tables: 'glance', revisions, findings, missingColumns };
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

async function rightsFindings(source: DataSource, gatewayTableCount: number): Promise<Finding[]> {
  if (source.options.type !== 'mysql') return [];
  const { reading, writing } = await missingRights(
    source,
    gatewayTableCount === gatewayTables.length ? gatewayTables.map(({ name }) => name) : [],
  );
  const todo = 'GRANT them to the user of DATABASE_URL.';
  if (reading.length > 0) {
    return [{ severity: 'refused', what: `The database account lacks ${reading.join(', ')}.`, todo }];
  }
  if (writing.length === 0) return [];
  const what = `The database account lacks ${writing.join(', ')}: the gateway reads and changes nothing.`;
  return [{ severity: 'limited', what, todo, changes: 'none' }];
}
