import type { QueryRunner } from 'typeorm';
import type { PooledConnections } from './connections.js';
import type { Connections } from './database.js';
import { DatabaseUnavailable } from './database-errors.js';
import { hostAndPort } from './database-url.js';
import { driverErrorKind, spendsConnection } from './error-codes.js';
import { bestHost, findHost, isReadOnly, noHost, reasonOf, ROLE, type FoundHost } from './hosts.js';

/** The pause after a look at all hosts that found none that takes changes. */
const PAUSE_MS = 1000;

/**
 * Returns connections that use one of several hosts, and move to another one when it is away or takes no changes. They
 * move back only when they are told to, or when no other host takes changes.
 *
 * The driver's PoolCluster cannot do this: it counts connections that fail, knows nothing of servers that are read-only,
 * and takes a host back after a time, whatever the host has become.
 *
 * @param warn tells the operator about each move
 */
export function withFailover(
  connections: PooledConnections,
  warn: (problem: string, cause?: unknown) => void,
): Connections {
  const { hosts } = connections;
  /** The reason why no host takes changes; undefined while the host in use does. */
  let trouble: Error | undefined;
  let looking: Promise<void> | undefined;
  let pauseEnds = -Infinity;

  return {
    ...connections,

    read: (...asked) =>
      onHost(
        () => connections.read(...asked),
        () => true,
      ),

    async lend(use, until) {
      await requireWritable();
      let isCommitting = false;
      return onHost(
        () => {
          isCommitting = false;
          return connections.lend(async (runner) => {
            await requireWritableServer(runner);
            const query = runner.query.bind(runner) as (...asked: unknown[]) => Promise<unknown>;
            const watched = (...asked: unknown[]) => {
              isCommitting ||= asked[0] === 'COMMIT';
              return query(...asked);
            };
            runner.query = watched as QueryRunner['query'];
            return use(runner);
          }, until);
        },
        // The server may have committed when only its answer was lost. A server that is read-only has not.
        (error) => !isCommitting || driverErrorKind(error) === 'readOnly',
      );
    },

    async reload() {
      await connections.reload();
      await looking;
      const found = await Promise.all(hosts.map((host) => findHost(connections.login(), host)));
      const first = found.find(({ state }) => state === 'writable');
      if (first) use(first, 'asked to use the first host again');
    },
  };

  /** Runs work, and runs it once more if the host failed and another one is in use now. */
  async function onHost<T>(work: () => Promise<T>, mayRepeat: (error: unknown) => boolean): Promise<T> {
    const end = performance.now() + connections.queryTimeout * 1000;
    const { host } = connections;
    try {
      return await work();
    } catch (error) {
      if (!spendsConnection(error)) throw error;
      if (connections.host === host) await look();
      if (connections.host === host || !mayRepeat(error) || performance.now() > end) throw error;
      return work();
    }
  }

  async function requireWritable(): Promise<void> {
    if (trouble) await look();
    if (trouble) throw trouble;
  }

  /** Looks at the host in use, and at the others if it takes no changes. Work that fails meanwhile waits for the result. */
  function look(): Promise<void> {
    if (performance.now() < pauseEnds) return Promise.resolve();
    looking ??= lookAtHosts().finally(() => (looking = undefined));
    return looking;
  }

  async function lookAtHosts(): Promise<void> {
    const at = hosts.indexOf(connections.host);
    const [first, ...others] = [...hosts.slice(at), ...hosts.slice(0, at)].map((host) =>
      findHost(connections.login(), host),
    );
    const here = await first;
    if (here.state === 'writable') {
      trouble = undefined;
      return;
    }
    const found = await Promise.all(others);
    const best = bestHost(found);
    if (best?.state === 'writable' || (best && here.state === 'away')) use(best, reasonOf(here));
    if (best?.state === 'writable') return;
    if (!trouble) warn('no database host takes changes', noHost([here, ...found]));
    pauseEnds = performance.now() + PAUSE_MS;
    const isReadable = best !== undefined || here.state === 'readOnly';
    trouble = isReadable
      ? readOnly('no host of DATABASE_URL takes changes')
      : new DatabaseUnavailable(here.problem);
  }

  function use({ host, state }: FoundHost, reason: string): void {
    if (state === 'writable') trouble = undefined;
    if (host === connections.host) return;
    const role = state === 'readOnly' ? ', which is read-only' : '';
    warn(
      `moved from database host ${hostAndPort(connections.host)} to ${hostAndPort(host)}${role}: ${reason}`,
    );
    connections.moveTo(host);
  }
}

/** Refuses a server that has become read-only. It would still take changes from an account with more rights. */
async function requireWritableServer(runner: QueryRunner): Promise<void> {
  const [role] = (await runner.query(ROLE)) as Record<string, unknown>[];
  if (isReadOnly(role)) throw readOnly('the server is read-only');
}

/** Returns an error with the number of a server that is read-only. */
function readOnly(message: string): Error {
  return Object.assign(new Error(message), { errno: 1290 });
}
