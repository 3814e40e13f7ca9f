import type { IncomingMessage } from 'node:http';
import { credentialsIn } from '../../http/http-server.js';
import type { Credentials } from '../../identity/caller.js';

/**
 * Returns the credentials of a connection. Browsers cannot set headers on a WebSocket, so a token may come in the parameters
 * of the connection, and then counts instead of the header's. No other identity is taken from there.
 */
export function credentialsOf(request: IncomingMessage, parameters: Record<string, unknown>): Credentials {
  const nested = typeof parameters.headers === 'object' ? parameters.headers : undefined;
  const given = Object.entries({ ...nested, ...parameters }).filter(
    (entry): entry is [string, string] =>
      TOKEN_HEADERS.includes(entry[0].toLowerCase()) && typeof entry[1] === 'string',
  );
  const { headers, rawHeaders, peer } = credentialsIn(request);
  if (given.length === 0) return { headers, rawHeaders, peer };
  const others = rawHeaders.filter(
    (_, at) => !TOKEN_HEADERS.includes(rawHeaders[at - (at % 2)].toLowerCase()),
  );
  const kept = Object.entries(headers).filter(([name]) => !TOKEN_HEADERS.includes(name));
  const added = given.map(([name, value]) => [name.toLowerCase(), value]);
  return { headers: Object.fromEntries([...kept, ...added]), rawHeaders: [...others, ...added.flat()], peer };
}

const TOKEN_HEADERS = ['x-auth-token', 'authorization'];
