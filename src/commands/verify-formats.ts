import type { Config } from '../config/config.js';
import type { FormatCount, FormatFinding } from '../image/maintenance/format-verification.js';
import { maintain } from './maintenance.js';

/**
 * `glance-graphql verify --formats`: inspects the formats of stored data. It prints each finding as a line, and the counts
 * as the last line. As JSON each line is an object; those of findings have an `imageId`.
 *
 * @param ids the images to inspect; none for all
 * @returns the exit status: 1 when data is unsafe, of another format than declared, missing, or could not be read
 * @throws ImageError IMAGE_NOT_FOUND, IMAGE_NOT_ACTIVE, before it reads any data
 */
export function runVerifyFormats(config: Config, ids: readonly string[], asJson: boolean): Promise<number> {
  return maintain<FormatCount>(config, asJson, {
    work({ domain, print }, watcher) {
      const onFinding = (finding: FormatFinding) =>
        print(asJson ? JSON.stringify(finding) : described(finding));
      const order = { ids: ids.length > 0 ? ids : undefined, allow: config.imageFormatAllow, onFinding };
      return domain.verifyFormats(order, watcher);
    },
    inWords: ({ images, total, fitting, unsafe, mismatched, missing, unreadable, foreign }) =>
      `images: ${images} of ${total}, unsafe: ${unsafe}, of another format: ${mismatched}, missing: ${missing}, ` +
      `unreadable: ${unreadable}, as declared: ${fitting}, left to other stores: ${foreign}`,
    isGood: ({ unsafe, mismatched, missing, unreadable }) => unsafe + mismatched + missing + unreadable === 0,
  });
}

function described(finding: FormatFinding): string {
  const { imageId, store, outcome } = finding;
  const what = `${outcome}: ${imageId}${store === null ? '' : ` in store ${store}`}`;
  return 'problem' in finding ? `${what}: ${finding.problem}` : what;
}
