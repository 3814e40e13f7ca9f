import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { Unauthenticated, type Caller } from './caller.js';
import type { CallerOfToken } from './token-header.js';

/** A caller, and the end of the token's life in milliseconds since 1970. */
export interface Validated {
  caller: Caller;
  expiresAt: number;
}

export interface TokenCacheOptions {
  /** Seconds for which an answer is kept; 0 to validate the token with each request. */
  cacheSeconds: number;
  /** Hears how each token was answered. */
  onAnswer?: (outcome: TokenOutcome) => void;
}

/** `cached` also for a refusal that is remembered. */
export type TokenOutcome = 'cached' | 'checked' | 'refused' | 'unavailable';

const MAX_TOKENS = 10_000;
/** Short, since another node of Keystone may know the token a moment later. */
const REFUSAL_SECONDS = 5;

/**
 * Returns a function that finds the caller of a token. It keeps callers and refusals for a while, and never beyond the
 * token's life. Requests with the same token share one validation. The cache holds digests of tokens, not tokens.
 */
export function tokenCache(
  validate: (token: string) => Promise<Validated>,
  { cacheSeconds, onAnswer }: TokenCacheOptions,
): CallerOfToken {
  const known = new LRUCache<string, Validated | Unauthenticated>({ max: MAX_TOKENS, ttl: 1 });
  const asked = new Map<string, Promise<Validated>>();

  return async (token, isFresh = false) => {
    const key = createHash('sha256').update(token).digest('base64');
    const found = isFresh ? undefined : known.get(key);
    const isKnown = found instanceof Unauthenticated || (found && found.expiresAt > Date.now());
    if (isKnown) onAnswer?.('cached');
    if (found instanceof Unauthenticated) throw found;
    if (isKnown) return found.caller;
    const { caller } = await (asked.get(key) ?? ask(key, token));
    return caller;
  };

  function ask(key: string, token: string): Promise<Validated> {
    const answer = validate(token).then(
      (validated) => {
        onAnswer?.('checked');
        remember(key, validated, Math.min(cacheSeconds * 1000, validated.expiresAt - Date.now()));
        return validated;
      },
      (error: unknown) => {
        onAnswer?.(error instanceof Unauthenticated ? 'refused' : 'unavailable');
        if (error instanceof Unauthenticated)
          remember(key, error, Math.min(cacheSeconds, REFUSAL_SECONDS) * 1000);
        throw error;
      },
    );
    asked.set(key, answer);
    return answer.finally(() => asked.delete(key));
  }

  function remember(key: string, answer: Validated | Unauthenticated, ms: number): void {
    if (ms >= 1) known.set(key, answer, { ttl: Math.floor(ms) });
  }
}
