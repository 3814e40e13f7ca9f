import type { DataSource } from 'typeorm';
import type { Config } from '../config/config.js';
import { connectionProblem } from '../database/connection-problem.js';
import { asFileFailure, connectForInspection, describePlace } from '../database/data-source.js';
import { DatabaseFileUnusable, DatabaseUnavailable } from '../database/database-errors.js';
import { inspect, type Finding, type Inspection } from '../database/inspection.js';
import { inspectDataFolder } from '../gateway/data-folder.js';
import { remedyOf } from '../gateway/folder-unusable.js';
import { ANY_IMAGE } from '../gateway/unrecorded-data.js';
import { entities } from '../image/records/entities.js';
import { hostInWords, inspectHosts, type HostFacts } from './check-hosts.js';
import { locationFindings } from './check-locations.js';
import { inspectStores, type StoreFacts } from './check-stores.js';

/** The output of `glance-graphql check --json`. */
interface Report {
  /** Whether the gateway would start, and do all of its work. */
  usable: 'fully' | 'partly' | 'no';
  database: {
    place: string;
    /** Empty unless DATABASE_URL names several. */
    hosts: HostFacts[];
    tables: Inspection['tables'] | 'unreachable';
    revisions: string[];
  };
  stores: StoreFacts[];
  findings: Pick<Finding, 'severity' | 'what' | 'todo'>[];
}

/**
 * `glance-graphql check`: shows the database and the stores, what is wrong, and what to do. Changes nothing.
 *
 * @returns the exit status: 1 when the gateway would not start, or would refuse part of its work
 */
export async function runCheck(config: Config, asJson: boolean): Promise<number> {
  const found = await report(config);
  process.stdout.write(`${asJson ? JSON.stringify(found) : inWords(found)}\n`);
  return found.usable === 'fully' ? 0 : 1;
}

async function report(config: Config): Promise<Report> {
  const { database, hasImages, findings: ofDatabase } = await inspectDatabase(config);
  const { hosts, findings: ofHosts } = await inspectHosts(config);
  const { stores, findings: ofStores } = await inspectStores(config, hasImages);
  const findings = [...(await inspectDataFolder(config)), ...ofDatabase, ...ofHosts, ...ofStores];
  const has = (severity: Finding['severity']) => findings.some((finding) => finding.severity === severity);
  return {
    usable: has('refused') ? 'no' : has('limited') ? 'partly' : 'fully',
    database: { place: describePlace(config), hosts, ...database },
    stores,
    findings: findings.map(({ severity, what, todo }) => ({ severity, what, todo })),
  };
}

async function inspectDatabase(config: Config) {
  let source: DataSource | undefined;
  try {
    source = await connectForInspection(config, entities);
    if (!source)
      return { database: { tables: 'empty' as const, revisions: [] }, hasImages: false, findings: [] };
    const { tables, revisions, findings } = await inspect(source, config.trustedGlanceRevision);
    const isReadable = tables !== 'foreign' && tables !== 'empty' && !findings.some(isRefusal);
    const ofLocations = isReadable ? await locationFindings(source, config) : [];
    let hasImages = tables === 'empty' ? false : undefined;
    if (isReadable) hasImages = (await source.query<unknown[]>(ANY_IMAGE)).length > 0;
    return { database: { tables, revisions }, hasImages, findings: [...findings, ...ofLocations] };
  } catch (thrown) {
    const error = asFileFailure(config, thrown);
    if (!(error instanceof DatabaseUnavailable)) throw error;
    const isFile = error instanceof DatabaseFileUnusable;
    const problem = connectionProblem(error.cause);
    const what = isFile ? `${error.message} (${problem})` : `The database cannot be used: ${problem}.`;
    const todo = isFile
      ? (remedyOf(error) ?? 'Look at this file.')
      : 'Look at DATABASE_URL and at the database server.';
    const finding: Finding = { severity: 'refused', what, todo };
    return { database: { tables: 'unreachable' as const, revisions: [] }, findings: [finding] };
  } finally {
    await source?.destroy();
  }
}

function isRefusal({ severity }: Finding): boolean {
  return severity === 'refused';
}

function inWords({ usable, database, stores, findings }: Report): string {
  const revision = database.revisions.length > 0 ? `, revision ${database.revisions.at(-1)}` : '';
  return [
    `database  ${database.place}: ${TABLES[database.tables]}${revision}`,
    ...database.hosts.map(hostInWords),
    ...stores.map(({ place }) => `images    ${place}`),
    ...findings.map(({ severity, what, todo }) => `${LABELS[severity]}: ${what} ${todo}`),
    SUMMARY[usable],
  ].join('\n');
}

const TABLES: Record<Report['database']['tables'], string> = {
  ours: "the gateway's own tables",
  glance: "Glance's tables",
  empty: 'no tables; the gateway makes them when it starts',
  foreign: 'tables of another program',
  unreachable: 'cannot be reached',
};

const SUMMARY: Record<Report['usable'], string> = {
  fully: 'The gateway can run here.',
  partly: 'The gateway can run here, but would refuse part of its work.',
  no: 'The gateway cannot run here.',
};

const LABELS: Record<Finding['severity'], string> = { refused: 'error', limited: 'warning', note: 'note' };
