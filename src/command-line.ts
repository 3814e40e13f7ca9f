import 'reflect-metadata';
import { readArguments, type Arguments, type CommandName } from './commands/arguments.js';
import { explainError } from './commands/explain-error.js';
import { version } from './gateway/version.js';
import type { Config } from './config/config.js';
import { readConfig, readConfigFile } from './config/read-config.js';

type Command = (config: Config, args: Arguments, environment: NodeJS.ProcessEnv) => Promise<number>;

/** Each command loads its own code, so that `--help` and the error for a bad option need not load a whole server. */
const COMMANDS: Record<CommandName, Command> = {
  serve: async (config, _, environment) =>
    (await import('./commands/serve.js')).runServe(config, environment),
  migrate: async (config, { flags }) => (await import('./commands/migrate.js')).runMigrate(config, flags),
  check: async (config, { flags }) => (await import('./commands/check.js')).runCheck(config, flags.json),
  scrub: async (config, { flags }) => (await import('./commands/scrub.js')).runScrub(config, flags.json),
  sweep: async (config, { flags }) => (await import('./commands/sweep.js')).runSweep(config, flags.json),
  verify: async (config, { operands, flags }) =>
    flags.formats
      ? (await import('./commands/verify-formats.js')).runVerifyFormats(config, operands, flags.json)
      : (await import('./commands/verify.js')).runVerify(config, operands, flags),
};

/**
 * Runs `glance-graphql`.
 *
 * @returns the exit status: 0 for success, 1 for failure, 2 for arguments or options that are wrong
 */
export async function run(args: string[], environment: NodeJS.ProcessEnv): Promise<number> {
  try {
    const given = readArguments(args);
    const { command, flags, values } = given;
    if (flags.help) return print((await import('./commands/help.js')).help());
    if (flags.version) return print(version());
    const file = flags.config ? readConfigFile(flags.config) : {};
    return await COMMANDS[command](readConfig(values, environment, file), given, environment);
  } catch (error) {
    return explainError(error);
  }
}

function print(text: string): number {
  process.stdout.write(`${text}\n`);
  return 0;
}
