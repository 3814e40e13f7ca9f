import type { FastifyRequest } from 'fastify';
import type { WantedMember } from '../../image/member-service.js';
import { Fault, plainPage } from './fault.js';

const MOST_BYTES = 1024 * 1024;
const LONGEST_MS = 30_000;

/**
 * The JSON in the body of a request.
 *
 * @returns undefined for a request without a body
 * @throws Fault 400 for what is no JSON, or neither object nor array (contract C18.5)
 */
export async function jsonBody(request: FastifyRequest): Promise<object | undefined> {
  const text = (await bodyBytes(request)).toString('utf8');
  if (text === '') return undefined;
  const value = parsed(text);
  if (typeof value === 'object' && value !== null) return value;
  throw new Fault(400, { explanation: 'Unexpected body type. Expected list/dict.' });
}

/** What a body says of one member; undefined where it says nothing (contract C18.2). */
export function canShareSaid(body: object | undefined): boolean | undefined {
  const member: unknown = Array.isArray(body)
    ? undefined
    : (body as { member?: unknown } | undefined)?.member;
  if (Array.isArray(body) ? body.includes('member') : member === null || isScalar(member)) {
    throw new Fault(400, { explanation: "Invalid membership association: 'member'" });
  }
  if (typeof member !== 'object' || member === null || !Object.hasOwn(member, 'can_share')) return undefined;
  return isTrueInPython((member as { can_share: unknown }).can_share);
}

/** All members that a body names; an object that does not say `memberships` is one of them itself (C18.5). */
export function wantedMembers(body: object | undefined): WantedMember[] {
  if (body === undefined || Array.isArray(body)) throw unassociated("'memberships'");
  const said: unknown = Object.hasOwn(body, 'memberships')
    ? (body as { memberships: unknown }).memberships
    : [body];
  if (said === '' || (isObject(said) && Object.keys(said).length === 0)) return [];
  if (!Array.isArray(said)) throw unassociated('string indices must be integers');
  return said.map((entry: unknown) => {
    if (!isObject(entry)) throw unassociated('string indices must be integers');
    const { member_id: memberId, can_share: canShare } = entry as {
      member_id?: unknown;
      can_share?: unknown;
    };
    if (typeof memberId !== 'string' && typeof memberId !== 'number') throw unassociated("'member_id'");
    return {
      memberId: String(memberId),
      canShare: Object.hasOwn(entry, 'can_share') ? isTrueInPython(canShare) : undefined,
    };
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Fault(400, { explanation: 'Malformed JSON in request body.' });
  }
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
  } finally {
    clearTimeout(tooLate);
  }
  return Buffer.concat(pieces);
}

/** The registry finds it out, and the API server quotes its page (contract C5.10). */
function unassociated(what: string): Fault {
  const explanation = `Invalid membership association: ${what}`;
  return new Fault(400, { explanation: plainPage(400, { explanation }) });
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isScalar(value: unknown): boolean {
  return value !== undefined && typeof value !== 'object';
}

/** `"false"` is true, and so is every other text that is not empty. */
function isTrueInPython(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.keys(value).length > 0;
  return Boolean(value);
}
