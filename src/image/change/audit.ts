import { Unauthenticated, type Caller } from '../../identity/caller.js';
import type { Log } from '../../telemetry/log.js';
import { ImageError } from '../errors.js';
import { CHARACTERS } from '../column-sizes.js';
import type { WantedMember } from './member-service.js';
import type { MemberStatus } from '../member-status.js';

/** The operations and checks of one part that the audit log records. */
export interface AuditPlan<Part> {
  /** The names of operations in the log, by method. */
  operations: Named<Part>;
  /** The names of checks before an operation, by method. They are recorded when they refuse. */
  checks?: Named<Part>;
  /** Further details of an operation, by method. */
  about?: { readonly [Method in keyof Part]?: About };
}

type Named<Part> = { readonly [Method in keyof Part]?: string };
type About = (caller: Caller, ...args: never[]) => object;
type Details = (caller: Caller, ...args: unknown[]) => object;
type Operation = (caller: Caller, ...args: unknown[]) => Promise<unknown>;
type Check = (caller: Caller, ...args: unknown[]) => void;

/** The audited parts of the gateway and of the registry. The names on the right are what operators read in the log. */
export const AUDITED = {
  images: { operations: { create: 'create', update: 'update', delete: 'delete' } },
  members: {
    operations: {
      add: 'add member',
      update: 'update member',
      answer: 'answer sharing',
      remove: 'remove member',
      replace: 'replace members',
    },
    about: {
      add: aboutMembers,
      update: aboutMembers,
      answer: aboutAnswer,
      remove: aboutMembers,
      replace: aboutMembers,
    },
  },
  tags: { operations: { add: 'add tag', remove: 'remove tag' } },
  activation: { operations: { deactivate: 'deactivate', reactivate: 'reactivate' } },
  upload: {
    operations: { receive: 'upload', kill: 'give up upload' },
    checks: { requireUploader: 'upload' },
  },
  resumable: { operations: { create: 'begin upload' } },
  locations: { operations: { attach: 'attach location' }, checks: { check: 'attach location' } },
  recordedLocations: { operations: { add: 'add location', remove: 'remove location' } },
  imports: { operations: { start: 'import', cancel: 'cancel import' }, checks: { check: 'import' } },
} as const;

/**
 * Returns the part with an audit log: one line for each requested change, with the caller, the operation, the image, the
 * outcome and the request. The line holds ids of what the caller sent, never a location.
 */
export function audited<Part extends object>(
  part: Part,
  { operations, checks = {}, about = {} }: AuditPlan<Part>,
  log: Pick<Log, 'info'>,
): Part {
  const methods = part as Record<string, Operation & Check>;
  const watched = [
    ...entries(operations).map(([name, action]) => {
      const detailsOf = (about as Record<string, Details>)[name];
      return [name, watch(methods[name], action, detailsOf)] as const;
    }),
    ...entries(checks).map(([name, action]) => [name, guard(methods[name], action)] as const),
  ];
  return Object.create(part, Object.fromEntries(watched.map(([name, value]) => [name, { value }]))) as Part;

  function watch(operation: Operation, action: string, detailsOf?: Details): Operation {
    return async (caller, ...args) => {
      const [first] = args;
      const requestedId = typeof first === 'string' ? first : undefined;
      const details = detailsOf?.(caller, ...args);
      try {
        const result = await operation(caller, ...args);
        write(caller, action, 'done', { imageId: imageIdOf(result) ?? requestedId, ...details });
        return result;
      } catch (error) {
        write(caller, action, outcomeOf(error), { imageId: requestedId, ...details });
        throw error;
      }
    };
  }

  function guard(check: Check, action: string): Check {
    return (caller, ...args) => {
      try {
        check(caller, ...args);
      } catch (error) {
        write(caller, action, outcomeOf(error), {});
        throw error;
      }
    };
  }

  function write(
    { user, tenant, requestId }: Caller,
    action: string,
    outcome: string,
    { imageId, ...others }: { imageId?: string },
  ): void {
    log.info(
      { action, outcome, imageId: imageId?.slice(0, LONGEST_ID), ...others, user, tenant, reqId: requestId },
      'audit',
    );
  }
}

function entries<Part>(names: Named<Part>): [method: string, action: string][] {
  return Object.entries(names as Record<string, string>);
}

/** Returns the tenants of a change of members: one, or the first of many and their number. */
function aboutMembers(
  _caller: Caller,
  _imageId: string,
  members: string | WantedMember | readonly WantedMember[],
): object {
  if (!isList(members)) return { memberId: nameOf(members) };
  return { memberIds: members.slice(0, MOST_NAMED).map(nameOf), memberCount: members.length };
}

function aboutAnswer(
  caller: Caller,
  _imageId: string,
  status: MemberStatus,
  memberId = caller.owner,
): object {
  return { memberId: memberId?.slice(0, CHARACTERS.member), status };
}

function isList(
  members: string | WantedMember | readonly WantedMember[],
): members is readonly WantedMember[] {
  return Array.isArray(members);
}

const MOST_NAMED = 100;

function nameOf(member: string | WantedMember): string {
  return (typeof member === 'string' ? member : member.memberId).slice(0, CHARACTERS.member);
}

/** Callers may send any text as an id, so that the log cuts it. */
const LONGEST_ID = 64;

/** Returns the image's id: a member has it as `imageId`, an image as `id`. */
function imageIdOf(result: unknown): string | undefined {
  const { id, imageId } = (result ?? {}) as { id?: unknown; imageId?: unknown };
  if (typeof imageId === 'string') return imageId;
  return typeof id === 'string' ? id : undefined;
}

function outcomeOf(error: unknown): string {
  if (error instanceof ImageError) return error.code;
  return error instanceof Unauthenticated ? 'UNAUTHENTICATED' : 'FAILED';
}
