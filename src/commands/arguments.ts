import { parseArgs } from 'node:util';
import { ConfigError, isStoreOption, maskCredentials, namesOf, options } from '../config/read-config.js';

export const COMMAND_NAMES = ['serve', 'migrate', 'check', 'scrub', 'sweep', 'verify'] as const;
export type CommandName = (typeof COMMAND_NAMES)[number];

/** The arguments of one call of `glance-graphql`. */
export interface Arguments {
  command: CommandName;
  /** The words after the command. */
  operands: string[];
  flags: Flags;
  /** The options of the gateway that were given as flags: option name → text. */
  values: Record<string, string | undefined>;
}

export interface Flags {
  help: boolean;
  version: boolean;
  config?: string;
  gatewayTables: boolean;
  undo: boolean;
  force: boolean;
  deactivate: boolean;
  formats: boolean;
  json: boolean;
}

interface FlagRule {
  type: 'boolean' | 'string';
  short?: string;
  /** The commands, or the flag, without which this flag has no meaning. Unset: any command takes it. */
  belongsTo?: CommandName[] | `--${string}`;
}

/** Every flag that is not an option of the gateway. */
const FLAGS: Record<string, FlagRule> = {
  config: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'v' },
  'gateway-tables': { type: 'boolean', belongsTo: ['migrate'] },
  undo: { type: 'boolean', belongsTo: '--gateway-tables' },
  force: { type: 'boolean', belongsTo: '--undo' },
  deactivate: { type: 'boolean', belongsTo: ['verify'] },
  formats: { type: 'boolean', belongsTo: ['verify'] },
  json: { type: 'boolean', belongsTo: ['check', 'scrub', 'sweep', 'verify'] },
};

/** @throws ConfigError for a command, operand or flag that is unknown or out of place */
export function readArguments(args: string[]): Arguments {
  const { values: given, positionals } = parse(args);
  const [command = 'serve', ...operands] = positionals;
  if (!isCommand(command) || (operands.length > 0 && command !== 'verify'))
    throw new ConfigError(
      `${maskCredentials(positionals.at(-1)!)}: expected one command, ${COMMAND_NAMES.join(', ')}`,
    );
  for (const name of Object.keys(FLAGS).filter((each) => given[each])) requirePlace(name, command, given);
  if (given.formats && given.deactivate) throw new ConfigError('--formats: does not go with --deactivate');
  return {
    command,
    operands,
    flags: {
      help: given.help === true,
      version: given.version === true,
      config: given.config as string | undefined,
      gatewayTables: given['gateway-tables'] === true,
      undo: given.undo === true,
      force: given.force === true,
      deactivate: given.deactivate === true,
      formats: given.formats === true,
      json: given.json === true,
    },
    values: Object.fromEntries(Object.entries(given).map(([flag, value]) => [optionOf(flag), String(value)])),
  };
}

/** Returns the flag of an option: `PORT` is `port`, given as `--port`. */
export function flagOf(option: string): string {
  return option.toLowerCase().replaceAll('_', '-');
}

function optionOf(flag: string): string {
  return flag.toUpperCase().replaceAll('-', '_');
}

type Given = Record<string, string | boolean | undefined>;

function parse(args: string[]): { values: Given; positionals: string[] } {
  const ofStores = args.flatMap((arg) => /^--(store-[^=]+)/.exec(arg)?.[1] ?? []);
  const known = [
    ...options.flatMap(namesOf).map(flagOf),
    ...ofStores.filter((flag) => isStoreOption(optionOf(flag))),
  ];
  const ofOptions = Object.fromEntries(known.map((flag) => [flag, { type: 'string' as const }]));
  try {
    return parseArgs({ args, allowPositionals: true, options: { ...ofOptions, ...FLAGS } });
  } catch (error) {
    throw new ConfigError(`${(error as Error).message.split('. ')[0]}; see glance-graphql --help`);
  }
}

function isCommand(name: string): name is CommandName {
  return (COMMAND_NAMES as readonly string[]).includes(name);
}

/** @throws ConfigError for a flag without the command, or the other flag, that it belongs to */
function requirePlace(name: string, command: CommandName, given: Given): void {
  const { belongsTo } = FLAGS[name];
  if (belongsTo === undefined) return;
  const isInPlace =
    typeof belongsTo === 'string' ? given[belongsTo.slice('--'.length)] : belongsTo.includes(command);
  if (!isInPlace) throw new ConfigError(`--${name}: belongs to ${listed([belongsTo].flat())}`);
}

function listed(names: readonly string[]): string {
  return names.length > 1 ? `${names.slice(0, -1).join(', ')} and ${names.at(-1)}` : names[0];
}
