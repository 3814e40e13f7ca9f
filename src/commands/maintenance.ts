import type { Config } from '../config/config.js';
import type { Database } from '../database/database.js';
import { openDatabase } from '../database/open-database.js';
import { maintenanceDomain, type MaintenanceDomain } from '../gateway/domain.js';
import { openStores } from '../gateway/stores.js';
import { refuseUnmountedFolders } from '../gateway/store-folders.js';
import { warnOfUnrecordedData } from '../gateway/unrecorded-data.js';
import type { RunOptions } from '../image/maintenance/run-options.js';
import { entities } from '../image/records/entities.js';
import { configuredLog, type Log } from '../telemetry/log.js';
import { progressLine } from './progress-line.js';

/** The things that a maintenance command works with. */
export interface Workplace {
  domain: MaintenanceDomain;
  database: Database;
  log: Log;
  /** Writes a line to standard output. */
  print: (line: string) => void;
}

/** A command that maintains images and their data: scrub, sweep or verify. */
export interface Maintenance<Count> {
  work: (workplace: Workplace, watcher: RunOptions<Count>) => Promise<Count>;
  /** Describes the counts in one line. */
  inWords: (count: Readonly<Count>) => string;
  /** Returns true when nothing is left for the operator to look at. */
  isGood: (count: Count) => boolean;
}

/**
 * Runs a maintenance command once, perhaps beside the server. Progress and the log go to standard error. The counts go
 * to standard output at the end, in words or as one line of JSON. SIGINT, SIGTERM, or a reader that closes our output
 * end the work early. Then too the counts are written, in JSON with `interrupted`.
 *
 * @returns the exit status: 1 when the work ended early, or something is left to look at
 */
export async function maintain<Count extends object>(
  config: Config,
  asJson: boolean,
  { work, inWords, isGood }: Maintenance<Count>,
): Promise<number> {
  const progress = progressLine(process.stderr);
  const log = await configuredLog(config, {
    isTTY: process.stderr.isTTY,
    write: (line) => progress.past(() => process.stderr.write(line)),
  });
  const print = (line: string) => progress.past(() => process.stdout.write(`${line}\n`));
  const { signal, release } = earlyEnd(() =>
    progress.past(() =>
      process.stderr.write('ending after the current step; a second signal ends at once\n'),
    ),
  );
  let database: Database | undefined;
  try {
    const warn = (problem: string, cause?: unknown) => log.warn({ err: cause }, problem);
    const stores = await openStores(config, warn);
    database = await openDatabase(config, entities, warn);
    const foundation = { config, database, stores, log };
    await refuseUnmountedFolders(foundation);
    await warnOfUnrecordedData(database, stores, log);
    const domain = maintenanceDomain(foundation);
    const onProgress = (count: Readonly<Count>) => progress.show(() => inWords(count));
    const count = await work({ domain, database, log, print }, { onProgress, signal });
    const interrupted = signal.aborted ? { interrupted: true } : {};
    const words = signal.aborted ? `ended early; ${inWords(count)}` : inWords(count);
    print(asJson ? JSON.stringify({ ...count, ...interrupted }) : words);
    return isGood(count) && !signal.aborted ? 0 : 1;
  } finally {
    release();
    progress.past(() => undefined);
    await database?.close();
  }
}

/** Returns a signal that aborts on the first SIGINT or SIGTERM. The second one ends the process, as by default. */
function earlyEnd(tell: () => void): { signal: AbortSignal; release: () => void } {
  const controller = new AbortController();
  const onUnread = () => controller.abort();
  const release = () => {
    SIGNALS.forEach((name) => process.off(name, end));
    process.stdout.off('error', onUnread);
  };
  const end = () => {
    release();
    tell();
    controller.abort();
  };
  SIGNALS.forEach((name) => process.on(name, end));
  process.stdout.on('error', onUnread);
  return { signal: controller.signal, release };
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;
