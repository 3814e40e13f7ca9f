import { isIPv6 } from 'node:net';
import { isTlsMode, TLS_MODES, type TlsFiles } from './tls.js';

/** The address of a MySQL server. */
export interface Host {
  host: string;
  port: number;
}

/** The MySQL servers that DATABASE_URL names, and the way to log in there. */
export interface MysqlPlace {
  /** At least one. Several hosts have the same data; the gateway uses one at a time. */
  hosts: readonly [Host, ...Host[]];
  /** Path of the server's socket. Undefined: the gateway connects to the host and the port. */
  socket?: string;
  user: string;
  /** Undefined: the URL holds no password. */
  password?: string;
  database: string;
  /** Undefined: the connection has no TLS. */
  tls?: TlsFiles;
}

/** A text that is no DATABASE_URL. The message says what is wrong, and shows no part of the text. */
export class BadDatabaseUrl extends Error {}

export const DATABASE_URL_FORM =
  'mysql://user:password@host[:port][,host…]/database[?parameters], with user and password percent-encoded, or the password as DATABASE_PASSWORD';

/**
 * Parses the value of DATABASE_URL. The standard parser of URLs is too lenient for a text that holds a password: it takes
 * a part of `p@ss/word` as the host, which then stands in errors and logs.
 *
 * @throws BadDatabaseUrl
 */
export function parseDatabaseUrl(text: string): MysqlPlace {
  const scheme = /^mysql:\/\//i.exec(text)?.[0] ?? fail('it does not begin with mysql://');
  const rest = text.slice(scheme.length);
  // eslint-disable-next-line no-control-regex -- These characters are what the expression looks for.
  if (/[\x00-\x1f\x7f]/.test(rest)) fail('it holds a control character');
  const [, authority, path, query = ''] =
    /^([^/?#]*)([^?#]*)(?:\?([^#]*))?$/.exec(rest) ?? fail('it holds a #');
  const at = rest.lastIndexOf('@');
  // Otherwise the character that ended the authority belongs to the user or the password.
  if (at >= authority.length) fail('a /, ? or # stands before an @');
  const [, user, password] = /^([^:]*)(?::(.*))?$/s.exec(authority.slice(0, Math.max(at, 0)))!;
  const database = /^\/([^/]+)$/.exec(path)?.[1] ?? fail('it does not name one database after the host');
  const parameters = parseParameters(query);
  const hosts = parseHosts(authority.slice(at + 1));
  if (hosts.length > 1 && parameters.socket !== undefined)
    throw new BadDatabaseUrl('its parameter socket: expected with one host');
  return {
    hosts,
    user: decoded(user),
    ...(password ? { password: decoded(password) } : {}),
    database: decoded(database),
    ...parameters,
  };
}

/** Returns what is wrong with a value of DATABASE_URL, or undefined. */
export function databaseUrlFault(text: string): string | undefined {
  try {
    parseDatabaseUrl(text);
    return undefined;
  } catch (error) {
    if (error instanceof BadDatabaseUrl) return error.message;
    throw error;
  }
}

/** Returns a host and its port as they stand in a URL. */
export function hostAndPort({ host, port }: Host): string {
  const shown = isIPv6(host) ? `[${host}]` : host;
  return port === DEFAULT_PORT ? shown : `${shown}:${port}`;
}

const DEFAULT_PORT = 3306;

function parseHosts(text: string): MysqlPlace['hosts'] {
  const [first, ...others] = text.split(',').map(parseHost);
  const names = [first, ...others].map(hostAndPort);
  if (new Set(names).size < names.length) fail('it names a host twice');
  return [first, ...others];
}

function parseHost(text: string): Host {
  const [, ipv6, name, colon, digits] = /^(?:\[(.*)\]|([^:[\]]*))(?:(:)(.*))?$/.exec(text) ?? [];
  const host = ipv6 ?? name ?? fail('an IPv6 address needs square brackets');
  if (host === '') fail('it names no host');
  if (ipv6 === undefined ? !/^[\w.-]+$/.test(host) : !isIPv6(ipv6))
    fail('its host is no name and no address');
  if (colon === undefined) return { host, port: DEFAULT_PORT };
  const port = /^\d{1,5}$/.test(digits) ? Number(digits) : 0;
  if (port < 1 || port > 65535) fail('its port is not a number from 1 to 65535');
  return { host, port };
}

const PARAMETERS = ['ssl-mode', 'ssl-ca', 'ssl-cert', 'ssl-key', 'socket'] as const;
type Parameter = (typeof PARAMETERS)[number];

function parseParameters(query: string): Pick<MysqlPlace, 'socket' | 'tls'> {
  const given: Partial<Record<Parameter, string>> = {};
  for (const part of query.split('&').filter(Boolean)) {
    const [, name, value] = /^([^=]*)=?(.*)$/s.exec(part)!;
    if (!isParameter(name)) throw new BadDatabaseUrl(`its parameters: expected ${PARAMETERS.join(', ')}`);
    if (given[name] !== undefined) throw new BadDatabaseUrl(`its parameter ${name}: expected it once`);
    if (value === '') throw new BadDatabaseUrl(`its parameter ${name}: expected a value`);
    given[name] = decoded(value);
  }
  return { ...(given.socket === undefined ? {} : { socket: given.socket }), ...parseTls(given) };
}

function isParameter(name: string): name is Parameter {
  return (PARAMETERS as readonly string[]).includes(name);
}

function parseTls(given: Partial<Record<Parameter, string>>): Pick<MysqlPlace, 'tls'> {
  const mode = (given['ssl-mode'] ?? 'DISABLED').toUpperCase();
  if (!isTlsMode(mode) && mode !== 'DISABLED')
    throw new BadDatabaseUrl(`its parameter ssl-mode: expected one of DISABLED, ${TLS_MODES.join(', ')}`);
  const { 'ssl-ca': ca, 'ssl-cert': cert, 'ssl-key': key } = given;
  if (ca !== undefined && !['VERIFY_CA', 'VERIFY_IDENTITY'].includes(mode))
    throw new BadDatabaseUrl('its parameter ssl-ca: expected with ssl-mode=VERIFY_CA or VERIFY_IDENTITY');
  if ((cert === undefined) !== (key === undefined))
    throw new BadDatabaseUrl('its parameters ssl-cert and ssl-key: expected both or neither');
  if (mode !== 'DISABLED') return { tls: { mode, ca, cert, key } };
  if (cert !== undefined)
    throw new BadDatabaseUrl(`its parameter ssl-cert: expected with ssl-mode=${TLS_MODES.join(' or ')}`);
  return {};
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return fail('a % in it does not begin a percent-encoded character');
  }
}

function fail(reason: string): never {
  throw new BadDatabaseUrl(`expected ${DATABASE_URL_FORM}; ${reason}`);
}
