import { isUtf8 } from 'node:buffer';
import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { isIPv4 } from 'node:net';
import { parseEnv } from 'node:util';
import { validateSync } from 'class-validator';
import { Config } from './config.js';
import { optionsOf, type Option } from './option.js';
import { STORE_OPTIONS, storePrefix, type ConfiguredStore } from './store-options.js';
import { parseDatabaseUrl } from '../database/database-url.js';
import type { StoreKind } from '../store/store.js';

/** Option name → text. */
type Texts = Record<string, string | undefined>;

/** An error in the options or arguments. Its message is the one line that the operator sees. */
export class ConfigError extends Error {}

/** Every option of the gateway, without those of single stores. */
export const options: readonly Option[] = optionsOf(Config.prototype);

/** Returns the names under which an option can be given: a secret also as the path of the file that holds it. */
export function namesOf({ name, secret }: Option): string[] {
  return secret ? [name, name + FILE] : [name];
}

const FILE = '_FILE';

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
  refuseOtherPassword(config);
  refuseUncheckedFormats(config);
  refuseScopesWithoutIdentity(config);
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
    (name) => !isStoreOption(name) && !options.some((option) => namesOf(option).includes(name)),
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
  optionsOf(kind.prototype).flatMap(namesOf),
);

/** A value as the operator gave it. */
interface Given {
  /** The option and its value as an error shows them. */
  shown: string;
  text: string;
}

/** Sets the options of an object, each from the first source that has it, and checks them. */
function filled<T extends object>(target: T, prefix: string, sources: Texts[]): T {
  const found = new Map<string, Given>();
  for (const option of optionsOf(Object.getPrototypeOf(target) as object)) {
    const given = givenValue(option, prefix, sources);
    if (given) found.set(option.property, given);
    Object.assign(target, { [option.property]: given ? option.parse(given.text) : option.default });
  }
  refuseBadValue(target, prefix, found);
  return target;
}

function givenValue(option: Option, prefix: string, sources: Texts[]): Given | undefined {
  const first = (name: string) =>
    sources.map((source) => source[name]).find((value) => value !== undefined && value !== '');
  const name = prefix + option.name;
  const text = first(name);
  const path = option.secret ? first(name + FILE) : undefined;
  if (text !== undefined && path !== undefined)
    throw new ConfigError(`${name}: ${name}${FILE} is given too; expected one of them`);
  if (path !== undefined) return { shown: `${name}${FILE}=${path}`, text: readSecret(name + FILE, path) };
  if (text === undefined) return undefined;
  return { shown: `${name}=${option.secret ? '***' : maskCredentials(text).slice(0, 200)}`, text };
}

const MAX_SECRET_BYTES = 65_536;

/** Returns the content of a file without a line break at its end. */
function readSecret(name: string, path: string): string {
  const buffer = Buffer.alloc(MAX_SECRET_BYTES + 1);
  let length = 0;
  try {
    const file = openSync(path, 'r');
    try {
      for (let count = 1; count > 0 && length < buffer.length; length += count)
        count = readSync(file, buffer, length, buffer.length - length, null);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw new ConfigError(`${name}=${path}: cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
  if (length > MAX_SECRET_BYTES) throw new ConfigError(`${name}=${path}: holds more than 64 KiB`);
  if (!isUtf8(buffer.subarray(0, length))) throw new ConfigError(`${name}=${path}: expected a text in UTF-8`);
  const text = buffer.toString('utf8', 0, length).replace(/\r?\n$/, '');
  if (text === '') throw new ConfigError(`${name}=${path}: is empty`);
  return text;
}

function refuseBadValue(target: object, prefix: string, found: Map<string, Given>): void {
  const faults = new Set(validateSync(target).map((fault) => fault.property));
  const option = optionsOf(target).find(({ property }) => faults.has(property));
  if (!option) return;
  const { shown, text } = found.get(option.property) ?? { shown: `${prefix}${option.name}=`, text: '' };
  throw new ConfigError(`${shown}: ${option.fault?.(text) ?? `expected ${option.allowed}`}`);
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

/** Refuses formats that nobody would check. */
function refuseUncheckedFormats({ imageFormatAllow, imageFormatCheck }: Config): void {
  if (imageFormatAllow.length > 0 && imageFormatCheck !== 'strict')
    throw new ConfigError('IMAGE_FORMAT_ALLOW: expected with IMAGE_FORMAT_CHECK=strict');
}

/** Refuses scopes with which the provider tells nobody's name to the console. */
function refuseScopesWithoutIdentity({ oidcScopes }: Config): void {
  if (!oidcScopes.includes('openid'))
    throw new ConfigError(`OIDC_SCOPES=${oidcScopes.join(',')}: expected with openid among them`);
}

/** Refuses a password beside the one in DATABASE_URL, and a password without the URL. */
function refuseOtherPassword({ databaseUrl, databasePassword }: Config): void {
  if (databasePassword === undefined) return;
  if (databaseUrl === undefined) throw new ConfigError('DATABASE_PASSWORD: expected with DATABASE_URL');
  if (parseDatabaseUrl(databaseUrl).password !== undefined)
    throw new ConfigError('DATABASE_PASSWORD: DATABASE_URL holds a password too; expected one of them');
}
