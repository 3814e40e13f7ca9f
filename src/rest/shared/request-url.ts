import { isUtf8 } from 'node:buffer';
import { RestError } from './rest-error.js';

/** The URL of a request without percent-encoding. */
export interface RequestUrl {
  /** The bytes of the path as Latin-1 text. A run of slashes is one slash. */
  path: string;
  /** Holds the last value of a name that occurs more than once (contract C11.2). */
  query: ReadonlyMap<string, string>;
}

/** @throws RestError 400 for bytes that are not UTF-8 (contract C1.9) */
export function requestUrl(url: string): RequestUrl {
  const target = url.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?]*/i, '') || '/';
  const end = target.indexOf('?');
  const path = decodedBytes(end < 0 ? target : target.slice(0, end));
  if (!isUtf8(Buffer.from(path, 'latin1'))) throw undecodable();
  return { path: path.replace(/\/+/g, '/'), query: end < 0 ? new Map() : queryOf(target.slice(end + 1)) };
}

/** Returns the UTF-8 text of a segment of a path. */
export function segmentText(segment: string): string {
  return Buffer.from(segment, 'latin1').toString('utf8');
}

function queryOf(text: string): Map<string, string> {
  const query = new Map<string, string>();
  for (const pair of text.split('&').filter(Boolean)) {
    const [, name, value = ''] = /^([^=]*)=?(.*)$/s.exec(pair)!;
    query.set(queryText(name), queryText(value));
  }
  return query;
}

function queryText(encoded: string): string {
  const bytes = Buffer.from(decodedBytes(encoded.replaceAll('+', ' ')), 'latin1');
  if (!isUtf8(bytes)) throw undecodable();
  return bytes.toString('utf8');
}

/** Decodes percent-encoding. A percent sign without two hexadecimal digits stays. */
function decodedBytes(text: string): string {
  return text.replace(/%([0-9a-f]{2})/gi, (_, digits: string) => String.fromCharCode(parseInt(digits, 16)));
}

function undecodable(): RestError {
  return new RestError(400, {
    explanation:
      'Error decoding your request. Either the URL or the request body contained characters that could not be ' +
      'decoded by Glance',
  });
}
