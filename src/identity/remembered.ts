import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { Unauthenticated, type Caller } from './caller.js';

/** A caller, and the moment (milliseconds since 1970) until which the token is good. */
export interface Validated {
  caller: Caller;
  expiresAt: number;
}

export interface MemoryOptions {
  /** Seconds for which an answer may be relied upon; 0 to ask each time. */
  cacheSeconds: number;
}

const MOST_TOKENS = 10_000;
/** Short, since a token that is unknown now may be known in a moment, on another node of Keystone. */
const REFUSAL_SECONDS = 5;

/**
 * Remembers who has which token, and which tokens are refused, for a while and never beyond a token's end.
 * Of a token that is being asked about nobody asks a second time. Tokens themselves are not kept.
 */
export function remembered(
  validate: (token: string) => Promise<Validated>,
  { cacheSeconds }: MemoryOptions,
): (token: string) => Promise<Caller> {
  const known = new LRUCache<string, Validated | Unauthenticated>({ max: MOST_TOKENS, ttl: 1 });
  const asked = new Map<string, Promise<Validated>>();

  return async (token) => {
    const key = createHash('sha256').update(token).digest('base64');
    const found = known.get(key);
    if (found instanceof Unauthenticated) throw found;
    if (found && found.expiresAt > Date.now()) return found.caller;
    const { caller } = await (asked.get(key) ?? ask(key, token));
    return caller;
  };

  function ask(key: string, token: string): Promise<Validated> {
    const answer = validate(token).then(
      (validated) => {
        remember(key, validated, Math.min(cacheSeconds * 1000, validated.expiresAt - Date.now()));
        return validated;
      },
      (error: unknown) => {
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
