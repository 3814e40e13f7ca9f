import { isUtf8 } from 'node:buffer';
import { Fault } from './rest-error.js';

/** An address as it was asked for, percent-encoding decoded, runs of slashes made one. */
export interface Address {
  /** Bytes as Latin-1 text: what a path is compared by. */
  path: string;
  /** The last value counts of a name that is there more than once (contract C11.2). */
  query: ReadonlyMap<string, string>;
}

/** @throws Fault 400 for bytes that are no UTF-8 (contract C1.9) */
export function addressOf(url: string): Address {
  const target = url.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?]*/i, '') || '/';
  const end = target.indexOf('?');
  const path = decodedBytes(end < 0 ? target : target.slice(0, end));
  if (!isUtf8(Buffer.from(path, 'latin1'))) throw undecodable();
  return { path: path.replace(/\/+/g, '/'), query: end < 0 ? new Map() : queryOf(target.slice(end + 1)) };
}

/** A segment of a path as the text that its bytes are in UTF-8. */
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

/** A percent sign that begins no escape stands for itself. */
function decodedBytes(text: string): string {
  return text.replace(/%([0-9a-f]{2})/gi, (_, digits: string) => String.fromCharCode(parseInt(digits, 16)));
}

function undecodable(): Fault {
  return new Fault(400, {
    explanation:
      'Error decoding your request. Either the URL or the request body contained characters that could not be ' +
      'decoded by Glance',
  });
}
