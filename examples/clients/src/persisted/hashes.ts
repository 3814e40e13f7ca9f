/** Returns the SHA-256 of a text. Browsers have it on pages over HTTPS and of their own machine. */
export async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Returns the hash of a document in the manifest. The client preset writes it into both. */
export function hashOf(document: object): string {
  const { hash } = (document as { __meta__?: { hash?: string } }).__meta__ ?? {};
  if (hash === undefined) throw new Error('The manifest does not have this document.');
  return hash;
}
