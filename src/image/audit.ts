import { Unauthenticated, type Caller } from '../identity/caller.js';
import type { Log } from '../telemetry/log.js';
import { ImageError } from './errors.js';

/** What is written down of each part, in the gateway and in the registry: the method → what it is called. */
export const AUDITED = {
  images: { create: 'create', update: 'update', delete: 'delete' },
  members: {
    add: 'add member',
    update: 'update member',
    answer: 'answer sharing',
    remove: 'remove member',
    replace: 'replace members',
  },
  tags: { add: 'add tag', remove: 'remove tag' },
  activation: { deactivate: 'deactivate', reactivate: 'reactivate' },
  upload: { receive: 'upload' },
  locations: { attach: 'attach location' },
  imports: { start: 'import' },
} as const;

/** Operations that are written down, by the method that does them. */
type Actions<Part> = { readonly [Method in keyof Part]?: string };

type Operation = (caller: Caller, ...args: unknown[]) => Promise<unknown>;

/**
 * The same part, which writes one line to the log for each change that is asked of it: who, what, which image,
 * what came of it, in which request. Of what the caller sent only ids are written down, never a location.
 */
export function audited<Part extends object>(
  part: Part,
  actions: Actions<Part>,
  log: Pick<Log, 'info'>,
): Part {
  const watched = Object.entries(actions as Record<string, string>).map(([method, action]) => {
    const operation = (part as Record<string, Operation>)[method];
    return [method, watch(operation, action)] as const;
  });
  return Object.create(
    part,
    Object.fromEntries(watched.map(([method, value]) => [method, { value }])),
  ) as Part;

  function watch(operation: Operation, action: string): Operation {
    return async (caller, ...args) => {
      const [first] = args;
      const said = typeof first === 'string' ? first : undefined;
      try {
        const result = await operation(caller, ...args);
        write(caller, action, 'done', imageIdOf(result) ?? said);
        return result;
      } catch (error) {
        write(caller, action, outcomeOf(error), said);
        throw error;
      }
    };
  }

  function write(
    { user, tenant, requestId }: Caller,
    action: string,
    outcome: string,
    imageId?: string,
  ): void {
    log.info(
      { action, outcome, imageId: imageId?.slice(0, LONGEST_ID), user, tenant, reqId: requestId },
      'audit',
    );
  }
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
