import type { HttpClient } from './http-client.js';
import { renewalOf, type Session } from './session.js';

/** An account of Keystone, version 3 of its API. */
export interface KeystoneAccount {
  /** The URL of Keystone, with or without `/v3` at its end. */
  authUrl: string;
  credentials: PasswordCredentials | SystemCredentials | ApplicationCredential;
  /** True for a session that tells where the services of OpenStack are. */
  withCatalog: boolean;
}

export interface PasswordCredentials {
  userName?: string;
  userDomainName: string;
  password?: string;
  projectName: string;
  projectDomainName: string;
}

/** A password for a token whose roles are those on the whole system. */
export type SystemCredentials = Omit<PasswordCredentials, 'projectName' | 'projectDomainName'>;

/** Credentials that a user made for a program. They hold the project. */
export interface ApplicationCredential {
  applicationCredentialId: string;
  applicationCredentialSecret?: string;
}

export interface KeystoneSession extends Session {
  readonly token: string;
  /** Empty for a login without the catalogue. */
  readonly catalog: readonly CatalogService[];
}

/** A service of OpenStack, and the URLs at which it answers. */
export interface CatalogService {
  type?: string;
  endpoints?: { interface?: string; region?: string; region_id?: string; url?: string }[];
}

/** Keystone answered a login, and gave no token. The message never holds a password or a secret. */
export class LoginFailed extends Error {
  constructor(
    problem: string,
    readonly status: number,
  ) {
    super(`Keystone ${problem}`);
  }
}

/** Keystone refused the account a moment ago, so it was not asked again. */
export class LoginPaused extends LoginFailed {}

/** Keystone locks accounts that fail too often, so a wrong password must not be tried with each request. */
const PAUSE_MS = 5_000;

/**
 * Returns the login of an account. It rejects with LoginFailed when Keystone gives no token, and with the errors of
 * `HttpClient` when Keystone does not answer.
 */
export function keystoneLogin(http: HttpClient, account: KeystoneAccount): () => Promise<KeystoneSession> {
  const url = `${keystoneRoot(account.authUrl)}/auth/tokens${account.withCatalog ? '' : '?nocatalog'}`;
  let refusal: { status: number; until: number } | undefined;

  return async () => {
    if (refusal && Date.now() < refusal.until)
      throw new LoginPaused('refused the account of the gateway a moment ago', refusal.status);
    const answer = await http.ask(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify({ auth: bodyOf(account.credentials) }),
    });
    const { status } = answer;
    if (status === 401 || status === 403) refusal = { status, until: Date.now() + PAUSE_MS };
    const token = answer.headers['x-subject-token'];
    if (status !== 201 || !token)
      throw new LoginFailed(`answered ${status} when the gateway logged in`, status);
    const facts = tokenIn(answer.json());
    const expiresAt = Date.parse(String(facts?.expires_at));
    if (Number.isNaN(expiresAt))
      throw new LoginFailed('answered the login with something that is no token', status);
    return { token, catalog: catalogIn(facts), renewAt: renewalOf(expiresAt) };
  };
}

/** Returns the URL below which Keystone's API lies. */
export function keystoneRoot(authUrl: string): string {
  return `${authUrl.replace(/\/+$/, '').replace(/\/v3$/, '')}/v3`;
}

/** Returns what Keystone says about a token; undefined for an answer about anything else. */
export function tokenIn(body: unknown): Record<string, unknown> | undefined {
  return (body as { token?: Record<string, unknown> } | null | undefined)?.token;
}

function bodyOf(credentials: KeystoneAccount['credentials']): object {
  if ('applicationCredentialId' in credentials) {
    const { applicationCredentialId: id, applicationCredentialSecret: secret } = credentials;
    return { identity: { methods: ['application_credential'], application_credential: { id, secret } } };
  }
  const { userName, userDomainName, password } = credentials;
  const user = { name: userName, domain: { name: userDomainName }, password };
  const identity = { methods: ['password'], password: { user } };
  if (!('projectName' in credentials)) return { identity, scope: { system: { all: true } } };
  const { projectName, projectDomainName } = credentials;
  return { identity, scope: { project: { name: projectName, domain: { name: projectDomainName } } } };
}

function catalogIn(facts: Record<string, unknown> | undefined): CatalogService[] {
  return Array.isArray(facts?.catalog) ? (facts.catalog as CatalogService[]) : [];
}
