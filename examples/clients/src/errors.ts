/** An error as the gateway answers it. */
export interface GatewayError {
  message: string;
  extensions?: { code?: unknown; field?: unknown };
}

/** Texts for the codes that this page expects. The reference of errors lists all codes. */
const TEXTS: Record<string, string> = {
  UNAUTHENTICATED: 'Your login has ended. Log in again.',
  IMAGE_PROTECTED: 'This image is protected from deletion.',
  IMAGE_NOT_QUEUED: 'This image has data already.',
  IMAGE_TOO_LARGE: 'This file is too large for an image.',
  CHANGES_EXPIRED: 'You were away for long. Load this page again.',
  UNREACHABLE: 'The gateway does not answer.',
};

/** Returns a text for the user. The message of the gateway is in English. */
export function explain({ message, extensions }: GatewayError): string {
  const code = String(extensions?.code ?? 'UNREACHABLE');
  return `${TEXTS[code] ?? message} (${code})`;
}
