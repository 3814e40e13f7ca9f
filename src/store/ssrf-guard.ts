import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

export interface SourceLimits {
  /**
   * Hosts that may be read from: `name` at any port, `name:port` at this port. The name `*` stands for every host; an
   * empty list allows none.
   */
  hosts: readonly string[];
  /** Schemes without the colon. */
  schemes: readonly string[];
  /** Addresses and networks that may be read from although they are not public. */
  privateNetworks: readonly string[];
}

/** The reason why an address is refused. It is for the log only: it would tell a caller about the configuration. */
export type Refusal =
  | 'it is no http or https URL, or has characters that a URL encodes'
  | 'its scheme is not in HTTP_SOURCE_SCHEMES'
  | 'it has a user or a password'
  | 'its host or port is not in HTTP_SOURCE_HOSTS';

/** Decides which URLs and network addresses the gateway may read from. Opens no connection itself. */
export interface SsrfGuard {
  /** Returns true for a URL whose scheme is allowed, whatever follows the scheme. */
  hasScheme(url: string): boolean;
  /** Returns true for a well-formed `http` or `https` URL. */
  isWellFormed(url: string): boolean;
  /** Returns the parsed URL; undefined for one that is badly formed, has credentials, or names a host that is not allowed. */
  allowed(url: string): URL | undefined;
  /** Returns the reason why a URL is not allowed; undefined for one that is. */
  refusal(url: string): Refusal | undefined;
  /** Returns true when the gateway may connect to the address. */
  mayConnect(address: string): boolean;
}

export function ssrfGuard({ hosts, schemes, privateNetworks }: SourceLimits): SsrfGuard {
  const allowedHosts = hosts.map(parsedHost);
  const networks = privateNetworks.map(parsedNetwork);

  return {
    hasScheme: (url) =>
      hosts.length > 0 && schemes.includes(/^([a-z][a-z0-9+.-]*):/i.exec(url)?.[1].toLowerCase() ?? ''),

    isWellFormed: (url) => parsed(url) !== undefined,

    allowed: (text) => (refusal(text) === undefined ? parsed(text) : undefined),

    refusal,

    mayConnect(text) {
      if (!ipaddr.isValid(text)) return false;
      const address = ipaddr.process(text);
      return isPublic(address) || networks.some((network) => contains(network, address));
    },
  };

  function refusal(text: string): Refusal | undefined {
    const url = parsed(text);
    if (!url) return 'it is no http or https URL, or has characters that a URL encodes';
    if (!schemes.includes(url.protocol.slice(0, -1))) return 'its scheme is not in HTTP_SOURCE_SCHEMES';
    if (url.username !== '' || url.password !== '') return 'it has a user or a password';
    const name = nameOf(url);
    const port = url.port || DEFAULT_PORTS[url.protocol];
    const isNamed = allowedHosts.some(
      (host) => (host.name === '*' || host.name === name) && (host.port === undefined || host.port === port),
    );
    return isNamed ? undefined : 'its host or port is not in HTTP_SOURCE_HOSTS';
  }
}

/** Returns true for a valid entry of `HTTP_SOURCE_HOSTS`: a host name, an address or `*`, with or without `:port`. */
export function isHostEntry(text: string): boolean {
  const { name, port } = parsedHost(text);
  const isPort = port === undefined || (/^\d{1,5}$/.test(port) && Number(port) <= 65535);
  return (
    isPort &&
    (name === '*' || isIP(name) !== 0 || /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9-]+)*$/.test(name))
  );
}

const DEFAULT_PORTS: Record<string, string> = { 'http:': '80', 'https:': '443' };

interface Host {
  name: string;
  port?: string;
}

function parsedHost(text: string): Host {
  if (isIP(text) === 6) return { name: text.toLowerCase() };
  const [, bracketed, plain, port] = /^(?:\[(.+)\]|([^:[\]]+))(?::(.+))?$/.exec(text.toLowerCase()) ?? [];
  return { name: bracketed ?? plain ?? '', port };
}

/** Refuses characters that URL parsers silently drop or replace: white space, control characters, backslashes. */
function parsed(text: string): URL | undefined {
  const isPlain = /^https?:\/\/[^/?#\\][\x21-\x5b\x5d-\x7e]*$/i.test(text);
  return isPlain && URL.canParse(text) ? new URL(text) : undefined;
}

/** Returns the host as URL parsers read it: `0x7f.1` is `127.0.0.1`. A final dot does not change the host. */
function nameOf(url: URL): string {
  return url.hostname
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '');
}

type Address = ipaddr.IPv4 | ipaddr.IPv6;
type Network = [Address, number];

/** Refuses special-purpose ranges, and the part of IPv6 that has not been assigned yet. */
function isPublic(address: Address): boolean {
  if (address.range() !== 'unicast') return false;
  return address.kind() === 'ipv4' || ((address as ipaddr.IPv6).parts[0] & 0xe000) === 0x2000;
}

function contains([network, bits]: Network, address: Address): boolean {
  return network.kind() === address.kind() && address.match([network, bits] as never);
}

function parsedNetwork(text: string): Network {
  return text.includes('/')
    ? ipaddr.parseCIDR(text)
    : [ipaddr.parse(text), ipaddr.parse(text).kind() === 'ipv4' ? 32 : 128];
}
