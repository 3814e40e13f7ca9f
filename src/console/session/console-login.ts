import { randomBytes } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import type { Identify, Warn } from '../../identity/caller.js';
import type { Tenants } from '../../identity/tenants.js';
import { peersIn } from '../../identity/trusted-headers.js';
import { httpClient } from '../../network/http-client.js';
import { attempts } from './attempts.js';
import { clientAddress } from './client-address.js';
import { keystonePeople } from './keystone-people.js';
import { keystoneRoutes, type Receipt } from './keystone-routes.js';
import { HOME } from './next-path.js';
import type { Begun } from './oidc-routes.js';
import { ownPage } from './own-page.js';
import { sealedCookie } from './sealed-cookie.js';
import { sessionRoutes, type SessionRoutesParts } from './session-routes.js';
import { sessions, type Session } from './sessions.js';

export interface LoginOptions {
  auth: string;
  consoleSessionKey?: string;
  publicEndpoint?: string;
  trustedProxies: readonly string[];
  enableProxyHeadersParsing: boolean;
  keystoneAuthUrl?: string;
  keystoneHttpConnectTimeout: number;
  oidcIssuer?: string;
  oidcClientId?: string;
  oidcClientSecret?: string;
  oidcScopes: readonly string[];
  oidcClockTolerance: number;
  oidcHttpTimeout: number;
}

/** The login of the console, and what follows from it for other requests. */
export interface ConsoleLogin {
  /** Identifies callers by a header, or by the session of the console. */
  identify: Identify;
  /** The same, where a session also counts for an address that its user has typed: that of a download. */
  identifyDownload: Identify;
  /** Registers the routes of sessions. */
  routes: (server: FastifyInstance) => Promise<void>;
}

/** The part of the routes that depends on the way to log in. */
type Way = Pick<SessionRoutesParts, 'revoke' | 'logoutUrl' | 'ofWay'> & {
  /** Registers the addresses that a browser goes to. */
  ofPage?: (server: FastifyInstance) => void;
};

/** @param identify identifies callers by a header */
export function consoleLogin(
  options: LoginOptions,
  identify: Identify,
  tenants: Pick<Tenants, 'domainNames'>,
  warn: Warn,
): ConsoleLogin {
  const page = ownPage(options.publicEndpoint);
  const secret = options.consoleSessionKey ?? randomBytes(32);
  const sealed = <Content extends object>(name: string, sameSite: 'strict' | 'lax' = 'strict') =>
    sealedCookie<Content>({ secret, page, name, sameSite });
  const kept = sessions(sealed<Session>('console'), page, identify);

  return {
    identify: kept.identifying(),
    identifyDownload: kept.identifying(true),
    async routes(server) {
      const { ofPage, ...way } = options.auth === 'keystone' ? atKeystone() : await atProvider();
      await server.register(async (scope) => sessionRoutes(scope, { sessions: kept, page, ...way }));
      await server.register(async (scope) => ofPage?.(scope));
    },
  };

  function atKeystone(): Way {
    const http = httpClient({ timeout: options.keystoneHttpConnectTimeout });
    const people = keystonePeople(http, options.keystoneAuthUrl!, warn);
    const isPeer = peersIn(options.trustedProxies);
    const isProxy = (address: string) => options.enableProxyHeadersParsing && isPeer(address);
    return {
      revoke: ({ token }: Session) => people.revoke(token),
      logoutUrl: () => Promise.resolve(null),
      ofWay: (server: FastifyInstance) =>
        keystoneRoutes(server, {
          ...{ sessions: kept, people, tenants, attempts: attempts() },
          receipts: sealed<Receipt>('console-receipt'),
          addressOf: ({ raw }) => clientAddress(raw, isProxy),
        }),
    };
  }

  async function atProvider(): Promise<Way> {
    // Loaded only for a gateway that has a provider.
    const { oidcClient } = await import('./oidc-client.js');
    const { oidcPageRoutes, oidcRoutes } = await import('./oidc-routes.js');
    const client = oidcClient(options, httpClient({ timeout: options.oidcHttpTimeout }), warn);
    // A browser brings this one along when the provider, which is another site, sends it back.
    const parts = { sessions: kept, client, page, transactions: sealed<Begun>('console-login', 'lax') };
    return {
      revoke: ({ token, refreshToken }) =>
        refreshToken === undefined
          ? client.revoke(token, 'access_token')
          : client.revoke(refreshToken, 'refresh_token'),
      logoutUrl({ headers }) {
        const origin = page.origin(headers);
        return client.endSession(origin && origin + HOME);
      },
      ofWay: (server) => oidcRoutes(server, parts),
      ofPage: (server) => oidcPageRoutes(server, parts),
    };
  }
}
