import type { Config } from '../config/config.js';
import { DatabaseReadOnly } from '../database/database-errors.js';
import type { SweepCount } from '../image/maintenance/sweep.js';
import { maintain } from './maintenance.js';

/**
 * `glance-graphql sweep`: does once what every server does at intervals, until nothing more is due. Watches suspect leases
 * for longer than UPLOAD_LEASE first. Several may run at the same time.
 *
 * @returns the exit status: 1 when something could not be settled or removed yet
 * @throws DatabaseReadOnly
 */
export function runSweep(config: Config, asJson: boolean): Promise<number> {
  return maintain<SweepCount>(config, asJson, {
    work({ domain, database, log }, watcher) {
      if (database.readOnly) throw new DatabaseReadOnly(database.readOnly);
      if (!database.hasGatewayTables)
        log.warn(
          "the gateway's own tables do not exist, so there are no uploads to settle and no data to remove",
        );
      return domain.sweep.run(watcher);
    },
    inWords: ({ settled, removed, released, recounted, scrubbed, foreign, watched, failed }) =>
      `uploads settled: ${settled}, data removed: ${removed}, temporary names removed: ${released}` +
      (config.delayedDelete ? `, scrubbed: ${scrubbed}, left to other stores: ${foreign}` : '') +
      (recounted > 0 ? `, owners counted again: ${recounted}` : '') +
      `, failed: ${failed}` +
      (watched > 0 ? `, leases watched: ${watched}` : ''),
    isGood: ({ failed }) => failed === 0,
  });
}
