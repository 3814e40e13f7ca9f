import { Unauthenticated, type Caller } from '../identity/caller.js';
import type { Log } from '../telemetry/log.js';
import { ImageError } from './errors.js';
import { CHARACTERS } from './limits.js';
import type { MemberService, WantedMember } from './member-service.js';

/** Operations that are written down, by the method that does them. */
type Actions<Part> = { readonly [Method in keyof Part]?: string };

export interface AuditOptions<Part> {
  /** Checks that come before a change, perhaps before its image is there: written down when they refuse. */
  checks?: Actions<Part>;
  /** What else an operation is about, by its arguments behind the caller. */
  about?: (...args: unknown[]) => object;
}

type Operation = (caller: Caller, ...args: unknown[]) => Promise<unknown>;
type Check = (caller: Caller, ...args: unknown[]) => void;

/**
 * The same part, which writes one line to the log for each change that is asked of it: who, what, which image,
 * what came of it, in which request. Of what the caller sent only ids are written down, never a location.
 */
export function audited<Part extends object>(
  part: Part,
  actions: Actions<Part>,
  log: Pick<Log, 'info'>,
  { checks = {}, about = () => ({}) }: AuditOptions<Part> = {},
): Part {
  const methods = part as Record<string, Operation & Check>;
  const watched = [
    ...named(actions).map(([name, action]) => [name, watch(methods[name], action)] as const),
    ...named(checks).map(([name, action]) => [name, guard(methods[name], action)] as const),
  ];
  return Object.create(part, Object.fromEntries(watched.map(([name, value]) => [name, { value }]))) as Part;

  function watch(operation: Operation, action: string): Operation {
    return async (caller, ...args) => {
      const [first] = args;
      const said = typeof first === 'string' ? first : undefined;
      try {
        const result = await operation(caller, ...args);
        write(caller, action, 'done', { imageId: imageIdOf(result) ?? said, ...about(...args) });
        return result;
      } catch (error) {
        write(caller, action, outcomeOf(error), { imageId: said, ...about(...args) });
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

function named<Part>(actions: Actions<Part>): [method: string, action: string][] {
  return Object.entries(actions as Record<string, string>);
}

/** The tenants that a change of the members is about: one, or the first of many and how many they are. */
export const aboutMembers: AuditOptions<MemberService>['about'] = (_imageId, said) => {
  if (!Array.isArray(said)) return { memberId: nameOf(said as string | WantedMember) };
  return { memberIds: said.slice(0, MOST_NAMED).map(nameOf), memberCount: said.length };
};

const MOST_NAMED = 100;

function nameOf(member: string | WantedMember): string {
  return (typeof member === 'string' ? member : member.memberId).slice(0, CHARACTERS.member);
}

/** What a caller takes for an id may be anything. */
const LONGEST_ID = 64;

/** Images have their own id, members that of their image. */
function imageIdOf(result: unknown): string | undefined {
  const { id, imageId } = (result ?? {}) as { id?: unknown; imageId?: unknown };
  if (typeof imageId === 'string') return imageId;
  return typeof id === 'string' ? id : undefined;
}

function outcomeOf(error: unknown): string {
  if (error instanceof ImageError) return error.code;
  return error instanceof Unauthenticated ? 'UNAUTHENTICATED' : 'FAILED';
}
