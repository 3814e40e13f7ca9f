/** Returns the reason why a server cannot be reached, as one line. */
export function connectionProblem(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'HANDSHAKE_NO_SSL_SUPPORT')
    return 'the server has no TLS, and ssl-mode in DATABASE_URL asks for it';
  // OpenSSL ends its messages with a line break.
  if (code === 'HANDSHAKE_SSL_ERROR') return `TLS failed: ${message.trim()}`;
  // The message is empty when a name has several addresses and none answers.
  return message.trim() || code || 'it does not answer';
}
