import { dirname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { DataSource } from 'typeorm';
import type { Config } from '../config/config.js';
import type { Finding } from '../database/inspection.js';
import { fileFolders } from '../gateway/stores.js';
import { isEncrypted, locationCipher } from '../image/records/location-cipher.js';

/** The locations of one scheme outside the gateway's folders. */
interface LocationGroup {
  scheme: string;
  count: number;
  example: string;
}

/** Finds data that the gateway would not serve: in stores that it does not have, or outside its folders. */
export async function locationFindings(source: DataSource, config: Config): Promise<Finding[]> {
  const remote = config.configuredStores.map(({ kind }) => kind).filter((kind) => kind !== 'file');
  const isKnown = (scheme: string) =>
    ['http', 'https', ...remote].includes(scheme.split('+')[0].toLowerCase());
  const folders = [...fileFolders(config), ...config.fileLocationRoots];
  const groups = await locationsOutside(source, folders);
  return groups
    .filter(({ scheme }) => !isKnown(scheme))
    .flatMap((group): Finding[] => {
      if (isEncrypted(group.example)) return encryptionFindings(group, config);
      return [group.scheme === 'file' ? fileFinding(group, folders) : schemeFinding(group)];
    });
}

async function locationsOutside(source: DataSource, folders: readonly string[]): Promise<LocationGroup[]> {
  const inside = folders
    .map((folder) => resolve(folder))
    .flatMap((folder) => [`file://${folder}/`, `${pathToFileURL(folder).href}/`]);
  const rows: { scheme: string; count: unknown; example: string }[] = await source.query(
    "SELECT CASE WHEN instr(value, ':') > 0 THEN substr(value, 1, instr(value, ':') - 1) ELSE '' END AS scheme, " +
      'COUNT(*) AS count, MIN(value) AS example FROM image_locations ' +
      `WHERE deleted = 0${inside.map(() => ' AND substr(value, 1, ?) <> ?').join('')} ` +
      'GROUP BY scheme ORDER BY count DESC LIMIT 20',
    inside.flatMap((prefix) => [prefix.length, prefix]),
  );
  return rows.map(({ count, ...others }) => ({ ...others, count: Number(count) }));
}

function fileFinding({ count, example }: LocationGroup, folders: readonly string[]): Finding {
  const folder = dirname(example.slice('file://'.length));
  return {
    severity: 'note',
    what: `${count} locations are files outside ${folders.join(', ')}: the gateway does not serve their data.`,
    todo: `Name their folders, such as ${folder}, in FILESYSTEM_STORE_DATADIR or FILE_LOCATION_ROOTS.`,
  };
}

function schemeFinding({ scheme, count }: LocationGroup): Finding {
  const which = scheme === '' ? 'have no scheme' : `have the scheme ${scheme}`;
  return {
    severity: 'note',
    what: `${count} locations ${which}, of a store that is not configured: the gateway does not serve their data.`,
    todo: 'Read these images through the Glance that wrote them.',
  };
}

/** Tries one location for all of them, since they are encrypted with one key. */
function encryptionFindings({ count, example }: LocationGroup, { metadataEncryptionKey }: Config): Finding[] {
  try {
    locationCipher(metadataEncryptionKey).decrypt(example);
    return [];
  } catch {
    const key = metadataEncryptionKey === undefined ? ', and there is no key' : ' with another key';
    return [
      {
        severity: 'limited',
        what: `${count} locations are encrypted${key}: the gateway neither serves nor removes their data.`,
        todo: 'Give METADATA_ENCRYPTION_KEY the key that they were written with.',
      },
    ];
  }
}
