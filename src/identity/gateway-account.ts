import {
  AnswerTimeout,
  httpClient,
  unlessAborted,
  type RequestObserver,
  type WholeAnswer,
} from '../network/http-client.js';
import { keystoneLogin, keystoneRoot, type KeystoneAccount } from '../network/keystone-login.js';
import { withRetries } from '../network/retry.js';
import { sharedSession } from '../network/session.js';

/** Options with the names that they have in Keystone's own middleware; `config.ts` explains them. */
export interface GatewayAccountOptions {
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

/** The account of the gateway at Keystone. All its requests share one login. */
export interface GatewayAccount {
  /** The time that a request may take. */
  readonly timeoutMs: number;
  /**
   * Sends a request with the account's token.
   *
   * @param path the path below `/v3`
   * @throws LoginFailed, AnswerTimeout, AnswerTooLong, Error
   */
  get(path: string, request?: AccountRequest): Promise<WholeAnswer>;
}

export interface AccountRequest {
  headers?: Record<string, string>;
  /** Ends the request with the signal's reason. A login that others wait for too goes on. */
  signal?: AbortSignal;
  /** True for a token with the account's roles on the whole system, in place of those in its project. */
  ofSystem?: boolean;
}

export function gatewayAccount(options: GatewayAccountOptions, onRequest?: RequestObserver): GatewayAccount {
  const authUrl = options.keystoneAuthUrl!;
  const root = keystoneRoot(authUrl);
  const http = httpClient({ timeout: options.keystoneHttpConnectTimeout, onRequest });
  const sessionOf = (credentials: KeystoneAccount['credentials']) =>
    sharedSession(keystoneLogin(http, { authUrl, credentials, withCatalog: false }));
  const inProject = sessionOf(credentialsIn(options));
  const onSystem = sessionOf(systemCredentialsIn(options));

  return {
    timeoutMs: options.keystoneHttpConnectTimeout * 1000,
    async get(path, { headers = {}, signal, ofSystem = false } = {}) {
      const sessions = ofSystem ? onSystem : inProject;
      const session = await unless(signal, sessions.current());
      const answer = await ask(path, session.token, headers, signal);
      if (answer.status !== 401) return answer;
      // Keystone no longer knows the gateway's own token: Keystone has other keys since a restart, or revoked the token.
      sessions.drop(session);
      return ask(path, (await unless(signal, sessions.current())).token, headers, signal);
    },
  };

  async function ask(
    path: string,
    token: string,
    headers: Record<string, string>,
    signal: AbortSignal | undefined,
  ): Promise<WholeAnswer> {
    const sent = { headers: { ...headers, 'x-auth-token': token, accept: 'application/json' }, signal };
    // Keystone may have closed a connection that was kept open. The request is safe to repeat.
    const isTransient = (error: unknown) => !(error instanceof AnswerTimeout);
    return withRetries(() => http.ask(root + path, sent), { tries: 2, isTransient, signal });
  }
}

function unless<T>(signal: AbortSignal | undefined, work: Promise<T>): Promise<T> {
  return signal ? unlessAborted(signal, work) : work;
}

function credentialsIn(options: GatewayAccountOptions): KeystoneAccount['credentials'] {
  const { keystoneApplicationCredentialId: applicationCredentialId } = options;
  if (applicationCredentialId !== undefined) {
    const applicationCredentialSecret = options.keystoneApplicationCredentialSecret;
    return { applicationCredentialId, applicationCredentialSecret };
  }
  return {
    userName: options.keystoneUsername,
    userDomainName: options.keystoneUserDomainName,
    password: options.keystonePassword,
    projectName: options.keystoneProjectName,
    projectDomainName: options.keystoneProjectDomainName,
  };
}

function systemCredentialsIn(options: GatewayAccountOptions): KeystoneAccount['credentials'] {
  const credentials = credentialsIn(options);
  if ('applicationCredentialId' in credentials) return credentials;
  const { userName, userDomainName, password } = credentials;
  return { userName, userDomainName, password };
}
