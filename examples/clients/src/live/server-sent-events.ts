import { createClient, type Client } from 'graphql-sse';
import type { GatewayError } from '../errors';
import { authHeaders, ENDPOINT } from '../gateway';
import { resuming } from './resuming';

/** The reason why the gateway refused the last attempt to connect. */
let refusal: GatewayError | undefined;

const client = createClient({
  url: ENDPOINT,
  headers: authHeaders,
  retryAttempts: Infinity,
  async fetchFn(address: string, options: RequestInit) {
    const response = await fetch(address, options);
    const isRefused = response.status >= 400 && response.status < 500;
    refusal = isRefused ? (await response.clone().json()).errors[0] : undefined;
    return response;
  },
  /** Waits before the next attempt, at most 30 seconds. The gateway would refuse the same request again. */
  async retry(attempts) {
    if (refusal) throw refusal;
    await new Promise((resolve) => setTimeout(resolve, Math.min(1000 * 2 ** attempts, 30_000)));
  },
});

/** A connection for each subscription. It is plain HTTP, so it passes proxies that stop WebSockets. */
export const serverSentEvents: Client = {
  ...client,
  subscribe: resuming(client.subscribe) as Client['subscribe'],
};
