import type { FastifyRequest } from 'fastify';
import { RestError } from './rest-error.js';

const MOST_BYTES = 1024 * 1024;
/** No client nests deeper, and writing much deeper JSON overflows the stack. */
const MOST_LEVELS = 100;
const LONGEST_MS = 30_000;
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Reads the JSON in the body of a request.
 *
 * @returns undefined for a request without a body
 * @throws RestError 400 for a body that is not JSON, is neither an object nor an array (contract C18.5), or is nested
 *   too deeply; RestError 413 for a body of more than 1 MiB
 */
export async function jsonBody(request: FastifyRequest): Promise<object | undefined> {
  const bytes = await bodyBytes(request);
  if (bytes.length === 0) return undefined;
  const value = parsed(bytes);
  if (isDeeper(value, MOST_LEVELS))
    throw new RestError(400, { explanation: 'The JSON is nested too deeply.' });
  if (typeof value === 'object' && value !== null) return value;
  throw new RestError(400, { explanation: 'Unexpected body type. Expected list/dict.' });
}

/** A function that reads a value from a body. @throws RestError 400 for a body of a wrong shape */
export type ReadBody<T> = (body: object | undefined) => T;

/**
 * Reads the body of a request. Glance parses the JSON first, then checks the caller's right, then the shape of the JSON.
 *
 * @param requireRight throws the error for a caller who may not make the change
 * @throws RestError 400 for a body that is not JSON, and after `requireRight` for a wrong shape
 */
export async function bodyFor<T>(
  request: FastifyRequest,
  read: ReadBody<T>,
  requireRight: () => Promise<void>,
): Promise<T> {
  const body = await jsonBody(request);
  try {
    return read(body);
  } catch (error) {
    await requireRight();
    throw error;
  }
}

/** Returns true for a JSON object, and false for an array. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Returns Python's truth value: every text except the empty one is true, also `"false"`. */
export function isTrueInPython(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.keys(value).length > 0;
  return Boolean(value);
}

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(UTF8.decode(bytes));
  } catch {
    throw malformed();
  }
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((each) => isDeeper(each, levels - 1));
}

function malformed(): RestError {
  return new RestError(400, { explanation: 'Malformed JSON in request body.' });
}

async function bodyBytes(request: FastifyRequest): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let length = 0;
  const tooLate = setTimeout(() => request.raw.destroy(), LONGEST_MS);
  try {
    for await (const piece of request.raw.iterator({ destroyOnReturn: false })) {
      pieces.push(piece as Buffer);
      length += (piece as Buffer).length;
      if (length > MOST_BYTES) throw new RestError(413);
    }
  } catch (error) {
    // A client that leaves or stops inside the body has sent truncated JSON.
    throw error instanceof RestError ? error : malformed();
  } finally {
    clearTimeout(tooLate);
  }
  return Buffer.concat(pieces);
}
