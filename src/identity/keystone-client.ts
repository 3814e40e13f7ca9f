import pLimit from 'p-limit';
import type { WholeAnswer } from '../network/http-client.js';
import { LoginFailed, LoginPaused, tokenIn } from '../network/keystone-login.js';
import { IdentityUnavailable, type Warn } from './caller.js';
import type { GatewayAccount } from './gateway-account.js';

/** Keystone's description of a token. */
export interface KeystoneToken {
  user: string;
  /** The scope of the token; `none` for an unscoped token. */
  scope: 'project' | 'domain' | 'system' | 'none';
  /** The project of a project-scoped token, else null. */
  tenant: string | null;
  roles: string[];
  /** Milliseconds since 1970. */
  expiresAt: number;
  /** True for a token whose access rules limit it to certain requests. */
  isRestricted: boolean;
  /** True for a token that is valid only together with its holder's certificate. */
  isBound: boolean;
}

export interface KeystoneClient {
  /**
   * Asks Keystone about a token. Returns undefined for a token that Keystone does not know.
   *
   * @throws IdentityUnavailable when Keystone gives no usable answer
   */
  validate(token: string): Promise<KeystoneToken | undefined>;
}

const MAX_CONCURRENT = 16;
const MAX_WAITING = 1000;

/** @param account asks Keystone, which lets it validate tokens */
export function keystoneClient(account: GatewayAccount, warn: Warn): KeystoneClient {
  const limit = pLimit(MAX_CONCURRENT);
  const told = new WeakSet<object>();

  return {
    async validate(token) {
      if (limit.pendingCount >= MAX_WAITING) throw unavailable('too many requests wait for Keystone');
      const asked = Date.now();
      return limit(() => {
        if (Date.now() - asked > account.timeoutMs) throw unavailable('Keystone does not keep up');
        return ask(token);
      });
    },
  };

  async function ask(token: string): Promise<KeystoneToken | undefined> {
    const headers = { 'x-subject-token': token };
    return tokenOf(await account.get('/auth/tokens?nocatalog', { headers }).catch(refuse));
  }

  function tokenOf(answer: WholeAnswer): KeystoneToken | undefined {
    const { status } = answer;
    if (status === 404) return undefined;
    if (status === 200)
      return readToken(answer.json()) ?? fail('Keystone answered with something that is no token');
    if (status === 403)
      return fail(
        'Keystone does not let the account of the gateway validate tokens; it needs the role service',
      );
    return fail(`Keystone answered ${status} when asked about a token`);
  }

  function refuse(error: unknown): never {
    if (error instanceof LoginPaused) throw unavailable(error.message);
    const [problem, cause] =
      error instanceof LoginFailed ? [error.message, undefined] : ['Keystone cannot be asked', error];
    // Those who wait for one login fail with one error, which is told once.
    if (told.has(error as object)) throw unavailable(problem, cause);
    told.add(error as object);
    return fail(problem, cause);
  }

  function fail(problem: string, cause?: unknown): never {
    warn(problem, cause);
    throw unavailable(problem, cause);
  }
}

/** Returns undefined for an answer that lacks the user of the token or the end of its life. */
function readToken(body: unknown): KeystoneToken | undefined {
  const token = tokenIn(body);
  const user = idOf(token?.user);
  const expiresAt = Date.parse(String(token?.expires_at));
  const roles = (Array.isArray(token?.roles) ? token.roles : []) as { name?: unknown }[];
  const names = roles.map((role) => role?.name);
  if (token === undefined || user === undefined || Number.isNaN(expiresAt)) return undefined;
  if (!names.every((name) => typeof name === 'string')) return undefined;
  const rules = (token.application_credential as { access_rules?: unknown } | undefined)?.access_rules;
  return {
    ...{ user, ...scopeOf(token), roles: names, expiresAt },
    isRestricted: rules !== undefined && rules !== null,
    isBound: token.oauth2_credential !== undefined && token.oauth2_credential !== null,
  };
}

function scopeOf(token: Record<string, unknown>): Pick<KeystoneToken, 'scope' | 'tenant'> {
  const tenant = idOf(token.project) ?? null;
  // Keystone stores domains as projects, and issues their tokens as project tokens.
  if (tenant !== null && token.is_domain !== true) return { scope: 'project', tenant };
  if (tenant !== null || idOf(token.domain)) return { scope: 'domain', tenant: null };
  const isSystem = (token.system as { all?: unknown } | null | undefined)?.all === true;
  return { scope: isSystem ? 'system' : 'none', tenant: null };
}

function idOf(thing: unknown): string | undefined {
  const id = (thing as { id?: unknown } | null | undefined)?.id;
  return typeof id === 'string' && id !== '' ? id : undefined;
}

function unavailable(problem: string, cause?: unknown): IdentityUnavailable {
  return new IdentityUnavailable(problem, { cause });
}
