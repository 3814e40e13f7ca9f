import * as oauth from 'oauth4webapi';
import { IdentityUnavailable, type Warn } from '../../identity/caller.js';
import { ImageError } from '../../image/errors.js';
import type { HttpClient } from '../../network/http-client.js';

export interface OidcClientOptions {
  oidcIssuer?: string;
  oidcClientId?: string;
  oidcClientSecret?: string;
  oidcScopes: readonly string[];
  oidcClockTolerance: number;
}

/** The facts that the gateway must remember while a browser is at the provider. */
export interface Transaction {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
  readonly redirectUri: string;
}

export interface Tokens {
  readonly accessToken: string;
  readonly refreshToken?: string;
  /** Seconds for which the refresh token lives; undefined where the provider does not tell. */
  readonly refreshSeconds?: number;
  /** The name of the user, for people. */
  readonly userName?: string;
}

/** The console as a client of an OpenID Connect provider: authorization code with PKCE. */
export interface OidcClient {
  /** Returns the address at the provider that begins a login. @throws IdentityUnavailable */
  begin(redirectUri: string): Promise<{ url: string; transaction: Transaction }>;
  /**
   * Ends a login, with the parameters of the address to which the provider sent the browser.
   *
   * @throws ImageError LOGIN_FAILED
   * @throws IdentityUnavailable
   */
  finish(transaction: Transaction, parameters: URLSearchParams): Promise<Tokens>;
  /** Exchanges a refresh token. @throws ImageError LOGIN_FAILED when it counts no longer @throws IdentityUnavailable */
  refresh(refreshToken: string): Promise<Tokens>;
  /** Makes a token count no longer, where the provider can do that. @throws IdentityUnavailable */
  revoke(token: string, kind: 'refresh_token' | 'access_token'): Promise<void>;
  /** Returns the address that ends the login at the provider; null where there is none. @throws IdentityUnavailable */
  endSession(returnTo: string | undefined): Promise<string | null>;
}

/** Milliseconds for which the provider's description of itself is kept. */
const DISCOVERY_MS = 10 * 60 * 1000;

