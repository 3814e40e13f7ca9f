import { join } from 'node:path';
import { pino } from 'pino';
import { configuredSource } from '../../src/gateway/stores.js';
import type { Database } from '../../src/database/database.js';
import { openDatabase } from '../../src/database/open.js';
import type { Caller } from '../../src/identity/caller.js';
import { entities } from '../../src/image/records/entities.js';
import { digestThreads } from '../../src/image/upload/transfer/digest-threads.js';
import { externalLocations } from '../../src/image/sources/external-location.js';
import { imageImport } from '../../src/image/sources/image-import.js';
import { imageScrub } from '../../src/image/maintenance/image-scrub.js';
import { imageSources } from '../../src/image/sources/image-source.js';
import { imageUpload } from '../../src/image/upload/image-upload.js';
import { locationCipher } from '../../src/image/records/location-cipher.js';
import { ownerQuota } from '../../src/image/access/owner-quota.js';
import { policy } from '../../src/image/access/policy.js';
import { propertyProtection } from '../../src/image/access/property-protection.js';
import { quotaBytes } from '../../src/image/access/storage-quota.js';
import { uploadLeases } from '../../src/image/upload/upload-lease.js';
import { uploadSettlement } from '../../src/image/upload/upload-settlement.js';
import { readConfig } from '../../src/config/read-config.js';
import { fileStore } from '../../src/store/file-store.js';
import { imageStores } from '../../src/store/stores.js';
import type { Place } from './gateway.js';

export const ADMIN: Caller = {
  user: null,
  tenant: null,
  roles: ['admin'],
  isAdmin: true,
  readOnly: false,
  owner: null,
};

export const silent = pino({ level: 'silent' });

/**
 * The parts of the domain that take data from elsewhere, on the database and folder of a place.
 *
 * @param through what is to stand between the parts and the database
 */
export async function domainOn(
  { options }: Pick<Place, 'options'>,
  own: Record<string, string> = {},
  through: (database: Database) => Database = (database) => database,
) {
  const config = readConfig({ ...options, ...own });
  const database = through(await openDatabase(config, entities));
  const stores = imageStores([fileStore(join(config.dataDir, 'images'))], 'file');
  const cipher = locationCipher(config.metadataEncryptionKey);
  const rules = policy(config.policy ?? 'open');
  const leases = uploadLeases(database, 'test', config.uploadLease);
  const settle = uploadSettlement(database, stores, leases);
  const protection = propertyProtection(undefined, 'roles', rules);
  const quota = ownerQuota(database, { storage: quotaBytes(config.userStorageQuota) });
  const threads = digestThreads(2);
  const upload = imageUpload({
    database,
    stores,
    cipher,
    policy: rules,
    protection,
    leases,
    settle,
    quota,
    threads,
    options: config,
  });
  const sources = imageSources(configuredSource(config));
  return {
    sources,
    upload,
    locations: externalLocations({ database, sources, cipher, policy: rules, protection, quota }),
    imports: imageImport({
      database,
      sources,
      upload,
      policy: rules,
      protection,
      options: config,
    }),
    scrub: imageScrub(database, stores, cipher, config.scrubTime, silent),
    close: async () => {
      await upload.drain(0);
      await Promise.all([database.close(), threads.close()]);
    },
  };
}
