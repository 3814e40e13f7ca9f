import { request, type Dispatcher } from 'undici';
import { readText } from './read-text.js';
import { StoreError } from './store.js';

export interface SwiftLogin {
  /** Address of the login service, without a final slash. */
  authUrl: string;
  /** `3` for Keystone, `1` for the logins of tempauth and other old servers. */
  authVersion: '3' | '1';
  /** `project:user`, under version 1 `account:user`. */
  user: string;
  key: string;
  userDomainName: string;
  projectDomainName: string;
  /** In Keystone's catalogue; the first one there where undefined. */
  region?: string;
  endpointType: 'public' | 'internal' | 'admin';
  /** Seconds for which the service may be silent. */
  timeout: number;
}

/** What a login gives: a token, and where the account is. */
export interface SwiftSession {
  token: string;
  /** URL of the account, without a final slash. */
  url: string;
  /** From this moment on it is renewed, in milliseconds since 1970. */
  renewAt: number;
}

/** Logs in. @throws StoreError, whose message never holds the key */
export async function logIn(login: SwiftLogin, dispatcher: Dispatcher): Promise<SwiftSession> {
  return login.authVersion === '1' ? byVersion1(login, dispatcher) : byKeystone(login, dispatcher);
}

async function byVersion1(
  { authUrl, user, key, timeout }: SwiftLogin,
  dispatcher: Dispatcher,
): Promise<SwiftSession> {
  const headers = { 'x-auth-user': user, 'x-auth-key': key };
  const answer = await request(authUrl, { headers, dispatcher, signal: AbortSignal.timeout(timeout * 1000) });
  await answer.body.dump();
  const token = answer.headers['x-auth-token'];
  const url = answer.headers['x-storage-url'];
  if (answer.statusCode >= 300 || typeof token !== 'string' || typeof url !== 'string')
    throw new LoginRefused(answer.statusCode);
  const expires = Number(answer.headers['x-auth-token-expires'] ?? 3600);
  return session(token, url, Date.now() + expires * 1000);
}

async function byKeystone(login: SwiftLogin, dispatcher: Dispatcher): Promise<SwiftSession> {
  const [project, ...user] = login.user.split(':');
  const password = {
    user: { name: user.join(':'), domain: { name: login.userDomainName }, password: login.key },
  };
  const scope = { project: { name: project, domain: { name: login.projectDomainName } } };
  const root = login.authUrl.replace(/\/v3$/, '');
  const answer = await request(`${root}/v3/auth/tokens`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ auth: { identity: { methods: ['password'], password }, scope } }),
    dispatcher,
    signal: AbortSignal.timeout(login.timeout * 1000),
  });
  const text = await readText(answer.body);
  const token = answer.headers['x-subject-token'];
  if (answer.statusCode !== 201 || typeof token !== 'string') throw new LoginRefused(answer.statusCode);
  const { catalog, expiresAt } = described(text);
  const url = endpointIn(catalog, login);
  if (!url) throw new StoreError('unavailable', { detail: "Keystone's catalogue has no such object-store" });
  return session(token, url, expiresAt);
}

function session(token: string, url: string, expiresAt: number): SwiftSession {
  const left = expiresAt - Date.now();
  return { token, url: url.replace(/\/+$/, ''), renewAt: expiresAt - Math.min(60_000, left / 5) };
}

/** An answer to a login that gives no token. */
export class LoginRefused extends StoreError {
  constructor(readonly status: number) {
    super('unavailable', { detail: `the login was answered with status ${status}` });
  }
}

interface Service {
  type?: string;
  endpoints?: { interface?: string; region?: string; region_id?: string; url?: string }[];
}

function described(text: string): { catalog: Service[]; expiresAt: number } {
  try {
    const { token } = JSON.parse(text) as { token: { catalog?: Service[]; expires_at: string } };
    return { catalog: token.catalog ?? [], expiresAt: Date.parse(token.expires_at) };
  } catch {
    throw new StoreError('unavailable', {
      detail: 'Keystone answered the login with something that is no token',
    });
  }
}

function endpointIn(catalog: Service[], { region, endpointType }: SwiftLogin): string | undefined {
  return catalog
    .filter(({ type }) => type === 'object-store')
    .flatMap(({ endpoints }) => endpoints ?? [])
    .find(
      (each) =>
        each.interface === endpointType &&
        (region === undefined || region === each.region || region === each.region_id),
    )?.url;
}
