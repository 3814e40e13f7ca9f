const PLACE = 'glance-graphql:token';
/** The gateway refuses a request that names its sender in two ways. */
const OTHER_WAYS = ['x-auth-token', 'authorization'];

let current = sessionStorage.getItem(PLACE) ?? undefined;
const listeners = new Set<() => void>();

/**
 * The token that every tab of the page sends. It is kept in the session storage: a reload keeps it, other tabs of the
 * browser do not have it, and it is gone when this one is closed.
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

/** Headers as they are sent: those of the tab, and the token of the page where the tab says nothing else. */
export function withToken(headers: Record<string, string>): Record<string, string> {
  const saysWho = Object.keys(headers).some((name) => OTHER_WAYS.includes(name.toLowerCase()));
  return current === undefined || saysWho ? headers : { 'x-auth-token': current, ...headers };
}
