import type { RequestObserver } from '../network/http-client.js';
import type { TokenOutcome } from './token-cache.js';

/** Hears of the tokens of requests, and of the requests to Keystone, for metrics and traces. */
export interface KeystoneObserver {
  token(outcome: TokenOutcome): void;
  request: RequestObserver;
}
