import { setTimeout as wait } from 'node:timers/promises';
import type { Config } from '../config/config.js';
import { DatabaseFailure } from '../database/database-errors.js';
import type { Gateway } from '../gateway/gateway.js';
import { hasConsole } from '../gateway/has-console.js';
import { hasGraphiql } from '../gateway/has-graphiql.js';
import { requireTemporaryFolder, temporaryFolder } from '../gateway/temporary-folder.js';
import { version } from '../gateway/version.js';
import { keepHeapSmall } from './heap-growth.js';

/** The time to settle interrupted uploads, after DRAIN_TIMEOUT. */
const SETTLING_SECONDS = 10;

/**
 * `glance-graphql serve`: serves until SIGTERM or SIGINT. SIGHUP reads the rule files and the certificates again.
 *
 * @returns the exit status
 */
export async function runServe(config: Config, environment: NodeJS.ProcessEnv): Promise<number> {
  const signals = stopSignals();
  try {
    return await serve(config, environment, signals);
  } finally {
    signals.ignore();
  }
}

async function serve(config: Config, environment: NodeJS.ProcessEnv, signals: StopSignals): Promise<number> {
  const stopped = signals.next();
  // Loaded after the signals have listeners: it takes a moment, and a signal may come meanwhile.
  const { gateway } = await import('../gateway/gateway.js');
  const running = await gateway(config);
  process.on('SIGHUP', () => running.reload());
  const folder = temporaryFolder(config.dataDir);
  if (environment.TMPDIR) requireTemporaryFolder(environment.TMPDIR);
  else environment.TMPDIR = folder.path;
  const url = await running.listen();
  keepHeapSmall();
  process.stderr.write(banner(config, running, url));
  await stopped;
  await pause(config.shutdownDelay, running, signals);
  return shutDown(config, running, folder.remove, signals);
}

function banner(config: Config, running: Gateway, url: string): string {
  const endpoint = config.publicEndpoint ?? url;
  const places = [
    ['GraphQL', `${endpoint}/graphql`],
    ...(hasConsole(config) ? [['console', `${endpoint}/console`]] : []),
    ...(hasGraphiql(config) ? [['GraphiQL', `${endpoint}/graphiql`]] : []),
    ['data', `${endpoint}/data/{image id}`],
    ...running.places,
  ];
  const lines = places.map(([what, where]) => `  ${what.padEnd(9)} ${where}\n`);
  return `glance-graphql ${version()}\n${lines.join('')}`;
}

/** Serves on while load balancers notice that the gateway is not ready. A further signal ends the pause. */
async function pause(seconds: number, running: Gateway, signals: StopSignals): Promise<void> {
  if (seconds === 0) return;
  running.announceStop();
  process.stderr.write(`shutting down in ${seconds} s; /ready fails from now on\n`);
  const over = new AbortController();
  const end = wait(seconds * 1000, undefined, { signal: over.signal }).catch(() => undefined);
  await Promise.race([end, signals.next()]);
  over.abort();
}

/**
 * Closes the gateway. A further signal ends the process at once, and so does a store or a database that does not answer:
 * as after a crash, the sweep of another gateway, or of the next start, settles the remaining uploads.
 *
 * @returns the exit status
 */
async function shutDown(
  config: Config,
  running: Gateway,
  removeFiles: () => void,
  signals: StopSignals,
): Promise<number> {
  process.stderr.write('shutting down; waiting for running uploads\n');
  const late = new AbortController();
  const outcome = await Promise.race([
    running.close().then(() => 'closed' as const, failureOfDatabase),
    signals.next().then(() => 'at once' as const),
    wait((config.drainTimeout + SETTLING_SECONDS) * 1000, 'late' as const, { signal: late.signal }),
  ]);
  late.abort();
  removeFiles();
  if (outcome === 'closed') return 0;
  process.stderr.write(`${REASONS[outcome]}; a later sweep settles the remaining uploads\n`);
  return outcome === 'at once' ? 1 : 0;
}

const REASONS = {
  late: 'a store or the database does not answer',
  'at once': 'stopped by a further signal',
};

function failureOfDatabase(error: unknown): 'late' {
  if (error instanceof DatabaseFailure) return 'late';
  throw error;
}

/** The signals that stop the gateway: SIGTERM and SIGINT. */
interface StopSignals {
  /** Resolves at the next signal. */
  next(): Promise<void>;
  ignore(): void;
}

function stopSignals(): StopSignals {
  let notify: () => void = () => undefined;
  const listener = () => notify();
  process.on('SIGTERM', listener).on('SIGINT', listener);
  return {
    next: () => new Promise((resolve) => (notify = resolve)),
    ignore: () => void process.off('SIGTERM', listener).off('SIGINT', listener),
  };
}
