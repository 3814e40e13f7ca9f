import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { DataSource } from 'typeorm';
import type { Config } from './config.js';
import { connectToLook, describePlace } from './database/data-source.js';
import { DatabaseUnavailable } from './database/driver-error.js';
import { inspect, type Finding, type Inspection } from './database/inspection.js';
import { entities } from './image/entities.js';
import { folderState, type FolderState } from './store/folder.js';

/** What `glance-graphql check --json` prints. */
interface Report {
  /** Whether the gateway would start, and do all of its work. */
  usable: 'fully' | 'partly' | 'no';
  database: { place: string; tables: Inspection['tables'] | 'unreachable'; revisions: string[] };
  store: { place: string; state: FolderState };
  findings: Pick<Finding, 'severity' | 'what' | 'todo'>[];
}

/**
 * `glance-graphql check`: says what the database and the store are, what stands in the way, and what to do. Changes
 * nothing.
 *
 * @returns the exit status: 1 when the gateway would not start, or would refuse part of its work
 */
export async function runCheck(config: Config, asJson: boolean): Promise<number> {
  const found = await report(config);
  process.stdout.write(`${asJson ? JSON.stringify(found) : inWords(found)}\n`);
  return found.usable === 'fully' ? 0 : 1;
}

async function report(config: Config): Promise<Report> {
  const folder = firstFolder(config);
  const state = await folderState(folder);
  const { database, findings } = await lookIntoDatabase(config, folder);
  const all = [...findings, ...folderFindings(folder, state)];
  const has = (severity: Finding['severity']) => all.some((finding) => finding.severity === severity);
  return {
    usable: has('refused') ? 'no' : has('limited') ? 'partly' : 'fully',
    database: { place: describePlace(config), ...database },
    store: { place: folder, state },
    findings: all.map(({ severity, what, todo }) => ({ severity, what, todo })),
  };
}

/** The folder of the first store that has one; stores behind a network are not asked. */
function firstFolder({ configuredStores, dataDir }: Config): string {
  const file = configuredStores.find((store) => store.kind === 'file');
  return file?.options.folder ?? join(dataDir, 'images');
}

async function lookIntoDatabase(config: Config, folder: string) {
  let source: DataSource | undefined;
  try {
    source = await connectToLook(config, entities);
    if (!source) return { database: { tables: 'empty' as const, revisions: [] }, findings: [] };
    const { tables, revisions, findings } = await inspect(source, config.trustedGlanceRevision);
    const isReadable = tables !== 'foreign' && tables !== 'empty' && !findings.some(isRefusal);
    const elsewhere = isReadable ? await locationFindings(source, folder, config) : [];
    return { database: { tables, revisions }, findings: [...findings, ...elsewhere] };
  } catch (error) {
    if (!(error instanceof DatabaseUnavailable)) throw error;
    const what = `The database cannot be used: ${(error.cause as Error).message}.`;
    const todo = 'Look at DATABASE_URL and at the database server.';
    const finding: Finding = { severity: 'refused', what, todo };
    return { database: { tables: 'unreachable' as const, revisions: [] }, findings: [finding] };
  } finally {
    await source?.destroy();
  }
}

/** Data that the gateway would not give out: in stores that it does not have, or outside its folder. */
async function locationFindings(
  source: DataSource,
  folder: string,
  { configuredStores }: Config,
): Promise<Finding[]> {
  const remote = configuredStores.map(({ kind }) => kind).filter((kind) => kind !== 'file');
  const isKnown = (scheme: string) => ['http', 'https', ...remote].includes(scheme.split('+')[0]);
  const inside = `${pathToFileURL(folder).href}/`;
  const rows: { scheme: string; count: number }[] = await source.query(
    "SELECT CASE WHEN instr(value, ':') > 0 THEN substr(value, 1, instr(value, ':') - 1) ELSE '' END AS scheme, " +
      'COUNT(*) AS count FROM image_locations WHERE deleted = 0 AND substr(value, 1, ?) <> ? ' +
      'GROUP BY scheme ORDER BY count DESC LIMIT 20',
    [inside.length, inside],
  );
  return rows
    .filter(({ scheme }) => !isKnown(scheme))
    .map(({ scheme, count }) => ({
      severity: 'note',
      what:
        scheme === 'file'
          ? `${Number(count)} locations are files outside ${folder}: their data is not given out.`
          : `${Number(count)} locations are of ${scheme === '' ? 'no scheme' : `scheme ${scheme}`}, a store that is not configured: their data is not given out.`,
      todo:
        scheme === 'file'
          ? "Make DATA_DIR the folder above Glance's filesystem_store_datadir."
          : 'Read these images through the Glance that wrote them.',
    }));
}

const FOLDER: Record<FolderState, Finding | undefined> = {
  good: undefined,
  missing: { severity: 'note', what: 'is not there yet.', todo: 'It is made when the gateway starts.' },
  unmakeable: {
    severity: 'refused',
    what: 'is not there and cannot be made.',
    todo: 'Let the user that runs the gateway write into the folder above it, or choose another DATA_DIR.',
  },
  noFolder: { severity: 'refused', what: 'is no folder.', todo: 'Choose another DATA_DIR.' },
  unreadable: {
    severity: 'refused',
    what: 'cannot be read.',
    todo: 'Let the user that runs the gateway read it.',
  },
  unwritable: {
    severity: 'refused',
    what: 'cannot be written to.',
    todo: 'Let the user that runs the gateway write to it.',
  },
};

function folderFindings(folder: string, state: FolderState): Finding[] {
  const finding = FOLDER[state];
  return finding ? [{ ...finding, what: `The image store ${folder} ${finding.what}` }] : [];
}

function isRefusal({ severity }: Finding): boolean {
  return severity === 'refused';
}

const TABLES: Record<Report['database']['tables'], string> = {
  ours: "the gateway's own",
  glance: "a Glance's",
  empty: 'empty; the tables are made when the gateway starts',
  foreign: 'of something else',
  unreachable: 'not to be reached',
};

const SUMMARY: Record<Report['usable'], string> = {
  fully: 'The gateway can run here.',
  partly: 'The gateway can run here, and would refuse part of its work.',
  no: 'The gateway cannot run here as it is.',
};

const LABELS: Record<Finding['severity'], string> = { refused: 'error', limited: 'warning', note: 'note' };

function inWords({ usable, database, store, findings }: Report): string {
  const revision = database.revisions.length > 0 ? `, revision ${database.revisions.at(-1)}` : '';
  return [
    `database  ${database.place}: ${TABLES[database.tables]}${revision}`,
    `images    ${store.place}`,
    ...findings.map(({ severity, what, todo }) => `${LABELS[severity]}: ${what} ${todo}`),
    SUMMARY[usable],
  ].join('\n');
}
