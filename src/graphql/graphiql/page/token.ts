const PLACE = 'glance-graphql:token';
/** The headers for a token; the gateway refuses a request with two of them. */
const TOKEN_HEADERS = ['x-auth-token', 'authorization'];

let current = sessionStorage.getItem(PLACE) ?? undefined;
const listeners = new Set<() => void>();

/**
 * Returns the token that every tab of the page sends. The session storage keeps it during a reload, hides it from other
 * tabs of the browser, and drops it when this tab is closed.
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
  const hasToken = Object.keys(headers).some((name) => TOKEN_HEADERS.includes(name.toLowerCase()));
  return current === undefined || hasToken ? headers : { 'x-auth-token': current, ...headers };
}
