import { pino } from 'pino';
import { readConfig } from '../../src/config/read-config.js';
import type { Database } from '../../src/database/database.js';
import { openDatabase } from '../../src/database/open-database.js';
import { domain, maintenanceDomain } from '../../src/gateway/domain.js';
import { openStores } from '../../src/gateway/stores.js';
import type { Caller } from '../../src/identity/caller.js';
import { entities } from '../../src/image/records/entities.js';
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
 * Opens the domain of a gateway without its faces, on the database and the folder of a place.
 *
 * @param through puts something between the domain and the database
 */
export async function domainOn(
  { options }: Pick<Place, 'options'>,
  own: Record<string, string> = {},
  through: (database: Database) => Database = (database) => database,
) {
  const config = readConfig({ ...options, ...own });
  const stores = await openStores(config, () => undefined);
  const database = through(await openDatabase(config, entities));
  const foundation = { config, database, stores, log: silent };
  const images = domain(foundation);
  return {
    ...images,
    scrub: maintenanceDomain(foundation).scrub,
    async close() {
      await images.upload.drain(0);
      await Promise.all([database.close(), images.close()]);
    },
  };
}
