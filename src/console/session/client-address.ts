import type { IncomingMessage } from 'node:http';
import ipaddr from 'ipaddr.js';

/**
 * Returns the address that a request comes from, for counting. An IPv6 address stands for its network of 64 bits, since
 * whoever has one of its addresses has them all.
 *
 * @param isProxy returns true for a proxy whose `X-Forwarded-For` is believed
 */
export function clientAddress(
  { headers, socket }: IncomingMessage,
  isProxy: (address: string) => boolean,
): string {
  const forwarded = [headers['x-forwarded-for'] ?? []].flat().join(',').split(',');
  let address = socket.remoteAddress ?? '';
  // The nearest proxy adds the last entry. A sender that is no proxy can invent all entries before its own.
  for (const named of forwarded.reverse()) {
    if (!isProxy(address) || !ipaddr.isValid(named.trim())) break;
    address = named.trim();
  }
  return counted(address);
}

function counted(address: string): string {
  if (!ipaddr.isValid(address)) return address;
  const parsed = ipaddr.process(address);
  return parsed.kind() === 'ipv4' ? parsed.toString() : parsed.toByteArray().slice(0, 8).join('.');
}
