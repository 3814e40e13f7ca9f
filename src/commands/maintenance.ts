import type { Config } from '../config/config.js';
import { openStores } from '../gateway/stores.js';
import type { Database } from '../database/database.js';
import { openDatabase } from '../database/open.js';
import { entities } from '../image/records/entities.js';
import { locationCipher, type LocationCipher } from '../image/records/location-cipher.js';
import type { Watcher } from '../image/maintenance/progress.js';
import type { Stores } from '../store/stores.js';
import { createLog, type Log } from '../telemetry/log.js';
import { progressLine } from './progress-line.js';

/** What a command needs that looks after images and their data. */
export interface Workplace {
  database: Database;
  stores: Stores;
  cipher: LocationCipher;
  log: Log;
  /** Writes a line to standard output. */
  print: (line: string) => void;
}

/** One such command. */
export interface Maintenance<Count> {
  work: (workplace: Workplace, watcher: Watcher<Count>) => Promise<Count>;
  /** What was done until now, as one line. */
  inWords: (count: Readonly<Count>) => string;
  /** True when nothing is left that somebody should look at. */
  isGood: (count: Count) => boolean;
}

/**
 * Runs a command that looks after images and their data, once; it may run beside the server. Progress and the log go
 * to standard error, at the end what was done to standard output, in words or as one line of JSON. SIGINT and SIGTERM
 * end it early: then too it says what was done, as JSON with `interrupted`. So does whoever reads no further.
 *
 * @returns the exit status: 1 when it was ended early, or something is left
 */
export async function maintain<Count extends object>(
  config: Config,
  asJson: boolean,
  { work, inWords, isGood }: Maintenance<Count>,
): Promise<number> {
  const progress = progressLine(process.stderr);
  const log = createLog(config.logLevel, {
    write: (line) => progress.past(() => process.stderr.write(line)),
  });
  const print = (line: string) => progress.past(() => process.stdout.write(`${line}\n`));
  const { signal, release } = earlyEnd(() =>
    progress.past(() => process.stderr.write('ending after what is under way; once more ends at once\n')),
  );
  let database: Database | undefined;
  try {
    const stores = await openStores(config, (problem, cause) => log.warn({ err: cause }, problem));
    database = await openDatabase(config, entities);
    const cipher = locationCipher(config.metadataEncryptionKey);
    const onProgress = (count: Readonly<Count>) => progress.show(() => inWords(count));
    const count = await work({ database, stores, cipher, log, print }, { onProgress, signal });
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

/** A signal of the process as one to its work. The second one ends the process, as if nobody listened. */
function earlyEnd(told: () => void): { signal: AbortSignal; release: () => void } {
  const controller = new AbortController();
  const unread = () => controller.abort();
  const release = () => {
    SIGNALS.forEach((name) => process.off(name, end));
    process.stdout.off('error', unread);
  };
  const end = () => {
    release();
    told();
    controller.abort();
  };
  SIGNALS.forEach((name) => process.on(name, end));
  process.stdout.on('error', unread);
  return { signal: controller.signal, release };
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;
