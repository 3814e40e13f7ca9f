import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, exportSPKI, generateKeyPair, SignJWT, type CryptoKey, type JWTPayload } from 'jose';
import Provider from 'oidc-provider';

/** A provider of OpenID Connect of one's own. */
export interface OidcProvider {
  issuer: string;
  jwksUri: string;
  /** An access token that the provider itself gives, with these claims beside its own. */
  token(claims: JWTPayload): Promise<string>;
  /** A token with the provider's key and just these claims, as a provider gone wrong would sign it. */
  signed(claims: JWTPayload, header?: { alg?: string; kid?: string; typ?: string }): Promise<string>;
  /** Takes another key; the old one is gone. */
  rotate(): Promise<void>;
  /** The person who logs in at the provider from now on, and the claims of the access token; null for one who gives up. */
  person: { account: string; claims: JWTPayload } | null;
  /** Answers a request in place of the provider, as one gone wrong would do; returns false to let the provider answer. */
  intercept?: (request: IncomingMessage, response: ServerResponse) => boolean;
  publicKeyPem(): string;
  stop(): Promise<void>;
}

export const AUDIENCE = 'https://images.example.org';
/** The header of a request for a token that holds the further claims. */
const CLAIMS = 'x-claims';
const CLIENT = { id: 'console', secret: 'the-secret-of-the-console' };
/** Returns the options of a gateway whose console logs in at a provider. */
export function loginOptions({ issuer }: Pick<OidcProvider, 'issuer'>): Record<string, string> {
  return {
    AUTH: 'oidc',
    OIDC_ISSUER: issuer,
    OIDC_AUDIENCE: AUDIENCE,
    OIDC_CLIENT_ID: PAGE_CLIENT.id,
    OIDC_CLIENT_SECRET: PAGE_CLIENT.secret,
  };
}

/** The console of the gateway as a client, with a secret and without. Native clients may have any port of a loopback host. */
export const PAGE_CLIENT = { id: 'page', secret: 'the-secret-of-the-page' };
export const PUBLIC_PAGE_CLIENT = { id: 'public-page' };
const REDIRECTS = [
  'http://localhost/console/callback',
  'http://127.0.0.1/console/callback',
  'https://images.example.org/console/callback',
];

export async function startOidcProvider(): Promise<OidcProvider> {
  let handler: RequestListener = (_request, response) => void response.writeHead(503).end();
  const server = createServer((request, response) => {
    if (!made.intercept?.(request, response)) handler(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  let keys = 0;
  let current: { kid: string; key: CryptoKey; pem: string };
  const made: Pick<OidcProvider, 'person' | 'intercept'> = { person: null };
  await rotate();

  return Object.assign(made, {
    issuer,
    jwksUri: `${issuer}/jwks`,
    rotate,
    publicKeyPem: () => current.pem,
    async token(claims: JWTPayload) {
      const response = await fetch(`${issuer}/token`, {
        method: 'POST',
        headers: { [CLAIMS]: encodeURIComponent(JSON.stringify(claims)) },
        body: new URLSearchParams({
          grant_type: 'client_credentials',
          client_id: CLIENT.id,
          client_secret: CLIENT.secret,
        }),
      });
      const { access_token } = (await response.json()) as { access_token?: string };
      if (!access_token) throw new Error(`no token: ${response.status}`);
      return access_token;
    },
    signed: (claims: JWTPayload, header: { alg?: string; kid?: string; typ?: string } = {}) =>
      new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: current.kid, ...header }).sign(current.key),
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  });

  async function rotate(): Promise<void> {
    const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
    const kid = `key-${(keys += 1)}`;
    const jwk = { ...(await exportJWK(privateKey)), kid, alg: 'RS256', use: 'sig' };
    current = { kid, key: privateKey, pem: await exportSPKI(publicKey) };
    handler = provider(issuer, jwk, made);
  }
}

function provider(issuer: string, key: object, state: Pick<OidcProvider, 'person'>): RequestListener {
  const pages = {
    redirect_uris: REDIRECTS,
    post_logout_redirect_uris: ['https://images.example.org/console/'],
  };
  const codes = {
    application_type: 'native',
    grant_types: ['authorization_code', 'refresh_token'],
    ...pages,
  };
  const made = new Provider(issuer, {
    clients: [
      {
        client_id: CLIENT.id,
        client_secret: CLIENT.secret,
        token_endpoint_auth_method: 'client_secret_post',
        grant_types: ['client_credentials'],
        redirect_uris: [],
        response_types: [],
      },
      {
        ...{ client_id: PAGE_CLIENT.id, client_secret: PAGE_CLIENT.secret, ...codes },
        token_endpoint_auth_method: 'client_secret_basic',
      },
      { client_id: PUBLIC_PAGE_CLIENT.id, token_endpoint_auth_method: 'none', ...codes },
    ],
    jwks: { keys: [key] },
    cookies: { keys: ['for tests'] },
    extraTokenClaims: ({ req }: { req: IncomingMessage }) => {
      const sent = req.headers[CLAIMS];
      return sent
        ? (JSON.parse(decodeURIComponent(String(sent))) as JWTPayload)
        : (state.person?.claims ?? {});
    },
    findAccount: (_context: object, accountId: string) => ({
      accountId,
      claims: () => Promise.resolve({ sub: accountId, preferred_username: `${accountId} by name` }),
    }),
    claims: { profile: ['preferred_username'] },
    conformIdTokenClaims: false,
    issueRefreshToken: () => Promise.resolve(true),
    rotateRefreshToken: true,
    pkce: { required: () => true },
    interactions: { url: (_context: object, { uid }: { uid: string }) => `${INTERACTION}${uid}` },
    loadExistingGrant: async ({ oidc }: AuthorizationContext) => {
      const grant = new made.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId });
      grant.addOIDCScope('openid profile');
      grant.addResourceScope(AUDIENCE, '');
      await grant.save();
      return grant;
    },
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: false },
      revocation: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => AUDIENCE,
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({
          scope: '',
          audience: AUDIENCE,
          accessTokenFormat: 'jwt',
          accessTokenTTL: 600,
          jwt: { sign: { alg: 'RS256' } },
        }),
      },
    },
  });
  const answer = made.callback();
  return (request, response) => {
    if (!request.url!.startsWith(INTERACTION)) return answer(request, response);
    // The person fills in a form here, and presses a button.
    const result = state.person
      ? { login: { accountId: state.person.account }, consent: {} }
      : { error: 'access_denied', error_description: 'The person went away' };
    void made.interactionFinished(request, response, result);
  };
}

const INTERACTION = '/interaction/';

interface AuthorizationContext {
  oidc: { client: { clientId: string }; session: { accountId: string } };
}
