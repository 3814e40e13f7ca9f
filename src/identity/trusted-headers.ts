import { isUtf8 } from 'node:buffer';
import { BlockList, isIP } from 'node:net';
import {
  ANONYMOUS,
  knownCaller,
  Unauthenticated,
  type Caller,
  type CallerOptions,
  type Credentials,
  type Identify,
} from './caller.js';

interface TrustedHeaders extends CallerOptions {
  trustedProxies: readonly string[];
  allowAnonymousAccess: boolean;
}

/** AUTH=trusted: the gateway accepts identity headers from a trusted proxy (contract C20.2 to C20.4). */
export function trustedHeaders(options: TrustedHeaders): Identify {
  const proxies = networks(options.trustedProxies);
  return async (credentials) => {
    const sent = identityHeaders(credentials.rawHeaders);
    const twice = sent.find((name, index) => sent.indexOf(name) !== index);
    if (twice) throw new Unauthenticated(`The header ${twice} was sent twice.`);
    if (sent.length > 0 && !contains(proxies, credentials.peer)) {
      throw new Unauthenticated('Identity headers are believed only from a trusted proxy.');
    }
    if (credentials.headers['x-identity-status'] === 'Confirmed') return confirmed(credentials, options);
    if (options.allowAnonymousAccess) return ANONYMOUS;
    throw new Unauthenticated('The request carries no confirmed identity.');
  };
}

const IDENTITY_HEADERS = ['x-identity-status', 'x-user-id', 'x-tenant-id', 'x-project-id', 'x-roles'];

/** The white space that RFC 9110 allows around the entries of a list. */
const BLANKS = /^[ \t]+|[ \t]+$/g;

function confirmed({ headers }: Credentials, options: CallerOptions): Caller {
  const user = text(headers['x-user-id']);
  const tenant = text(headers['x-tenant-id']) ?? text(headers['x-project-id']);
  const roles = (text(headers['x-roles']) ?? '').split(',').map((role) => role.replace(BLANKS, ''));
  return knownCaller({ user, tenant, roles }, options);
}

/** Returns a function that tells whether a peer is in one of these addresses and networks. */
export function peersIn(proxies: readonly string[]): (peer: string) => boolean {
  const list = networks(proxies);
  return (peer) => contains(list, peer);
}

function identityHeaders(rawHeaders: readonly string[]): string[] {
  return rawHeaders
    .filter((_, index) => index % 2 === 0)
    .map((name) => name.toLowerCase().replaceAll('_', '-'))
    .filter((name) => IDENTITY_HEADERS.includes(name));
}

function networks(proxies: readonly string[]): BlockList {
  const list = new BlockList();
  for (const proxy of proxies) {
    const [address, prefix] = proxy.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    list.addSubnet(address, prefix === undefined ? (family === 'ipv6' ? 128 : 32) : Number(prefix), family);
  }
  return list;
}

function contains(list: BlockList, peer: string): boolean {
  const address = peer.replace(/^::ffff:/, '');
  return list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}

function text(value: string | string[] | undefined): string | null {
  if (typeof value !== 'string' || value === '') return null;
  // Node decodes header bytes as Latin-1; Glance decodes them as UTF-8 (contract C1.8). Bytes that are not UTF-8 stay as
  // they are: decoding would make different names equal.
  const bytes = Buffer.from(value, 'latin1');
  return isUtf8(bytes) ? bytes.toString('utf8') : value;
}
