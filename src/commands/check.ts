import { dirname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { DataSource } from 'typeorm';
import type { Config } from '../config/config.js';
import { fileFolders, remoteStores } from '../gateway/stores.js';
import { connectToLook, describePlace } from '../database/data-source.js';
import { DatabaseUnavailable } from '../database/driver-error.js';
import { inspect, type Finding, type Inspection } from '../database/inspection.js';
import { entities } from '../image/records/entities.js';
import { isEncrypted, locationCipher } from '../image/records/location-cipher.js';
import { folderState, type FolderState } from '../store/folder.js';
import type { Store } from '../store/store.js';
import { storePrefix } from '../config/store-options.js';

/** What `glance-graphql check --json` prints. */
interface Report {
  /** Whether the gateway would start, and do all of its work. */
  usable: 'fully' | 'partly' | 'no';
  database: { place: string; tables: Inspection['tables'] | 'unreachable'; revisions: string[] };
  stores: StoreFacts[];
  findings: Pick<Finding, 'severity' | 'what' | 'todo'>[];
}

interface StoreFacts {
  place: string;
  /** That of its folder; of a store behind a network, whether it lets us in. */
  state: FolderState | 'unusable';
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
  const folders = await Promise.all(
    fileFolders(config).map(async (place) => ({ place, state: await folderState(place) })),
  );
  const remote = await Promise.all((await remoteStores(config, PATIENCE)).map(remoteState));
  const { database, findings } = await lookIntoDatabase(config);
  const roots = await Promise.all(config.fileLocationRoots.map(rootFindings));
  const all = [
    ...findings,
    ...folders.flatMap(folderFindings),
    ...remote.flatMap(({ finding }) => finding),
    ...roots.flat(),
  ];
  const has = (severity: Finding['severity']) => all.some((finding) => finding.severity === severity);
  return {
    usable: has('refused') ? 'no' : has('limited') ? 'partly' : 'fully',
    database: { place: describePlace(config), ...database },
    stores: [...folders, ...remote.map(({ place, state }) => ({ place, state }))],
    findings: all.map(({ severity, what, todo }) => ({ severity, what, todo })),
  };
}

async function lookIntoDatabase(config: Config) {
  let source: DataSource | undefined;
  try {
    source = await connectToLook(config, entities);
    if (!source) return { database: { tables: 'empty' as const, revisions: [] }, findings: [] };
    const { tables, revisions, findings } = await inspect(source, config.trustedGlanceRevision);
    const isReadable = tables !== 'foreign' && tables !== 'empty' && !findings.some(isRefusal);
    const elsewhere = isReadable ? await locationFindings(source, config) : [];
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

/** Data that the gateway would not give out: in stores that it does not have, or outside its folders. */
async function locationFindings(source: DataSource, config: Config): Promise<Finding[]> {
  const remote = config.configuredStores.map(({ kind }) => kind).filter((kind) => kind !== 'file');
  const isKnown = (scheme: string) => ['http', 'https', ...remote].includes(scheme.split('+')[0]);
  const folders = [...fileFolders(config), ...config.fileLocationRoots];
  const inside = folders
    .map((folder) => resolve(folder))
    .flatMap((folder) => [`file://${folder}/`, `${pathToFileURL(folder).href}/`]);
  const rows: { scheme: string; count: number; example: string }[] = await source.query(
    "SELECT CASE WHEN instr(value, ':') > 0 THEN substr(value, 1, instr(value, ':') - 1) ELSE '' END AS scheme, " +
      'COUNT(*) AS count, MIN(value) AS example FROM image_locations ' +
      `WHERE deleted = 0${inside.map(() => ' AND substr(value, 1, ?) <> ?').join('')} ` +
      'GROUP BY scheme ORDER BY count DESC LIMIT 20',
    inside.flatMap((prefix) => [prefix.length, prefix]),
  );
  return rows
    .filter(({ scheme }) => !isKnown(scheme))
    .flatMap(({ scheme, count, example }): Finding[] => {
      if (isEncrypted(example)) return encryptionFindings(Number(count), example, config);
      if (scheme === 'file') {
        const what = `${Number(count)} locations are files outside ${folders.join(', ')}: their data is not given out.`;
        const todo = `Name their folders, such as ${dirname(example.slice('file://'.length))}, in FILESYSTEM_STORE_DATADIR or FILE_LOCATION_ROOTS.`;
        return [{ severity: 'note', what, todo }];
      }
      const what = `${Number(count)} locations are of ${scheme === '' ? 'no scheme' : `scheme ${scheme}`}, a store that is not configured: their data is not given out.`;
      return [{ severity: 'note', what, todo: 'Read these images through the Glance that wrote them.' }];
    });
}

/** One stands for all: they are written with one key. */
function encryptionFindings(count: number, example: string, { metadataEncryptionKey }: Config): Finding[] {
  try {
    locationCipher(metadataEncryptionKey).decrypt(example);
    return [];
  } catch {
    const key = metadataEncryptionKey === undefined ? 'and there is no key' : 'with another key';
    return [
      {
        severity: 'limited',
        what: `${count} locations are encrypted, ${key}: their data is neither given out nor removed.`,
        todo: 'Give METADATA_ENCRYPTION_KEY the key that they were written with.',
      },
    ];
  }
}

const FOLDER: Record<FolderState, Finding | undefined> = {
  good: undefined,
  missing: { severity: 'note', what: 'is not there yet.', todo: 'It is made when the gateway starts.' },
  unmakeable: {
    severity: 'refused',
    what: 'is not there and cannot be made.',
    todo: 'Let the user that runs the gateway write into the folder above it, or choose another one.',
  },
  noFolder: { severity: 'refused', what: 'is no folder.', todo: 'Choose another one.' },
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

function folderFindings({ place, state }: { place: string; state: FolderState }): Finding[] {
  const finding = FOLDER[state];
  return finding ? [{ ...finding, what: `The image store ${place} ${finding.what}` }] : [];
}

/** Seconds for which a store behind a network may be silent; it is asked up to four times. */
const PATIENCE = 5;

async function remoteState(store: Store): Promise<StoreFacts & { finding: Finding[] }> {
  const { name, place } = store;
  try {
    await store.prepare();
    return { place, state: 'good', finding: [] };
  } catch (error) {
    const what = `The store ${name} (${place}) cannot be used: ${(error as Error).message}.`;
    const todo = `Look at its options ${storePrefix(name)}… and at its server. The gateway starts without it; what needs it is refused.`;
    return { place, state: 'unusable', finding: [{ severity: 'limited', what, todo }] };
  }
}

/** A further folder is only read and removed from; unlike the store's own it is never made. */
async function rootFindings(root: string): Promise<Finding[]> {
  const state = await folderState(root);
  if (state === 'good') return [];
  if (state === 'unwritable') {
    const what = `${root} of FILE_LOCATION_ROOTS cannot be written to: the data of images deleted here stays there.`;
    return [{ severity: 'limited', what, todo: 'Let the user that runs the gateway write to it.' }];
  }
  const what = `${root} of FILE_LOCATION_ROOTS ${state === 'unreadable' ? 'cannot be read' : 'is no folder'}.`;
  return [
    { severity: 'refused', what, todo: 'Let the user that runs the gateway read it, or leave it out.' },
  ];
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

function inWords({ usable, database, stores, findings }: Report): string {
  const revision = database.revisions.length > 0 ? `, revision ${database.revisions.at(-1)}` : '';
  return [
    `database  ${database.place}: ${TABLES[database.tables]}${revision}`,
    ...stores.map(({ place }) => `images    ${place}`),
    ...findings.map(({ severity, what, todo }) => `${LABELS[severity]}: ${what} ${todo}`),
    SUMMARY[usable],
  ].join('\n');
}
