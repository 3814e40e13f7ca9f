import {
  IdentityUnavailable,
  Unauthenticated,
  type Caller,
  type Credentials,
  type Identify,
} from '../../identity/caller.js';
import { ImageError } from '../../image/errors.js';
import type { Log } from '../../telemetry/log.js';
import type { OperationObserver } from '../execution/operation-observer.js';

/** The connections that have subscriptions, or may begin them. */
export interface Subscribers {
  /**
   * Returns the error for a further connection; undefined while the gateway takes one.
   *
   * @param opened the connections that stand, also those whose callers are not known yet
   */
  refusal(opened: number): ImageError | undefined;
  /**
   * Watches a connection until the returned function is called.
   *
   * @throws ImageError TOO_MANY_SUBSCRIPTIONS for a caller with too many connections
   */
  connect(connection: Connection): () => void;
  /**
   * Counts a subscription of a caller. Returns the function that ends the count.
   *
   * @throws ImageError TOO_MANY_SUBSCRIPTIONS, SHUTTING_DOWN
   */
  count(caller: Caller): () => void;
  /** Identifies the caller of new credentials. @throws Unauthenticated, IdentityUnavailable */
  identify(credentials: Credentials): Promise<Caller>;
}

/** One connection. It belongs to one caller for as long as it stands. */
export interface Connection {
  readonly caller: Caller;
  readonly credentials: Credentials;
  /** Closes the connection, since the caller's token has ended, was revoked or has other rights now. */
  unidentified(): void;
  /** Closes the connection, since the gateway stops. */
  stop(): void;
}

export interface SubscriberLimits {
  subscriptionLimit: number;
  callerSubscriptionLimit: number;
}

/** Identity is asked again well within a minute. */
const IDENTITY_MS = 30_000;

/** @param stopping aborts when the gateway stops: every client then connects to another one */
export function subscribers(
  identify: Identify,
  { subscriptionLimit, callerSubscriptionLimit }: SubscriberLimits,
  stopping: AbortSignal,
  log: Pick<Log, 'warn'>,
  observer?: Pick<OperationObserver, 'subscribed'>,
): Subscribers {
  const connections = new Set<Connection>();
  const byCaller = new Map<string, number>();
  const connectionsOf = new Map<string, number>();
  let total = 0;
  const checking = setInterval(() => void checkIdentities(), IDENTITY_MS).unref();
  stopping.addEventListener('abort', () => {
    clearInterval(checking);
    for (const connection of [...connections]) connection.stop();
  });

  return {
    refusal(opened) {
      if (stopping.aborted) return new ImageError('SHUTTING_DOWN');
      return opened >= subscriptionLimit ? tooMany('The gateway', subscriptionLimit) : undefined;
    },

    connect(connection) {
      const key = nameOf(connection.caller);
      const own = connectionsOf.get(key) ?? 0;
      if (own >= callerSubscriptionLimit) throw tooMany('This caller', callerSubscriptionLimit);
      connectionsOf.set(key, own + 1);
      connections.add(connection);
      if (stopping.aborted) connection.stop();
      return () => {
        if (connections.delete(connection)) countDown(connectionsOf, key);
      };
    },

    count(caller) {
      if (stopping.aborted) throw new ImageError('SHUTTING_DOWN');
      const key = nameOf(caller);
      const own = byCaller.get(key) ?? 0;
      if (own >= callerSubscriptionLimit) throw tooMany('This caller', callerSubscriptionLimit);
      if (total >= subscriptionLimit) throw tooMany('The gateway', subscriptionLimit);
      byCaller.set(key, own + 1);
      total += 1;
      const end = observer?.subscribed();
      let isCounted = true;
      return () => {
        if (!isCounted) return;
        isCounted = false;
        total -= 1;
        end?.();
        countDown(byCaller, key);
      };
    },

    identify,
  };

  /** Asks again who everybody is. The token cache shares the answers for one token. */
  async function checkIdentities(): Promise<void> {
    await Promise.all([...connections].map(check));
  }

  async function check(connection: Connection): Promise<void> {
    try {
      const caller = await identify({ ...connection.credentials, isFresh: true });
      if (rightsOf(caller) !== rightsOf(connection.caller)) connection.unidentified();
    } catch (error) {
      if (error instanceof Unauthenticated) return connection.unidentified();
      if (error instanceof IdentityUnavailable) return checkRemembered(connection);
      log.warn({ err: error }, 'a caller could not be identified again');
    }
  }

  /** While the identity service is away, a remembered answer counts for as long as it counts for other requests. */
  async function checkRemembered({ credentials, unidentified }: Connection): Promise<void> {
    await identify(credentials).catch(unidentified);
  }
}

function rightsOf({ user, tenant, roles, isAdmin, readOnly, owner }: Caller): string {
  return JSON.stringify([user, tenant, [...roles].sort(), isAdmin, readOnly, owner]);
}

function nameOf({ user, tenant }: Caller): string {
  return JSON.stringify([user, tenant]);
}

function countDown(counts: Map<string, number>, key: string): void {
  const left = counts.get(key)! - 1;
  if (left === 0) counts.delete(key);
  else counts.set(key, left);
}

function tooMany(who: string, maximum: number): ImageError {
  return new ImageError('TOO_MANY_SUBSCRIPTIONS', { who, maximum });
}
