const PLACE = 'glance-graphql:token';
/** The headers that carry a token; the gateway refuses a request with two of them. */
const OTHER_WAYS = ['x-auth-token', 'authorization'];

let current = sessionStorage.getItem(PLACE) ?? undefined;
const listeners = new Set<() => void>();

/**
 * The token that every tab of the page sends. The session storage keeps it through a reload, hides it from other tabs
 * of the browser, and drops it when this tab is closed.
 */
export function currentToken(): string | undefined {
  return current;
}

/** @param token undefined to forget it */
export function setToken(token: string | undefined): void {
  current = token;
  if (token === undefined) sessionStorage.removeItem(PLACE);
  else sessionStorage.setItem(PLACE, token);
  listeners.forEach((listener) => listener());
}

export function onTokenChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Returns the headers to send: those of the tab, and the token of the page unless the tab has one of its own. */
export function withToken(headers: Record<string, string>): Record<string, string> {
  const saysWho = Object.keys(headers).some((name) => OTHER_WAYS.includes(name.toLowerCase()));
  return current === undefined || saysWho ? headers : { 'x-auth-token': current, ...headers };
}
