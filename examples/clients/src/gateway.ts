const GATEWAY = new URLSearchParams(location.search).get('gateway') ?? 'http://127.0.0.1:9292';

export const ENDPOINT = `${GATEWAY}/graphql`;

/** Returns the header with the token of the user. Under `AUTH=none` there is no token. */
export function authHeaders(): Record<string, string> {
  const token = sessionStorage.getItem('token');
  return token === null ? {} : { 'x-auth-token': token };
}
