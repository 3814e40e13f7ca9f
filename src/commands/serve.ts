import { once } from 'node:events';
import type { Config } from '../config/config.js';
import type { Gateway } from '../gateway/gateway.js';
import { temporaryFolder } from '../gateway/temporary-folder.js';
import { version } from './help.js';

/** The time to settle interrupted uploads, after DRAIN_TIMEOUT. */
const SETTLING_SECONDS = 10;

/**
 * `glance-graphql serve`: serves until SIGTERM or SIGINT. SIGHUP reads the rule files again.
 *
 * @returns the exit status
 */
export async function runServe(config: Config, environment: NodeJS.ProcessEnv): Promise<number> {
  const stopped = Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')]);
  // Loaded after the signals have listeners: it takes a moment, and a signal may come meanwhile.
  const { gateway } = await import('../gateway/gateway.js');
  const running = await gateway(config);
  process.on('SIGHUP', () => running.reload());
  const folder = temporaryFolder(config.dataDir);
  environment.TMPDIR ??= folder.path;
  const url = await running.listen();
  process.stderr.write(banner(config, running, url));
  await stopped;
  await shutDown(config, running, folder.remove);
  return 0;
}

function banner(config: Config, running: Gateway, url: string): string {
  const endpoint = config.publicEndpoint ?? url;
  const places = [
    ['GraphQL', `${endpoint}/graphql`],
    ...(config.graphiql && config.introspection ? [['GraphiQL', `${endpoint}/graphiql`]] : []),
    ['data', `${endpoint}/data/{image id}`],
    ...running.places,
  ];
  const lines = places.map(([what, where]) => `  ${what.padEnd(9)} ${where}\n`);
  return `glance-graphql ${version()}\n${lines.join('')}`;
}

/** Closes the gateway. A second SIGINT ends the process at once. */
async function shutDown(config: Config, running: Gateway, removeFiles: () => void): Promise<void> {
  process.stderr.write('shutting down; waiting for running uploads\n');
  process.once('SIGINT', () => process.exit(1));
  const late = setTimeout(
    () => {
      // As after a crash: the sweep of another gateway, or of the next start, settles the rest.
      process.stderr.write(
        'a store or the database does not answer; a later sweep settles the remaining uploads\n',
      );
      removeFiles();
      process.exit(0);
    },
    (config.drainTimeout + SETTLING_SECONDS) * 1000,
  );
  await running.close().finally(() => clearTimeout(late));
  removeFiles();
}
