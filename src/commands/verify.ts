import type { Config } from '../config/config.js';
import { DatabaseReadOnly } from '../database/database-errors.js';
import type { Finding, VerificationCount } from '../image/maintenance/image-verification.js';
import { maintain } from './maintenance.js';

export interface VerifyFlags {
  /** Deactivates active images whose data is damaged. */
  deactivate: boolean;
  json: boolean;
}

/**
 * `glance-graphql verify`: reads the data of images again and compares it with their records. It prints each finding as
 * a line, and the counts as the last line. As JSON each line is an object; those of findings have an `imageId`.
 *
 * @param ids the images to verify; none for all
 * @returns the exit status: 1 when data is damaged, missing or could not be read
 * @throws ImageError IMAGE_NOT_FOUND, IMAGE_NOT_ACTIVE, before it reads any data
 */
export function runVerify(
  config: Config,
  ids: readonly string[],
  { deactivate, json }: VerifyFlags,
): Promise<number> {
  return maintain<VerificationCount>(config, json, {
    work({ domain, database, print }, watcher) {
      if (deactivate && database.readOnly) throw new DatabaseReadOnly(database.readOnly);
      const onFinding = (finding: Finding) => print(json ? JSON.stringify(finding) : described(finding));
      return domain.verify(
        { ids: ids.length > 0 ? ids : undefined, deactivates: deactivate, onFinding },
        watcher,
      );
    },
    inWords: summary,
    isGood: ({ damaged, missing, unreadable }) => damaged + missing + unreadable === 0,
  });
}

function described(finding: Finding): string {
  const { imageId, store, outcome } = finding;
  const what = `${outcome}: ${imageId}${store === null ? '' : ` in store ${store}`}`;
  if (finding.outcome === 'damaged')
    return `${what}: ${finding.compared} is ${finding.actual}, recorded is ${finding.recorded}`;
  if (store !== null) return what;
  return `${what}: ${outcome === 'missing' ? 'it has no location' : 'its location cannot be decrypted'}`;
}

function summary(count: Readonly<VerificationCount>): string {
  const { images, total, bytes, totalBytes, damaged, missing, unreadable, deactivated } = count;
  return (
    `images: ${images} of ${total}, read: ${inUnits(bytes)} of ${inUnits(totalBytes)}, ` +
    `damaged: ${damaged}, missing: ${missing}, unreadable: ${unreadable}, intact: ${count.intact}, ` +
    `without digest: ${count.undigested}, left to other stores: ${count.foreign}, ` +
    `changed meanwhile: ${count.changed}` +
    (deactivated > 0 ? `, deactivated: ${deactivated}` : '')
  );
}

function inUnits(bytes: number): string {
  const power = Math.min(Math.floor(Math.log2(Math.max(bytes, 1)) / 10), UNITS.length - 1);
  return `${(bytes / 1024 ** power).toFixed(power > 0 ? 1 : 0)} ${UNITS[power]}`;
}

const UNITS = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'];
