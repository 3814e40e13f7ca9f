import { readFileSync } from 'node:fs';
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import type { Config } from './config/config.js';
import { DatabaseReadOnly, DatabaseUnavailable, driverErrorKind } from './database/driver-error.js';
import { MigrationRefused } from './database/migrate.js';
import { ForeignDatabase } from './database/ownership.js';
import type { Gateway } from './gateway/gateway.js';
import { optionsOf, type Option } from './config/option.js';
import { ImageError } from './image/errors.js';
import { RuleFileError } from './image/access/rule-file.js';
import { ConfigError, isStoreOption, options, readConfig, readConfigFile } from './config/read-config.js';
import { spoolFolder } from './gateway/spool.js';
import { STORE_OPTIONS } from './config/store-options.js';
import { StoreError } from './store/store.js';
import { StoresAlike } from './store/stores.js';

type Command = (config: Config, args: Arguments, environment: NodeJS.ProcessEnv) => Promise<number>;

/** Each loads what it needs: help, and words about a bad option, are not to wait for a whole server. */
const COMMANDS: Record<string, Command> = {
  serve: (config, _args, environment) => serve(config, environment),
  migrate: async (config, { flags }) => (await import('./commands/migrate.js')).runMigrate(config, flags),
  check: async (config, { flags }) => (await import('./commands/check.js')).runCheck(config, flags.json),
  scrub: async (config, { flags }) => (await import('./commands/scrub.js')).runScrub(config, flags.json),
  sweep: async (config, { flags }) => (await import('./commands/sweep.js')).runSweep(config, flags.json),
  verify: async (config, { operands, flags }) =>
    (await import('./commands/verify.js')).runVerify(config, operands, flags),
};

/**
 * The command `glance-graphql`.
 *
 * @returns the exit status: 0 for done, 1 when it could not be done, 2 for a call that is not understood
 */
export async function run(args: string[], environment: NodeJS.ProcessEnv): Promise<number> {
  try {
    const given = readArguments(args);
    const { command, flags, values } = given;
    if (flags.help) return print(help());
    if (flags.version) return print(version());
    const file = flags.config ? readConfigFile(flags.config) : {};
    const config = readConfig(values, environment, file);
    return await COMMANDS[command](config, given, environment);
  } catch (error) {
    return explain(error);
  }
}

/** For what uploads that were cut off leave behind, after DRAIN_TIMEOUT. */
const SETTLING_SECONDS = 10;

async function serve(config: Config, environment: NodeJS.ProcessEnv): Promise<number> {
  const stopped = Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')]);
  const { gateway } = await import('./gateway/gateway.js');
  const running = await gateway(config);
  process.on('SIGHUP', () => running.reload());
  const spool = spoolFolder(config.dataDir);
  environment.TMPDIR ??= spool.path;
  const url = await running.listen();
  process.stderr.write(`glance-graphql ${version()}\n${places(config, running, url)}\n`);
  await stopped;
  process.stderr.write('shutting down; running uploads may end first\n');
  process.once('SIGINT', () => process.exit(1));
  // As after a crash, the sweep of another gateway or of the next start settles what is left then.
  const late = setTimeout(
    () => {
      process.stderr.write('a store or the database does not answer; the sweep settles what is left\n');
      spool.remove();
      process.exit(0);
    },
    (config.drainTimeout + SETTLING_SECONDS) * 1000,
  );
  await running.close().finally(() => clearTimeout(late));
  spool.remove();
  return 0;
}

function places(config: Config, running: Gateway, url: string): string {
  const endpoint = config.publicEndpoint ?? url;
  return [
    ['GraphQL', `${endpoint}/graphql`],
    ...(config.graphiql && config.introspection ? [['GraphiQL', `${endpoint}/graphiql`]] : []),
    ['data', `${endpoint}/data/{image id}`],
    ...running.places,
  ]
    .map(([what, where]) => `  ${what.padEnd(9)} ${where}`)
    .join('\n');
}

interface Arguments {
  command: string;
  /** What stands behind the command. */
  operands: string[];
  flags: {
    help: boolean;
    version: boolean;
    config?: string;
    gatewayTables: boolean;
    undo: boolean;
    force: boolean;
    deactivate: boolean;
    json: boolean;
  };
  /** Option name → text. */
  values: Record<string, string | undefined>;
}

function readArguments(args: string[]): Arguments {
  const { values, positionals } = parsed(args);
  const [command = 'serve', ...operands] = positionals;
  if (!Object.hasOwn(COMMANDS, command) || (operands.length > 0 && command !== 'verify')) {
    throw new ConfigError(
      `${[...positionals].pop()}: expected one command, ${Object.keys(COMMANDS).join(', ')}`,
    );
  }
  if (values['gateway-tables'] && command !== 'migrate')
    throw new ConfigError('--gateway-tables: belongs to migrate');
  if (values.undo && !values['gateway-tables']) throw new ConfigError('--undo: belongs to --gateway-tables');
  if (values.force && !values.undo) throw new ConfigError('--force: belongs to --undo');
  if (values.deactivate && command !== 'verify') throw new ConfigError('--deactivate: belongs to verify');
  if (values.json && !['check', 'scrub', 'sweep', 'verify'].includes(command))
    throw new ConfigError('--json: belongs to check, scrub, sweep and verify');
  return {
    command,
    operands,
    flags: {
      help: values.help === true,
      version: values.version === true,
      config: values.config as string | undefined,
      gatewayTables: values['gateway-tables'] === true,
      undo: values.undo === true,
      force: values.force === true,
      deactivate: values.deactivate === true,
      json: values.json === true,
    },
    values: Object.fromEntries(
      Object.entries(values).map(([flag, value]) => [optionOf(flag), String(value)]),
    ),
  };
}

