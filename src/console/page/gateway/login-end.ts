import { isLoginOver, noteLoginEnd, tryAgain } from './connection.js';

/** Other tabs that find the same end need not tell it once more. */
const PAUSE_MS = 10_000;

const tabs = new BroadcastChannel('glance-graphql-console-login-end');
let toldAt = -PAUSE_MS;

/** Notes that the gateway does not know the user any more, and has the other tabs ask it at once. */
export function loginEnded(): void {
  const isNews = !isLoginOver() && isLongAgo();
  noteLoginEnd();
  if (!isNews) return;
  toldAt = performance.now();
  tabs.postMessage('ended');
}

tabs.onmessage = () => {
  const isNews = isLongAgo();
  toldAt = performance.now();
  // Another tab may be of another login, or of an earlier one: only the gateway knows.
  if (isNews && !isLoginOver()) tryAgain();
};

function isLongAgo(): boolean {
  return performance.now() - toldAt >= PAUSE_MS;
}
