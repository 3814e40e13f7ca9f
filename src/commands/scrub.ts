import type { Config } from '../config.js';
import { openStores } from '../configured-stores.js';
import { openDatabase } from '../database/open.js';
import { entities } from '../image/entities.js';
import { imageScrub, type ScrubCount } from '../image/image-scrub.js';
import { locationCipher } from '../image/location-cipher.js';
import { createLog } from '../telemetry/log.js';

/**
 * `glance-graphql scrub`: removes the data of images that were deleted with delay, once. May run beside the
 * server, and twice at the same time. The log goes to standard error, what was done to standard output.
 *
 * @returns the exit status: 1 when data of some image could not be removed
 */
export async function runScrub(config: Config, asJson: boolean): Promise<number> {
  const log = createLog(config.logLevel, process.stderr.fd);
  const stores = await openStores(config, (problem, cause) => log.warn({ err: cause }, problem));
  const database = await openDatabase(config, entities);
  try {
    const scrub = imageScrub(
      database,
      stores,
      locationCipher(config.metadataEncryptionKey),
      config.scrubTime,
      log,
    );
    const { isTTY } = process.stderr;
    const count = await scrub.run((now) => void (isTTY && process.stderr.write(`\r${sentence(now)}`)));
    if (isTTY) process.stderr.write('\r\x1b[K');
    process.stdout.write(`${asJson ? JSON.stringify(count) : sentence(count)}\n`);
    return count.failed > 0 ? 1 : 0;
  } finally {
    await database.close();
  }
}

function sentence({ scrubbed, failed, foreign }: ScrubCount): string {
  return `scrubbed: ${scrubbed}, failed: ${failed}, left to other stores: ${foreign}`;
}
