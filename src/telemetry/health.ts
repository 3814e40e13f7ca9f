import { setTimeout as wait } from 'node:timers/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

export interface HealthParts {
  /** The parts that the gateway works with. */
  parts: readonly HealthPart[];
  /** True from the first sign of the end, so that load balancers send requests elsewhere. */
  isStopping: () => boolean;
}

/** A part that the gateway works with: its database, or a store. */
export interface HealthPart {
  readonly name: string;
  /** False for a part without which the gateway still serves: a remote store, which every gateway alike would lack. */
  readonly isNeeded: boolean;
  /** Returns the state of the part. Rejects when the part cannot be used. */
  check(): Promise<'ok' | 'readOnly'>;
}

/** What `/ready?verbose` tells of a part. */
interface PartReport {
  name: string;
  needed: boolean;
  state: 'ok' | 'readOnly' | 'failed';
  /** The time of the check that first found this state, in UTC. */
  since: string;
}

/** Milliseconds for which the state of a part holds that is not needed: its check asks another server. */
const AGE_MS = 10_000;
/** Seconds after which a check without an answer counts as failed. Load balancers ask again after about this time. */
const CHECK_LIMIT = 5;

/**
 * Adds the health routes. `/healthcheck` tells that the process is alive, in the form of OpenStack's health check
 * (contract C30). `/ready` tells that the gateway can take requests: each needed part can be used, and the gateway is not
 * shutting down. `/ready?verbose` also checks the other parts, and tells the state of each.
 */
export function health(server: FastifyInstance, { parts, isStopping }: HealthParts): void {
  const config = { isHealth: true };
  const needed = parts.filter(({ isNeeded }) => isNeeded).map(watched);
  const others = parts.filter(({ isNeeded }) => !isNeeded).map(watched);
  server.get('/healthcheck', { config }, (request, reply) => answer(request, reply, 200));
  server.head('/healthcheck', { config }, (request, reply) => answer(request, reply, 204));

  server.get<{ Querystring: Record<string, unknown> }>('/ready', { config }, async (request, reply) => {
    const isVerbose = ![undefined, 'false', '0'].includes(request.query.verbose as string | undefined);
    if (isStopping() && !isVerbose) return reply.code(503).send({ ready: false, reason: STOPPING });
    const reports = await Promise.all(
      (isVerbose ? [...needed, ...others] : needed).map((check) => check(request)),
    );
    const isUsable = reports.every(({ needed, state }) => !needed || state !== 'failed');
    const reason = isStopping() ? STOPPING : isUsable ? undefined : UNUSABLE;
    return reply.code(reason === undefined ? 200 : 503).send({
      ready: reason === undefined,
      ...(reason === undefined ? {} : { reason }),
      ...(isVerbose ? { parts: reports } : {}),
    });
  });
}

const STOPPING = 'shutting down';
const UNUSABLE = 'the database or the store cannot be used';

/**
 * Returns the check of a part. It checks once for all who ask at the same time, so that a database that is silent does not
 * fill up the pool.
 */
function watched({ name, isNeeded, check }: HealthPart): (request: FastifyRequest) => Promise<PartReport> {
  let running: Promise<'ok' | 'readOnly'> | undefined;
  let last: PartReport | undefined;
  let checkedAt = -Infinity;

  return async ({ log }) => {
    if (last && !isNeeded && performance.now() - checkedAt < AGE_MS) return last;
    checkedAt = performance.now();
    const state = await withinLimit().catch((error: unknown) => {
      log.warn({ err: error, part: name }, isNeeded ? 'not ready' : 'a part cannot be used');
      return 'failed' as const;
    });
    if (last?.state !== state) last = { name, needed: isNeeded, state, since: new Date().toISOString() };
    return last;
  };

  async function withinLimit(): Promise<'ok' | 'readOnly'> {
    running ??= check().finally(() => (running = undefined));
    const answered = new AbortController();
    const late = wait(CHECK_LIMIT * 1000, undefined, { signal: answered.signal }).then(() => {
      throw new Error(`no answer within ${CHECK_LIMIT} s`);
    });
    try {
      return await Promise.race([running, late]);
    } finally {
      answered.abort();
      late.catch(() => undefined);
    }
  }
}

function answer({ headers, method }: FastifyRequest, reply: FastifyReply, status: number): FastifyReply {
  const isJson = /^application\/json\b/.test(headers.accept ?? '');
  const body = isJson ? JSON.stringify({ detailed: false, reasons: ['OK'] }, null, 4) : 'OK';
  void reply.code(status).removeHeader('x-openstack-request-id');
  if (method === 'HEAD') return reply.header('content-length', 0).send();
  void reply.header('content-type', isJson ? 'application/json' : 'text/plain; charset=UTF-8');
  return reply.send(Buffer.from(body));
}
