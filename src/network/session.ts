/** The result of a login, such as a token. */
export interface Session {
  /** The moment from which a new login is due, in milliseconds since 1970. */
  readonly renewAt: number;
}

/** The one session that all requests to a server share. */
export interface SharedSession<S extends Session> {
  /** Returns the session. Logs in before the first request, and again when the session is due for renewal. */
  current(): Promise<S>;
  /** Forgets a session that the server refused before its end, unless a newer one has replaced it. */
  drop(session: S): void;
}

/** Callers that need a new session at the same time wait for the same login. */
export function sharedSession<S extends Session>(logIn: () => Promise<S>): SharedSession<S> {
  let session: S | undefined;
  let login: Promise<S> | undefined;

  return {
    async current() {
      if (session && Date.now() < session.renewAt) return session;
      login ??= logIn().finally(() => (login = undefined));
      return (session = await login);
    },
    drop(refused) {
      if (session === refused) session = undefined;
    },
  };
}

/** Returns the moment at which a token is renewed: a minute before its end, or earlier for a short-lived one. */
export function renewalOf(expiresAt: number): number {
  return expiresAt - Math.min(60_000, (expiresAt - Date.now()) / 5);
}
