import { setMaxListeners } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';

/** Requests of one kind. */
export interface Kind {
  name: string;
  /** The mean rate. */
  perSecond: number;
  send(): Promise<unknown>;
}

/** Sends requests of every kind at rates that rise and fall, until the end. Returns the kinds that failed, and how. */
export async function sendAll(kinds: Kind[], end: AbortSignal): Promise<Map<string, Error>> {
  setMaxListeners(kinds.length, end);
  const failures = new Map<string, Error>();
  await Promise.all(kinds.map((kind, nth) => keepSending(kind, nth, end, failures)));
  return failures;
}

/** Does not wait for the answers, as clients do not wait for each other. */
async function keepSending(
  { name, perSecond, send }: Kind,
  phase: number,
  end: AbortSignal,
  failures: Map<string, Error>,
): Promise<void> {
  const sent = new Set<Promise<void>>();
  while (!end.aborted) {
    await wait((1000 * (0.5 + Math.random())) / (perSecond * wave(phase)), undefined, { signal: end }).catch(
      () => undefined,
    );
    if (end.aborted) break;
    const one = send()
      .then(
        () => undefined,
        (error: Error) => void failures.set(name, error),
      )
      .finally(() => sent.delete(one));
    sent.add(one);
  }
  await Promise.all(sent);
}

/** Returns a factor between 0.4 and 1.6 that changes in the course of a minute. */
function wave(phase: number): number {
  return 1 + 0.6 * Math.sin((2 * Math.PI * Date.now()) / 60_000 + phase);
}
