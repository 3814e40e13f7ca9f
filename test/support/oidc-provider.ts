import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
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
  publicKeyPem(): string;
  stop(): Promise<void>;
}

export const AUDIENCE = 'https://images.example.org';
/** The header of a request for a token that holds the further claims. */
const CLAIMS = 'x-claims';
const CLIENT = { id: 'console', secret: 'the-secret-of-the-console' };

export async function startOidcProvider(): Promise<OidcProvider> {
  let handler: RequestListener = (_request, response) => void response.writeHead(503).end();
  const server = createServer((request, response) => handler(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  let keys = 0;
  let current: { kid: string; key: CryptoKey; pem: string };
  await rotate();

  return {
    issuer,
    jwksUri: `${issuer}/jwks`,
    rotate,
    publicKeyPem: () => current.pem,
    async token(claims) {
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
    signed: (claims, header = {}) =>
      new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: current.kid, ...header }).sign(current.key),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };

  async function rotate(): Promise<void> {
    const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
    const kid = `key-${(keys += 1)}`;
    const jwk = { ...(await exportJWK(privateKey)), kid, alg: 'RS256', use: 'sig' };
    current = { kid, key: privateKey, pem: await exportSPKI(publicKey) };
    handler = provider(issuer, jwk);
  }
}

function provider(issuer: string, key: object): RequestListener {
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
    ],
    jwks: { keys: [key] },
    cookies: { keys: ['for tests'] },
    extraTokenClaims: ({ req }: { req: IncomingMessage }) =>
      JSON.parse(decodeURIComponent(String(req.headers[CLAIMS]))) as JWTPayload,
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: false },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => AUDIENCE,
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
  return made.callback();
}
