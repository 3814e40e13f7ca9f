import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Database } from '../database/database.js';
import { locationCipher } from '../image/records/location-cipher.js';
import type { WatchedFolder } from '../store/watched-folder.js';
import type { Foundation } from './domain.js';

/**
 * Makes the stores refuse their work in a folder whose file system is not mounted: an empty folder that is not the
 * folder of the last start, although the database records data in it. The store works as soon as it is mounted.
 */
export async function refuseUnmountedFolders(foundation: Foundation): Promise<void> {
  const { config, stores, log } = foundation;
  const memory = join(config.dataDir, 'store-folders.json');
  const before = await remembered(memory);
  const now: Identities = { ...before };
  for (const folder of stores.all.flatMap(({ folders }) => folders)) {
    const identity = await folder.identity();
    if (identity === before[folder.path]) continue;
    if ((await folder.isEmpty()) && (await isRecorded(foundation, folder))) {
      folder.refuseWhileEmpty();
      log.warn(
        `The folder ${folder.path} is empty, but the database records data in it: is its file system mounted? ` +
          'Until there is something in the folder, the gateway neither writes nor removes data there. ' +
          'If the data is lost, put any file into the folder.',
      );
    } else if (identity !== undefined) now[folder.path] = identity;
  }
  if (JSON.stringify(now) !== JSON.stringify(before))
    await remember(memory, now).catch((error: unknown) =>
      log.warn({ err: error }, 'the folders of the stores could not be remembered'),
    );
}

/** Path of a folder → its identity at the last start. */
type Identities = Record<string, string>;

async function remembered(memory: string): Promise<Identities> {
  try {
    return JSON.parse(await readFile(memory, 'utf8')) as Identities;
  } catch {
    return {};
  }
}

async function remember(memory: string, identities: Identities): Promise<void> {
  const temporary = `${memory}.${process.pid}`;
  await writeFile(temporary, `${JSON.stringify(identities, null, 2)}\n`, { mode: 0o600 });
  await rename(temporary, memory);
}

/** The most recent locations that are compared with a folder; a database may have millions of others. */
const RECENT = 1000;

async function isRecorded({ config, database }: Foundation, { path }: WatchedFolder): Promise<boolean> {
  const cipher = locationCipher(config.metadataEncryptionKey);
  const beginnings = [`file://${path}/`, `filesystem://${path}/`, `${pathToFileURL(path).href}/`];
  const isInside = (recorded: string) => {
    try {
      const location = cipher.decrypt(recorded);
      return beginnings.some((beginning) => location.startsWith(beginning));
    } catch {
      return false;
    }
  };
  return (await recentLocations(database)).some(isInside);
}

/** Returns the locations of images, and of data that still has to be removed. */
async function recentLocations(database: Database): Promise<string[]> {
  const live = `SELECT value FROM image_locations WHERE deleted = 0 ORDER BY id DESC LIMIT ${RECENT}`;
  const toRemove = `SELECT location AS value FROM gateway_removals LIMIT ${RECENT}`;
  const rows = [
    ...(await database.read(live)),
    ...(database.hasGatewayTables ? await database.read(toRemove) : []),
  ];
  return rows.map(({ value }) => String(value));
}
