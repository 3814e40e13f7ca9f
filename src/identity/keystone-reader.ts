import { AnswerTooLong, type WholeAnswer } from '../network/http-client.js';
import { LoginFailed } from '../network/keystone-login.js';
import type { Warn } from './caller.js';
import type { GatewayAccount } from './gateway-account.js';

/** Reads what people want to see of Keystone, and can do without. A Keystone that is away is left alone for a while. */
export interface KeystoneReader {
  /**
   * Asks with the account of the gateway.
   *
   * @param path the path below `/v3`
   * @throws Away, AnswerTooLong
   */
  get(path: string, timeoutMs: number): Promise<WholeAnswer>;
  /** Sends another request to Keystone. @throws Away, AnswerTooLong */
  unlessAway<T>(request: () => Promise<T>): Promise<T>;
}

/** Keystone is away, or was so a moment ago and was not asked. */
export class Away extends Error {}

/** The time for which Keystone is left alone. */
const PAUSE_MS = 30_000;
/** The time until an account without rights tries again to get them. */
const REFUSAL_MS = 300_000;

export function keystoneReader(account: GatewayAccount, warn: Warn): KeystoneReader {
  let awayUntil = 0;
  let isOnSystem = false;
  let refusedUntil = 0;

  return {
    get: (path, timeoutMs) => unlessAway(() => withRights(path, AbortSignal.timeout(timeoutMs))),
    unlessAway,
  };

  async function unlessAway<T>(request: () => Promise<T>): Promise<T> {
    if (Date.now() < awayUntil) throw new Away();
    try {
      return await request();
    } catch (error) {
      if (error instanceof Away || error instanceof AnswerTooLong) throw error;
      if (Date.now() >= awayUntil)
        warn(`Keystone cannot be asked for names; it is left alone for ${PAUSE_MS / 1000} seconds`, error);
      awayUntil = Date.now() + PAUSE_MS;
      throw new Away('Keystone cannot be asked', { cause: error });
    }
  }

  /** An administrator of a project may read all projects, and so may a reader on the system, which needs another token. */
  async function withRights(path: string, signal: AbortSignal): Promise<WholeAnswer> {
    const inProject = isOnSystem ? undefined : await served(account.get(path, { signal }));
    if (inProject && (inProject.status !== 403 || Date.now() < refusedUntil)) return inProject;
    const onSystem = await served(account.get(path, { signal, ofSystem: true })).catch(nobodyThere);
    isOnSystem = onSystem !== undefined && onSystem.status !== 403;
    if (isOnSystem) return onSystem!;
    if (Date.now() >= refusedUntil) warn(NEEDS_ROLE);
    refusedUntil = Date.now() + REFUSAL_MS;
    return inProject ?? served(account.get(path, { signal }));
  }
}

const NEEDS_ROLE =
  'Keystone does not let the account of the gateway read the names of projects; it needs the role reader on the system, or admin in its project';

/** Keystone answers so when the account has no role on the system. */
function nobodyThere(error: unknown): undefined {
  if (error instanceof LoginFailed && [401, 403].includes(error.status)) return undefined;
  throw error;
}

async function served(asked: Promise<WholeAnswer>): Promise<WholeAnswer> {
  const answer = await asked;
  if (answer.status === 429 || answer.status >= 500) throw new Error(`Keystone answered ${answer.status}`);
  return answer;
}
