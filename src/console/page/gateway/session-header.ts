/** Names the login for which the page acts; undefined where no login of the console is. */
let key: string | undefined;

/** Lets the page act for a login, also after its end. */
export function actFor(sessionKey: string): void {
  key = sessionKey;
}

/** Returns the header that says for which login the page acts. */
export function sessionHeader(): Record<string, string> {
  return key === undefined ? {} : { 'X-Console-Session': key };
}
