import { readFileSync } from 'node:fs';
import { isIPv4 } from 'node:net';
import { parseEnv } from 'node:util';
import { validateSync } from 'class-validator';
import { Config } from './config.js';
import { optionsOf, type Option } from './option.js';

/** A value that an option does not take. Its message is the one line that the user sees. */
export class ConfigError extends Error {}

/** The options of the gateway, for the reference page and the command line. */
export const options: readonly Option[] = optionsOf(Config.prototype);

/**
 * Builds the configuration. Flags win over the environment, the environment over the file.
 *
 * @param sources texts by option name (`PORT`), the most important source first
 * @throws ConfigError naming the option, the value and what is allowed
 */
export function readConfig(...sources: Record<string, string | undefined>[]): Config {
  const config = new Config();
  const texts = new Map<string, string>();
  for (const option of options) {
    const text = sources
      .map((source) => source[option.name])
      .find((value) => value !== undefined && value !== '');
    if (text !== undefined) texts.set(option.property, text);
    Object.assign(config, { [option.property]: text === undefined ? option.default : option.parse(text) });
  }
  refuseBadValue(config, texts);
  refuseOpenNetwork(config);
  return config;
}

/**
 * Reads a file of `NAME=value` lines.
 *
 * @throws ConfigError when the file cannot be read or names an option that does not exist
 */
export function readConfigFile(path: string): Record<string, string | undefined> {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new ConfigError(`--config ${path}: cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
  const values = parseEnv(text) as Record<string, string>;
  const unknown = Object.keys(values).find((name) => !options.some((option) => option.name === name));
  if (unknown)
    throw new ConfigError(`--config ${path}: ${unknown} is not an option; see glance-graphql --help`);
  return values;
}

function refuseBadValue(config: Config, texts: Map<string, string>): void {
  const faults = new Set(validateSync(config).map((fault) => fault.property));
  const option = options.find(({ property }) => faults.has(property));
  if (!option) return;
  const text = texts.get(option.property) ?? '';
  const shown = option.secret ? maskSecret(text) : text;
  throw new ConfigError(`${option.name}=${shown.slice(0, 200)}: expected ${option.allowed}`);
}

function maskSecret(text: string): string {
  return text.includes('@') ? text.replace(/:.*@/s, ':***@') : '***';
}

function refuseOpenNetwork(config: Config): void {
  const loopback =
    config.host === 'localhost' ||
    config.host === '::1' ||
    (isIPv4(config.host) && config.host.startsWith('127.'));
  if (config.auth !== 'none' || loopback || config.allowUnauthenticatedNetwork) return;
  throw new ConfigError(
    `HOST=${config.host}: with AUTH=none everybody is administrator; expected a loopback address, ` +
      'another AUTH, or ALLOW_UNAUTHENTICATED_NETWORK=true',
  );
}
