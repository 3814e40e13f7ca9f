import type { Config } from '../config/config.js';

/**
 * Returns true when the console is served. It cannot log anybody in yet, and cannot work where only persisted documents may
 * run.
 */
export function hasConsole({ console, auth, persistedDocuments }: Config): boolean {
  return console && ['none', 'trusted'].includes(auth) && persistedDocuments === undefined;
}