export function oidcClient(options: OidcClientOptions, http: HttpClient, warn: Warn): OidcClient {
  const issuer = new URL(options.oidcIssuer!);
  const client: oauth.Client = {
    client_id: options.oidcClientId!,
    [oauth.clockTolerance]: options.oidcClockTolerance,
  };
  const requests = {
    [oauth.customFetch]: fetchThrough(http),
    // The operator has chosen a provider without TLS.
    [oauth.allowInsecureRequests]: issuer.protocol === 'http:',
  };
  let known: { server: Promise<oauth.AuthorizationServer>; until: number } | undefined;

  return {
    begin: (redirectUri) =>
      asking('a login cannot begin', async (server) => {
        const [state, nonce] = [oauth.generateRandomState(), oauth.generateRandomNonce()];
        const verifier = oauth.generateRandomCodeVerifier();
        const url = new URL(server.authorization_endpoint!);
        const parameters = {
          response_type: 'code',
          client_id: client.client_id,
          redirect_uri: redirectUri,
          scope: options.oidcScopes.join(' '),
          ...{ state, nonce },
          code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
          code_challenge_method: 'S256',
          // OpenID Connect Core, section 11.
          ...(options.oidcScopes.includes('offline_access') ? { prompt: 'consent' } : {}),
        };
        for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
        return { url: url.href, transaction: { state, nonce, verifier, redirectUri } };
      }),

    finish: ({ state, nonce, verifier, redirectUri }, parameters) =>
      asking('a login cannot end', async (server) => {
        const checked = oauth.validateAuthResponse(server, client, parameters, state);
        const answer = await oauth.authorizationCodeGrantRequest(
          ...([server, client, authentication(server), checked, redirectUri, verifier, requests] as const),
        );
        const expected = { expectedNonce: nonce, requireIdToken: true };
        return tokensIn(await oauth.processAuthorizationCodeResponse(server, client, answer, expected));
      }),

    refresh: (refreshToken) =>
      asking('a session cannot be refreshed', async (server) => {
        const authenticated = authentication(server);
        const answer = await oauth.refreshTokenGrantRequest(
          server,
          client,
          authenticated,
          refreshToken,
          requests,
        );
        return tokensIn(await oauth.processRefreshTokenResponse(server, client, answer));
      }),

    revoke: (token, kind) =>
      asking('a token cannot be revoked', async (server) => {
        if (server.revocation_endpoint === undefined) return;
        const answer = await oauth.revocationRequest(server, client, authentication(server), token, {
          ...requests,
          additionalParameters: { token_type_hint: kind },
        });
        await oauth.processRevocationResponse(answer);
      }),

    endSession: (returnTo) =>
      asking('the provider cannot be asked', async ({ end_session_endpoint: endpoint }) => {
        if (endpoint === undefined) return null;
        const url = new URL(endpoint);
        // No `id_token_hint`: no script may see a token, and the page goes to this address.
        url.searchParams.set('client_id', client.client_id);
        if (returnTo !== undefined) url.searchParams.set('post_logout_redirect_uri', returnTo);
        return url.href;
      }),
  };

  async function asking<T>(
    problem: string,
    work: (server: oauth.AuthorizationServer) => Promise<T>,
  ): Promise<T> {
    try {
      return await work(await server());
    } catch (error) {
      throw shownError(error, problem);
    }
  }

  async function server(): Promise<oauth.AuthorizationServer> {
    if (!known || known.until < Date.now())
      known = { server: discovered(), until: Date.now() + DISCOVERY_MS };
    const asked = known;
    return asked.server.catch((error: unknown) => {
      if (known === asked) known = undefined;
      throw error;
    });
  }

  async function discovered(): Promise<oauth.AuthorizationServer> {
    const found = await oauth.processDiscoveryResponse(
      issuer,
      await oauth.discoveryRequest(issuer, requests),
    );
    if (URL.canParse(found.authorization_endpoint ?? '')) return found;
    throw new Error('the provider names no address to log in');
  }

  function authentication({ token_endpoint_auth_methods_supported: methods }: oauth.AuthorizationServer) {
    if (options.oidcClientSecret === undefined) return oauth.None();
    const isByPost = methods?.includes('client_secret_post') && !methods.includes('client_secret_basic');
    return (isByPost ? oauth.ClientSecretPost : oauth.ClientSecretBasic)(options.oidcClientSecret);
  }

  /** Tells a fault of this login from a problem between the gateway and the provider. */
  function shownError(error: unknown, problem: string): Error {
    if (error instanceof oauth.AuthorizationResponseError) return new ImageError('LOGIN_FAILED');
    if (error instanceof oauth.ResponseBodyError && error.error === 'invalid_grant')
      return new ImageError('LOGIN_FAILED');
    // Such an error holds the provider's answer, with its tokens.
    const { name, message, code } = error as NodeJS.ErrnoException;
    const cause = Object.assign(new Error(message), { name, code });
    if (error instanceof oauth.ResponseBodyError) cause.message = `the provider answers ${error.error}`;
    warn(`at the OIDC provider ${problem}`, cause);
    const isOfLogin = error instanceof oauth.OperationProcessingError && OF_LOGIN.includes(error.code!);
    return isOfLogin ? new ImageError('LOGIN_FAILED') : new IdentityUnavailable(problem, { cause });
  }
}

/** Codes of faults in an answer that is not for this login: another nonce, issuer or time. */
const OF_LOGIN = [
  oauth.INVALID_RESPONSE,
  oauth.JWT_CLAIM_COMPARISON,
  oauth.JWT_TIMESTAMP_CHECK,
] as readonly string[];

function tokensIn(answer: oauth.TokenEndpointResponse): Tokens {
  const claims = oauth.getValidatedIdTokenClaims(answer);
  const name = [claims?.preferred_username, claims?.name, claims?.email].find(
    (each) => typeof each === 'string' && each !== '',
  );
  const seconds = answer.refresh_expires_in;
  return {
    accessToken: answer.access_token,
    refreshToken: answer.refresh_token,
    refreshSeconds: typeof seconds === 'number' && seconds > 0 ? seconds : undefined,
    userName: name as string | undefined,
  };
}

/** Lets the library use the gateway's own client, with its limits of time and size. */
function fetchThrough(http: HttpClient) {
  return async (
    url: string,
    { method, headers, body, signal }: oauth.CustomFetchOptions<string, URLSearchParams | undefined>,
  ): Promise<Response> => {
    const answer = await http.ask(url, {
      method: method as 'GET' | 'POST',
      headers,
      body: body === undefined ? undefined : String(body),
      signal,
    });
    const shown = Object.entries(answer.headers).filter(
      (entry): entry is [string, string] => entry[1] !== undefined,
    );
    return new Response(answer.text === '' ? null : answer.text, { status: answer.status, headers: shown });
  };
}
