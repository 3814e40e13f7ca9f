import type { Log } from '../../telemetry/log.js';
import type { FormatChoice } from '../formats.js';
import { formatProblem, type FormatRules } from '../inspector/format-check.js';
import { formatInspector, type Inspection } from '../inspector/format-inspector.js';

/** Data whose format comes to light as it streams by. */
export interface InspectedData {
  /** The same data. Under `strict` it fails as soon as a problem is certain. */
  data: AsyncIterable<Buffer>;
  /**
   * Ends the inspection, after the last block. Under `warn` it logs a problem. Returns undefined under `off`.
   *
   * @throws ImageError IMAGE_FORMAT_MISMATCH, IMAGE_FORMAT_UNSAFE, IMAGE_FORMAT_REFUSED under `strict`
   */
  inspected(): Inspection | undefined;
}

export function inspectedData(
  data: AsyncIterable<Buffer>,
  image: FormatChoice & { id: string },
  { check, allow }: FormatRules,
  log: Log,
): InspectedData {
  if (check === 'off') return { data, inspected: () => undefined };
  const inspector = formatInspector();
  return {
    data: check === 'strict' ? refusing() : seen(),

    inspected() {
      const inspection = inspector.end();
      const problem = problemOf(inspection);
      if (problem && check === 'strict') throw problem;
      if (problem)
        log.warn({ err: problem, imageId: image.id }, 'the data of an image is not what it should be');
      return inspection;
    },
  };

  async function* seen(): AsyncGenerator<Buffer> {
    for await (const block of data) {
      inspector.see(block);
      yield block;
    }
  }

  async function* refusing(): AsyncGenerator<Buffer> {
    for await (const block of seen()) {
      const soFar = inspector.soFar();
      const problem = soFar && problemOf(soFar);
      if (problem) throw problem;
      yield block;
    }
  }

  function problemOf(inspection: Inspection) {
    return formatProblem(inspection, image, allow);
  }
}