function parsed(args: string[]) {
  const ofStores = args.flatMap((arg) => /^--(store-[^=]+)/.exec(arg)?.[1] ?? []);
  const known = [
    ...options.map(({ name }) => flagOf(name)),
    ...ofStores.filter((flag) => isStoreOption(optionOf(flag))),
  ];
  const flags = Object.fromEntries(known.map((flag) => [flag, { type: 'string' as const }]));
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        ...flags,
        config: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
        version: { type: 'boolean', short: 'v' },
        'gateway-tables': { type: 'boolean' },
        undo: { type: 'boolean' },
        force: { type: 'boolean' },
        deactivate: { type: 'boolean' },
        json: { type: 'boolean' },
      },
    });
  } catch (error) {
    throw new ConfigError(`${(error as Error).message.split('. ')[0]}; see glance-graphql --help`);
  }
}

function flagOf(name: string): string {
  return name.toLowerCase().replaceAll('_', '-');
}

function optionOf(flag: string): string {
  return flag.toUpperCase().replaceAll('-', '_');
}

function help(): string {
  return [
    'Usage: glance-graphql [serve | migrate | check | scrub | sweep | verify] [options]',
    '',
    '  serve      Serve GraphQL and image data. The default.',
    '  migrate    Bring the tables to the form this version needs, and stop.',
    "             --gateway-tables  add the gateway's own tables to a database of Glance",
    "             --gateway-tables --undo  remove them again; Glance's stay as they are",
    '             --force  also while uploads are under way, or data is still to be removed',
    '  check      Say what the database and the image stores are, what is missing, and what to do. Changes nothing.',
    '             The exit status is 1 when the gateway would not start, or would refuse part of its work.',
    '             --json  say it as JSON',
    '  scrub      Remove the data of images deleted with DELAYED_DELETE longer than SCRUB_TIME ago, and stop.',
    '             --json  say what was done as JSON',
    '  sweep      Do once what the server does every SWEEP_INTERVAL, until nothing more is due, and stop: settle uploads',
    '             whose gateway is gone, remove the data of deleted images that was still to be removed.',
    '             --json  say what was done as JSON',
    '  verify [IMAGE_ID...]  Read the data of all images, or of these, and compare it with size and digest in the record.',
    '             The exit status is 1 when data is damaged, missing or could not be read.',
    '             --deactivate  withhold the data of active images that are damaged',
    '             --json  say each finding as a line of JSON, and in the last line what was seen in all',
    '',
    '  scrub, sweep and verify may run beside the server. SIGINT or SIGTERM ends them early, with what was done.',
    '',
    '  --config FILE   Read options from a file of NAME=value lines.',
    '  -h, --help      Show this text.',
    '  -v, --version   Show the version.',
    '',
    'Every option is a flag or an environment variable. Flags win over the environment, the environment over the file.',
    '',
    ...options.map((option) => described(option)),
    ...Object.entries(STORE_OPTIONS).flatMap(([kind, store]) => [
      '',
      `For a store called NAME of kind ${kind}:`,
      '',
      ...optionsOf(store.prototype).map((option) => described(option, 'STORE_NAME_')),
    ]),
  ].join('\n');
}

function described({ name, meaning, allowed, default: initial }: Option, prefix = ''): string {
  const preset = initial === undefined || String(initial) === '' ? '' : ` Default: ${String(initial)}.`;
  const flag = flagOf(prefix + name).replace('store-name-', 'store-NAME-');
  return `  --${flag} VALUE   (${prefix}${name})\n      ${meaning} Expected: ${allowed}.${preset}`;
}

function version(): string {
  const about = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  return about.version;
}

function print(text: string): number {
  process.stdout.write(`${text}\n`);
  return 0;
}

const CANNOT_LISTEN = ['EADDRINUSE', 'EADDRNOTAVAIL', 'EACCES', 'ENOTFOUND', 'EAI_AGAIN'];

/** One line for what the operator can put right; everything for what only we can. */
function explain(error: unknown): number {
  const isOperators =
    error instanceof ForeignDatabase ||
    error instanceof MigrationRefused ||
    error instanceof DatabaseReadOnly ||
    error instanceof ImageError ||
    error instanceof StoreError ||
    error instanceof StoresAlike ||
    error instanceof RuleFileError ||
    CANNOT_LISTEN.includes((error as NodeJS.ErrnoException).code ?? '');
  if (error instanceof ConfigError) process.stderr.write(`glance-graphql: ${error.message}\n`);
  else if (error instanceof DatabaseUnavailable) {
    process.stderr.write(`glance-graphql: ${error.message} (${(error.cause as Error)?.message})\n`);
  } else if (driverErrorKind(error) === 'denied') {
    const { message } = error as Error;
    process.stderr.write(
      `glance-graphql: ${message}: grant this right to the user of DATABASE_URL; see glance-graphql check\n`,
    );
  } else if (isOperators) process.stderr.write(`glance-graphql: ${(error as Error).message}\n`);
  else process.stderr.write(`glance-graphql: ${(error as Error).stack}\n`);
  return error instanceof ConfigError || error instanceof ImageError ? 2 : 1;
}
