import type { Config } from '../config/config.js';
import type { ScrubCount } from '../image/maintenance/image-scrub.js';
import { maintain } from './maintenance.js';

/**
 * `glance-graphql scrub`: removes the data of images whose deletion was delayed. Several may run at the same time.
 *
 * @returns the exit status: 1 when the data of some image could not be removed
 */
export function runScrub(config: Config, asJson: boolean): Promise<number> {
  return maintain<ScrubCount>(config, asJson, {
    work: ({ domain }, watcher) => domain.scrub.run(watcher),
    inWords: ({ scrubbed, failed, foreign }) =>
      `scrubbed: ${scrubbed}, failed: ${failed}, left to other stores: ${foreign}`,
    isGood: ({ failed }) => failed === 0,
  });
}
