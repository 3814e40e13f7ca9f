import type { HttpClient } from '../network/http-client.js';
import { keystoneLogin, LoginFailed, type CatalogService } from '../network/keystone-login.js';
import { renewalOf, type Session } from '../network/session.js';
import { StoreError } from './store.js';

export interface SwiftAccount {
  /** URL of the login service, without a final slash. */
  authUrl: string;
  /** `3` for Keystone, `1` for the logins of tempauth and other old servers. */
  authVersion: '3' | '1';
  /** `project:user`, under version 1 `account:user`. */
  user: string;
  key: string;
  userDomainName: string;
  projectDomainName: string;
  /** A region of Keystone's catalogue; undefined for the first one there. */
  region?: string;
  endpointType: 'public' | 'internal' | 'admin';
  /** Seconds for which the service may be silent. */
  timeout: number;
}

export interface SwiftSession extends Session {
  readonly token: string;
  /** URL of the account, without a final slash. */
  readonly url: string;
}

/** The login service answered, and gave no token. */
export class LoginRefused extends StoreError {
  constructor(
    readonly status: number,
    detail = `the login was answered with status ${status}`,
  ) {
    super('unavailable', { detail });
  }
}

/**
 * Returns the login of an account. It rejects with StoreError when the login service gives no token, and with the
 * errors of `HttpClient` when the service does not answer. No message holds the key.
 */
export function swiftLogin(http: HttpClient, account: SwiftAccount): () => Promise<SwiftSession> {
  return account.authVersion === '1' ? () => byVersion1(http, account) : byKeystone(http, account);
}

async function byVersion1(http: HttpClient, { authUrl, user, key }: SwiftAccount): Promise<SwiftSession> {
  const { status, headers } = await http.ask(authUrl, {
    headers: { 'x-auth-user': user, 'x-auth-key': key },
  });
  const { 'x-auth-token': token, 'x-storage-url': url, 'x-auth-token-expires': expires = '3600' } = headers;
  if (status >= 300 || token === undefined || url === undefined) throw new LoginRefused(status);
  return { token, url: withoutFinalSlash(url), renewAt: renewalOf(Date.now() + Number(expires) * 1000) };
}

function byKeystone(http: HttpClient, account: SwiftAccount): () => Promise<SwiftSession> {
  const { authUrl, key, userDomainName, projectDomainName } = account;
  const [projectName, ...user] = account.user.split(':');
  const logIn = keystoneLogin(http, {
    authUrl,
    credentials: { userName: user.join(':'), userDomainName, password: key, projectName, projectDomainName },
    withCatalog: true,
  });
  return async () => {
    const { token, catalog, renewAt } = await logIn().catch((error: unknown) => {
      if (!(error instanceof LoginFailed)) throw error;
      throw new LoginRefused(error.status, error.status === 201 ? error.message : undefined);
    });
    const url = endpointIn(catalog, account);
    if (!url)
      throw new StoreError('unavailable', { detail: "Keystone's catalogue has no such object-store" });
    return { token, url: withoutFinalSlash(url), renewAt };
  };
}

function endpointIn(
  catalog: readonly CatalogService[],
  { region, endpointType }: SwiftAccount,
): string | undefined {
  return catalog
    .filter(({ type }) => type === 'object-store')
    .flatMap(({ endpoints }) => endpoints ?? [])
    .find(
      (each) =>
        each.interface === endpointType &&
        (region === undefined || region === each.region || region === each.region_id),
    )?.url;
}

function withoutFinalSlash(url: string): string {
  return url.replace(/\/+$/, '');
}
