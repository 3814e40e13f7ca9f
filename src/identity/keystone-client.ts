import { setTimeout as wait } from 'node:timers/promises';
import pLimit from 'p-limit';
import { IdentityUnavailable } from './caller.js';
import { readJson } from './read-json.js';

/** Options of Keystone's own middleware under its names; see `config.ts` for what they mean. */
export interface KeystoneClientOptions {
  keystoneAuthUrl?: string;
  keystoneUsername?: string;
  keystonePassword?: string;
  keystoneUserDomainName: string;
  keystoneProjectName: string;
  keystoneProjectDomainName: string;
  keystoneApplicationCredentialId?: string;
  keystoneApplicationCredentialSecret?: string;
  keystoneHttpConnectTimeout: number;
}

/** A token as Keystone describes it. */
export interface KeystoneToken {
  user: string;
  /** The scope of the token; `none` for an unscoped token. */
  scope: 'project' | 'domain' | 'system' | 'none';
  /** The project of a token that is for one, else null. */
  tenant: string | null;
  roles: string[];
  /** Milliseconds since 1970. */
  expiresAt: number;
  /** The token is good for certain requests only. */
  isRestricted: boolean;
  /** The token is good only together with a certificate that its holder has. */
  isBound: boolean;
}

export interface KeystoneClient {
  /**
   * What Keystone knows of a token; undefined when it does not know it.
   *
   * @throws IdentityUnavailable when Keystone does not say
   */
  validate(token: string): Promise<KeystoneToken | undefined>;
}

/** Tells the operator what goes wrong between the gateway and Keystone. */
export type Warn = (problem: string, cause?: unknown) => void;

/** Requests to Keystone at once, and most that wait for their turn. */
const MOST_AT_ONCE = 16;
const MOST_WAITING = 1000;
/** Keystone locks accounts that fail too often, so that a wrong password must not be tried with each request. */
const LOGIN_PAUSE_MS = 5_000;
const RETRY_PAUSE_MS = 100;

interface ServiceToken {
  token: string;
  /** From this moment on it is renewed, in milliseconds since 1970. */
  renewAt: number;
}

export function keystoneClient(options: KeystoneClientOptions, warn: Warn): KeystoneClient {
  const root = `${options.keystoneAuthUrl!.replace(/\/+$/, '').replace(/\/v3$/, '')}/v3`;
  const timeoutMs = options.keystoneHttpConnectTimeout * 1000;
  const limit = pLimit(MOST_AT_ONCE);
  let service: ServiceToken | undefined;
  let login: Promise<ServiceToken> | undefined;
  let refusedUntil = 0;

  return {
    async validate(token) {
      if (limit.pendingCount >= MOST_WAITING) throw unavailable('too many requests wait for Keystone');
      const asked = Date.now();
      return limit(() => {
        if (Date.now() - asked > timeoutMs) throw unavailable('Keystone does not keep up');
        return ask(token);
      });
    },
  };

  async function ask(token: string): Promise<KeystoneToken | undefined> {
    const own = await serviceToken();
    const answer = await get(token, own);
    if (answer.status !== 401) return described(answer);
    // Ours has ended sooner than was said: Keystone was restarted with other keys, or revoked it.
    if (service === own) service = undefined;
    return described(await get(token, await serviceToken()));
  }

  async function get(token: string, { token: own }: ServiceToken): Promise<Answer> {
    const headers = { 'x-auth-token': own, 'x-subject-token': token };
    const once = () => request('/auth/tokens?nocatalog', { headers });
    // A connection kept open may just have been closed by the other side; asking is safe to repeat.
    return once().catch(async (error: Error) => {
      if ((error.cause as Error | undefined)?.name === 'TimeoutError') throw error;
      await wait(RETRY_PAUSE_MS);
      return once();
    });
  }

  function described({ status, body }: Answer): KeystoneToken | undefined {
    if (status === 404) return undefined;
    if (status === 200) return readToken(body) ?? fail('answered with something that is no token');
    if (status === 403)
      return fail('does not let the account of the gateway validate tokens; it needs the role service');
    return fail(`answered ${status} when asked about a token`);
  }

  async function serviceToken(): Promise<ServiceToken> {
    if (service && Date.now() < service.renewAt) return service;
    if (Date.now() < refusedUntil)
      throw unavailable('Keystone refused the account of the gateway a moment ago');
    login ??= logIn().finally(() => (login = undefined));
    return (service = await login);
  }

  async function logIn(): Promise<ServiceToken> {
    const { status, headers, body } = await request('/auth/tokens?nocatalog', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ auth: credentials(options) }),
    });
    if (status === 401 || status === 403) refusedUntil = Date.now() + LOGIN_PAUSE_MS;
    const token = headers.get('x-subject-token');
    if (status !== 201 || !token) return fail(`answered ${status} when the gateway logged in`);
    const { expiresAt } = readToken(body) ?? fail('answered the login with something that is no token');
    const left = expiresAt - Date.now();
    return { token, renewAt: expiresAt - Math.min(60_000, left / 5) };
  }

  async function request(path: string, init: RequestInit): Promise<Answer> {
    const signal = AbortSignal.timeout(timeoutMs);
    try {
      const answer = await fetch(root + path, { ...init, signal, redirect: 'manual' });
      return { status: answer.status, headers: answer.headers, body: await readJson(answer) };
    } catch (error) {
      warn('Keystone cannot be asked', error);
      throw unavailable('Keystone cannot be asked', error);
    }
  }

  function fail(problem: string): never {
    warn(`Keystone ${problem}`);
    throw unavailable(`Keystone ${problem}`);
  }
}

interface Answer {
  status: number;
  headers: Headers;
  /** Undefined when it is not JSON. */
  body: unknown;
}

function credentials(options: KeystoneClientOptions): object {
  const { keystoneApplicationCredentialId: id, keystoneApplicationCredentialSecret: secret } = options;
  if (id !== undefined) {
    const identity = { methods: ['application_credential'], application_credential: { id, secret } };
    return { identity };
  }
  const user = {
    name: options.keystoneUsername,
    domain: { name: options.keystoneUserDomainName },
    password: options.keystonePassword,
  };
  const project = { name: options.keystoneProjectName, domain: { name: options.keystoneProjectDomainName } };
  return { identity: { methods: ['password'], password: { user } }, scope: { project } };
}

/** Undefined for anything that does not say whose the token is, and until when. */
function readToken(body: unknown): KeystoneToken | undefined {
  const token = (body as { token?: Record<string, unknown> } | null | undefined)?.token;
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
  // Keystone stores domains as projects, and issues tokens for them as projects.
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
