import type { Config } from '../config/config.js';

/** Returns true when the console is served. It cannot work where only persisted documents may run, or nobody could log in. */
export function hasConsole({ console, auth, oidcClientId, persistedDocuments }: Config): boolean {
  const letsIn = auth !== 'oidc' || oidcClientId !== undefined;
  return console && letsIn && persistedDocuments === undefined;
}

/** Returns true when the gateway itself logs the users of the console in. */
export function hasConsoleLogin(config: Config): boolean {
  return hasConsole(config) && ['keystone', 'oidc'].includes(config.auth);
}
