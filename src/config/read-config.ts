import { readFileSync } from 'node:fs';
import { isIPv4 } from 'node:net';
import { parseEnv } from 'node:util';
import { validateSync } from 'class-validator';
import { Config } from './config.js';
import { optionsOf, type Option } from './option.js';
import { STORE_OPTIONS, storePrefix, type ConfiguredStore } from './store-options.js';
import type { StoreKind } from '../store/store.js';

/** Option name → text. */
type Texts = Record<string, string | undefined>;

/** An error in the options or arguments. Its message is the one line that the operator sees. */
export class ConfigError extends Error {}

/** Every option of the gateway, without those of single stores. */
export const options: readonly Option[] = optionsOf(Config.prototype);

/**
 * Reads the configuration and checks it.
 *
 * @param sources texts by option name (`PORT`), the most important source first
 * @throws ConfigError naming the option, its value and the values that it accepts
 */
export function readConfig(...sources: Texts[]): Config {
  const config = filled(new Config(), '', sources);
  config.configuredStores = configuredStores(config, sources);
  refuseOpenNetwork(config);
  refuseMissingIdentity(config);
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
  const unknown = Object.keys(values).find(
    (name) => !isStoreOption(name) && !options.some((option) => option.name === name),
  );
  if (unknown)
    throw new ConfigError(`--config ${path}: ${unknown} is not an option; see glance-graphql --help`);
  return values;
}

/** Returns true for a name that can be a store's option: `STORE_`, a name, `_`, and an option of some kind of store. */
export function isStoreOption(name: string): boolean {
  return /^STORE_[A-Z0-9]/.test(name) && STORE_OPTION_NAMES.some((option) => name.endsWith(`_${option}`));
}

const STORE_OPTION_NAMES = Object.values(STORE_OPTIONS).flatMap((kind) =>
  optionsOf(kind.prototype).map(({ name }) => name),
);

/** Sets the options of an object, each from the first source that has it, and checks them. */
function filled<T extends object>(target: T, prefix: string, sources: Texts[]): T {
  const texts = new Map<string, string>();
  for (const option of optionsOf(Object.getPrototypeOf(target) as object)) {
    const text = sources
      .map((source) => source[prefix + option.name])
      .find((value) => value !== undefined && value !== '');
    if (text !== undefined) texts.set(option.property, text);
    Object.assign(target, { [option.property]: text === undefined ? option.default : option.parse(text) });
  }
  refuseBadValue(target, prefix, texts);
  return target;
}

function refuseBadValue(target: object, prefix: string, texts: Map<string, string>): void {
  const faults = new Set(validateSync(target).map((fault) => fault.property));
  const option = optionsOf(target).find(({ property }) => faults.has(property));
  if (!option) return;
  const text = texts.get(option.property) ?? '';
  const shown = option.secret ? '***' : maskCredentials(text).slice(0, 200);
  const fault = option.fault?.(text) ?? `expected ${option.allowed}`;
  throw new ConfigError(`${prefix}${option.name}=${shown}: ${fault}`);
}

function configuredStores(config: Config, sources: Texts[]): ConfiguredStore[] {
  const found = new Map<string, ConfiguredStore>();
  for (const [name, kind] of config.stores.map((entry) => entry.split(':'))) {
    const prefix = storePrefix(name);
    const twin = found.get(prefix)?.name;
    if (twin === name)
      throw new ConfigError(`STORES: two stores are called ${name}; expected different names`);
    if (twin)
      throw new ConfigError(`STORES: ${twin} and ${name} have the same options ${prefix}…; rename one`);
    const options = filled(new STORE_OPTIONS[kind as StoreKind](), prefix, sources);
    if ('accessKey' in options && Boolean(options.accessKey) !== Boolean(options.secretKey))
      throw new ConfigError(`${prefix}SECRET_KEY: belongs to ${prefix}ACCESS_KEY; expected both or neither`);
    found.set(prefix, { name, kind, options } as ConfiguredStore);
  }
  const stores = [...found.values()];
  config.defaultStore ??= stores[0].name;
  if (!stores.some(({ name }) => name === config.defaultStore))
    throw new ConfigError(
      `DEFAULT_STORE=${config.defaultStore}: expected one of ${stores.map(({ name }) => name).join(', ')}`,
    );
  return stores;
}

/** Hides the user and the password of each URL in a text. */
export function maskCredentials(text: string): string {
  return text.replace(/:\/\/.*@/gs, '://***@');
}

function refuseOpenNetwork(config: Config): void {
  if (config.auth !== 'none' || config.allowUnauthenticatedNetwork) return;
  const hosts = [['HOST', config.host]];
  if (config.registryPort !== undefined) hosts.push(['REGISTRY_HOST', config.registryHost]);
  const [name, open] = hosts.find(([, host]) => !isLoopback(host)) ?? [];
  if (name === undefined) return;
  throw new ConfigError(
    `${name}=${open}: with AUTH=none every caller is an administrator; expected a loopback address, ` +
      'another AUTH, or ALLOW_UNAUTHENTICATED_NETWORK=true',
  );
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'));
}

/** Refuses a configuration without an option that AUTH needs. */
function refuseMissingIdentity(config: Config): void {
  const needed: Record<string, (keyof Config)[]> = {
    keystone: [
      'keystoneAuthUrl',
      ...(config.keystoneApplicationCredentialId === undefined
        ? (['keystoneUsername', 'keystonePassword'] as const)
        : (['keystoneApplicationCredentialSecret'] as const)),
    ],
    oidc: ['oidcIssuer', 'oidcAudience'],
  };
  const missing = needed[config.auth]?.find(
    (property) => !config[property] || String(config[property]) === '',
  );
  const option = options.find(({ property }) => property === missing);
  if (option)
    throw new ConfigError(`${option.name}: AUTH=${config.auth} needs it; expected ${option.allowed}`);
}
