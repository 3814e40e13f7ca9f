import { LRUCache } from 'lru-cache';
import { ImageError } from '../../image/errors.js';

/** The logins that failed within the last minute. */
export interface Attempts {
  /**
   * Counts an attempt before it is made, so that many at once do not pass the limit.
   *
   * @param address the network address of the sender
   * @param account the account that the sender wants to enter
   * @returns the function that takes the attempt back, because it did not fail
   * @throws ImageError TOO_MANY_ATTEMPTS
   */
  begin(address: string, account: string): () => void;
}

const WINDOW_MS = 60_000;
const MOST_OF_ADDRESS = 10;
const MOST_OF_ACCOUNT = 5;
/** Entries for each kind. Filling them takes a thousand networks that fail ten times a minute. */
const MOST_KEPT = 10_000;

export function attempts(): Attempts {
  const addresses = counter(MOST_OF_ADDRESS);
  const accounts = counter(MOST_OF_ACCOUNT);

  return {
    begin(address, account) {
      const wait = Math.max(addresses.wait(address), accounts.wait(account));
      if (wait > 0) throw new ImageError('TOO_MANY_ATTEMPTS', { retryAfter: Math.ceil(wait / 1000) });
      const takeBack = [addresses.count(address), accounts.count(account)];
      return () => takeBack.forEach((each) => each());
    },
  };
}

/** Counts what happened for each key within the window. */
function counter(most: number) {
  const times = new LRUCache<string, number[]>({ max: MOST_KEPT, ttl: WINDOW_MS });
  const recent = (key: string) => (times.get(key) ?? []).filter((time) => time > Date.now() - WINDOW_MS);

  return {
    /** Returns the milliseconds until the next one is allowed. */
    wait(key: string): number {
      const found = recent(key);
      return found.length < most ? 0 : found[0] + WINDOW_MS - Date.now();
    },
    count(key: string): () => void {
      const now = Date.now();
      times.set(key, [...recent(key), now]);
      return () => {
        const found = recent(key);
        const at = found.indexOf(now);
        if (at < 0) return;
        if (found.length > 1) times.set(key, found.toSpliced(at, 1));
        else times.delete(key);
      };
    },
  };
}

/**
 * Returns the key of an account. Databases of Keystone find a name in any letter case, and some without its accents, with
 * signs that nobody sees, or with letters that look alike.
 */
export function accountKey(domain: string, name: string): string {
  return JSON.stringify([domain, name].map(folded));
}

function folded(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/[\p{M}\p{C}\p{Default_Ignorable_Code_Point}]/gu, '')
    .toLowerCase()
    .replace(/[ıßłøđæœ]/g, (letter) => ALIKE[letter])
    .replace(/\s+/g, ' ')
    .trim();
}

const ALIKE: Record<string, string> = { ı: 'i', ß: 's', ł: 'l', ø: 'o', đ: 'd', æ: 'ae', œ: 'oe' };
