import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { Config } from '../config/config.js';
import { consoleRoutes, type ConsoleConfig } from '../console/console-routes.js';
import { consoleLogin, type ConsoleLogin } from '../console/session/console-login.js';
import { dataRoutes } from '../data/data-routes.js';
import { resumableRoutes, tusOptionsRoutes } from '../data/resumable-routes.js';
import { signedLinks } from '../data/signed-link.js';
import { graphiqlRoutes } from '../graphql/graphiql/graphiql-routes.js';
import { graphqlSchema } from '../graphql/schema.js';
import type { OperationObserver } from '../graphql/execution/operation-observer.js';
import { graphqlRoute } from '../graphql/graphql-route.js';
import { allowOrigins } from '../http/cors.js';
import { guardAgainstForeignPages, type Guard } from '../http/foreign-pages.js';
import { httpServer, identified } from '../http/http-server.js';
import type { RequestObserver } from '../http/request-observer.js';
import type { Caller, Identify } from '../identity/caller.js';
import { peersIn } from '../identity/trusted-headers.js';
import type { Tenants } from '../identity/tenants.js';
import { v1Face, type V1Face } from '../rest/v1/v1-face.js';
import type { Stores } from '../store/configured-stores.js';
import { health, type HealthParts } from '../telemetry/health.js';
import type { Domain } from './domain.js';
import { hasConsole, hasConsoleLogin } from './has-console.js';
import { DEFAULT_DOMAIN } from '../console/session/login-body.js';
import { hasGraphiql } from './has-graphiql.js';
import { shownStores } from './stores.js';
import { version } from './version.js';

export interface FaceParts {
  config: Config;
  domain: Domain;
  stores: Stores;
  identify: Identify;
  tenants: Tenants;
  healthParts: HealthParts;
  /** Aborts when the gateway stops, before running uploads are awaited. */
  stopping: AbortSignal;
  observers?: FaceObservers;
  log: Logger;
}

/** Hears of requests and of operations. */
export interface FaceObservers {
  request: RequestObserver;
  operation: OperationObserver;
}

/** Builds the server that clients reach, with every face attached: health, the pages, GraphQL, data, version 1. */
export async function serverWithFaces(parts: FaceParts): Promise<FastifyInstance> {
  const { config, healthParts, observers, log } = parts;
  const v1 = versionOne(parts);
  const guard = guardAgainstForeignPages({ ...config, isOptionsEmpty: true });
  const server = httpServer({ ...config, log, guard, badAddresses: v1, observer: observers?.request });
  health(server, healthParts);
  if (config.corsOrigins.length > 0) await allowOrigins(config.corsOrigins, server, v1.answer);
  await server.register((scope) => attachModernFaces(scope, parts, guard));
  // Version 1 takes every path that no other face has.
  await server.register(async (scope) => v1.routes(scope));
  return server;
}

function versionOne({ config, domain, stores, identify }: FaceParts): V1Face {
  const fromProxy = peersIn(config.trustedProxies);
  const storeOf = (said: string) => (stores.named(said) ?? stores.ofScheme(said))?.name;
  return v1Face(
    { ...domain, identify, storeOf, rules: { ...config, formats: domain.formats } },
    { ...config, isProxy: (peer) => config.enableProxyHeadersParsing && fromProxy(peer) },
  );
}

/** Attaches the pages, GraphQL and the data routes. */
async function attachModernFaces(
  server: FastifyInstance,
  { config, domain, stores, identify: byHeader, tenants, stopping, observers, log }: FaceParts,
  guard: Guard,
): Promise<void> {
  const login = hasConsoleLogin(config) ? loginOf(config, byHeader, tenants, log) : undefined;
  const { identify, identifyDownload } = login ?? { identify: byHeader, identifyDownload: byHeader };
  const links = signedLinks(config.signingKey);
  const schema = await graphqlSchema({
    ...domain,
    tenants,
    multipartMaxSize: config.multipartMaxSize,
    stores: shownStores(stores, config),
    downloadLink: links.link,
  });
  // The pages are the same for every caller, so they ask for no identity.
  const graphiql = { console: hasConsole(config) };
  if (hasGraphiql(config)) await server.register(graphiqlRoutes, graphiql);
  if (hasConsole(config)) await server.register((scope) => consoleRoutes(scope, consoleConfig(config)));
  if (login) await login.routes(server);
  const { requireUploader } = domain.upload;
  await attach(identify, (scope) =>
    graphqlRoute(scope, schema, config, {
      ...{ requireUploader, identify, guard, stopping },
      observer: observers?.operation,
    }),
  );
  await attach(identifyDownload, (scope) => dataRoutes(scope, domain.data, domain.upload), links.callerOf);
  await attach(identify, (scope) => resumableRoutes(scope, domain.resumable, config));
  tusOptionsRoutes(server, config);

  /** Attaches routes that know their caller. */
  async function attach(
    known: Identify,
    routes: (scope: FastifyInstance) => void | Promise<void>,
    linked?: (request: FastifyRequest) => Caller | undefined,
  ): Promise<void> {
    await server.register(async (scope) => {
      identified(scope, known, linked);
      await routes(scope);
    });
  }
}

function loginOf(config: Config, identify: Identify, tenants: Tenants, log: Logger): ConsoleLogin {
  if (config.consoleSessionKey === undefined)
    log.info(
      'CONSOLE_SESSION_KEY is unset: logins to the console end with this process, and count on no other gateway. Several gateways need the same key.',
    );
  return consoleLogin(config, identify, tenants, (problem, cause) => log.warn({ err: cause }, problem));
}

function consoleConfig(config: Config): ConsoleConfig {
  return {
    auth: config.auth,
    login: loginNames(config),
    version: version(),
    graphiql: hasGraphiql(config),
    banner: config.consoleBanner ?? null,
    logoutUrl: config.auth === 'trusted' ? (config.consoleLogoutUrl ?? null) : null,
  };
}

/** Returns the names that the page shows with its login. */
function loginNames(config: Config): ConsoleConfig['login'] {
  const at = config.keystoneWwwAuthenticateUri ?? config.keystoneAuthUrl;
  if (config.auth === 'keystone') return { name: new URL(at!).host, domain: DEFAULT_DOMAIN };
  return config.auth === 'oidc' ? { name: new URL(config.oidcIssuer!).host, domain: null } : null;
}
