import type { Config } from '../config/config.js';
import { DatabaseReadOnly } from '../database/driver-error.js';
import { imageRemoval } from '../image/change/image-removal.js';
import { imageScrub } from '../image/maintenance/image-scrub.js';
import { keptUploads } from '../image/upload/resumable/unstored-upload.js';
import { sweep, type SweepCount } from '../image/maintenance/sweep.js';
import { nodeName, uploadLeases } from '../image/upload/upload-lease.js';
import { uploadSettlement } from '../image/upload/upload-settlement.js';
import { maintain, type Workplace } from './maintenance.js';

/**
 * `glance-graphql sweep`: does once what every server does at intervals, until nothing more is due. May run twice at
 * the same time.
 *
 * @returns the exit status: 1 when something could not be put right yet
 */
export function runSweep(config: Config, asJson: boolean): Promise<number> {
  return maintain<SweepCount>(config, asJson, {
    work(workplace, watcher) {
      const { readOnly, hasGatewayTables } = workplace.database;
      if (readOnly) throw new DatabaseReadOnly(readOnly);
      if (!hasGatewayTables)
        workplace.log.warn("the gateway's own tables are not there, so it has left nothing to be put right");
      return sweepOf(config, workplace).run(watcher);
    },
    inWords: ({ settled, removed, released, scrubbed, foreign, failed }) =>
      `uploads settled: ${settled}, data removed: ${removed}, temporary names removed: ${released}` +
      (config.delayedDelete ? `, scrubbed: ${scrubbed}, left to other stores: ${foreign}` : '') +
      `, failed: ${failed}`,
    isGood: ({ failed }) => failed === 0,
  });
}

function sweepOf(config: Config, { database, stores, cipher, log }: Workplace) {
  const leases = uploadLeases(database, nodeName(), config.uploadLease);
  return sweep({
    database,
    stores,
    leases,
    settle: uploadSettlement(database, stores, leases),
    removal: imageRemoval(database, stores, cipher, log),
    keeps: keptUploads(config),
    scrub: config.delayedDelete ? imageScrub(database, stores, cipher, config.scrubTime, log) : undefined,
    log,
  });
}
