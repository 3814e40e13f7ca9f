import type { Config } from '../config/config.js';
import { imageScrub, type ScrubCount } from '../image/maintenance/image-scrub.js';
import { maintain } from './maintenance.js';

/**
 * `glance-graphql scrub`: removes the data of images that were deleted with delay. May run twice at the same time.
 *
 * @returns the exit status: 1 when data of some image could not be removed
 */
export function runScrub(config: Config, asJson: boolean): Promise<number> {
  return maintain<ScrubCount>(config, asJson, {
    work: ({ database, stores, cipher, log }, watcher) =>
      imageScrub(database, stores, cipher, config.scrubTime, log).run(watcher),
    inWords: ({ scrubbed, failed, foreign }) =>
      `scrubbed: ${scrubbed}, failed: ${failed}, left to other stores: ${foreign}`,
    isGood: ({ failed }) => failed === 0,
  });
}
