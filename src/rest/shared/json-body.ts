import type { FastifyRequest } from 'fastify';
import { Fault } from './rest-error.js';

const MOST_BYTES = 1024 * 1024;
/** More than any client nests; to write far deeper ones out again overflows the stack. */
const MOST_LEVELS = 100;
const LONGEST_MS = 30_000;
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * The JSON in the body of a request.
 *
 * @returns undefined for a request without a body
 * @throws Fault 400 for what is no JSON, or neither object nor array (contract C18.5), or nested too deeply
 */
export async function jsonBody(request: FastifyRequest): Promise<object | undefined> {
  const bytes = await bodyBytes(request);
  if (bytes.length === 0) return undefined;
  const value = parsed(bytes);
  if (isDeeper(value, MOST_LEVELS)) throw new Fault(400, { explanation: 'The JSON is nested too deeply.' });
  if (typeof value === 'object' && value !== null) return value;
  throw new Fault(400, { explanation: 'Unexpected body type. Expected list/dict.' });
}

/** Reads a body without regard to the rest of the request. @throws Fault 400 for a body of a wrong shape */
export type ReadBody<T> = (body: object | undefined) => T;

/**
 * Reads the body of a request. Glance parses the JSON first of all, and checks its shape only if the caller may make the
 * change.
 *
 * @param requireRight throws the error for a caller who may not make the change
 * @throws Fault 400 for a body that is not JSON, and after `requireRight` for a wrong shape
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

/** An object of JSON, which an array is not. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `"false"` is true, and so is every other text that is not empty. */
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

function malformed(): Fault {
  return new Fault(400, { explanation: 'Malformed JSON in request body.' });
}

async function bodyBytes(request: FastifyRequest): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let length = 0;
  const tooLate = setTimeout(() => request.raw.destroy(), LONGEST_MS);
  try {
    for await (const piece of request.raw.iterator({ destroyOnReturn: false })) {
      pieces.push(piece as Buffer);
      length += (piece as Buffer).length;
      if (length > MOST_BYTES) throw new Fault(413);
    }
  } catch (error) {
    // A client that leaves or stops inside the body has sent truncated JSON.
    throw error instanceof Fault ? error : malformed();
  } finally {
    clearTimeout(tooLate);
  }
  return Buffer.concat(pieces);
}
