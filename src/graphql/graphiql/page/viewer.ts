import { ENDPOINT } from './endpoint';
import { withToken } from './token';

/** The caller that the gateway identified from the headers of the page. */
export type Viewer =
  | {
      known: true;
      user: string | null;
      tenant: string | null;
      roles: string[];
      isAdmin: boolean;
      readOnly: boolean;
    }
  | { known: false; status: number; reason: string; challenge: string | null };

type Headers = Record<string, string>;

let current: Viewer | undefined;
let askedWith: string | undefined;
const listeners = new Set<() => void>();

/** Returns the caller; undefined until the gateway's first answer. */
export function currentViewer(): Viewer | undefined {
  return current;
}

export function onViewerChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/**
 * Asks the gateway again for the caller if the headers or the token have changed, or the gateway refused them.
 *
 * @param headers the headers of the tab, without the token of the page
 */
export async function refreshViewer(headers: Headers, isRefused: boolean): Promise<void> {
  const sent = withToken(headers);
  const key = JSON.stringify(sent);
  if (key === askedWith && !isRefused) return;
  askedWith = key;
  const viewer = await ask(sent).catch(() => undefined);
  if (key !== askedWith || !viewer) return;
  current = viewer;
  listeners.forEach((listener) => listener());
}

async function ask(headers: Headers): Promise<Viewer> {
  const query = '{ viewer { user tenant roles isAdmin readOnly } }';
  const response = await fetch(ENDPOINT, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query }),
  });
  const { data, errors } = await response.json();
  if (data?.viewer) return { known: true, ...data.viewer };
  const challenge = response.headers.get('www-authenticate');
  return { known: false, status: response.status, reason: errors?.[0]?.message ?? '', challenge };
}
