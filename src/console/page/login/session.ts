import { loggedIn, loginEnded } from '../gateway/connection.js';
import { Failure, failureOf } from '../gateway/failure.js';
import { store } from '../parts/store.js';

/** The user who is logged in, as the gateway tells the page. The token itself never comes here. */
export interface Session {
  /** The id of the user. */
  user: string;
  userName: string;
  project: Project | null;
  roles: readonly string[];
  /** The end of the login, or of its present token. */
  expiresAt: string;
  /** True where the gateway can make it longer without its user. */
  isRefreshable: boolean;
}

export interface Project {
  id: string;
  name: string;
  /** Null where projects have no domains. */
  domain: string | null;
}

/** A way to log in, as the body of a request. */
export type Login =
  | { user: string; domain: string; password: string; project: string | null }
  | { applicationCredentialId: string; applicationCredentialSecret: string }
  | { passcode: string };

/** `undefined` while nobody has asked yet; null for nobody. */
const session = store<Session | null | undefined>(undefined);
const tabs = new BroadcastChannel('glance-graphql-console-session');

export const useSession = session.use;
export const currentSession = session.get;

/** Another tab has logged in, logged out or changed the project. */
tabs.onmessage = ({ data }: MessageEvent<News>) => {
  if (data === 'left') location.assign(LOGIN);
  else void readSession().catch(() => undefined);
};

type News = 'changed' | 'left';
const LOGIN = '/console/login';

/**
 * Asks the gateway who is logged in.
 *
 * @throws Failure when it does not say
 */
export async function readSession(): Promise<Session | null> {
  try {
    return take((await ask('GET')) as Session);
  } catch (error) {
    if (!(error instanceof Failure && error.code === 'UNAUTHENTICATED')) throw error;
    return take(null);
  }
}

/** @throws Failure `LOGIN_FAILED`, `PASSCODE_REQUIRED` and others, as the gateway names them */
export async function logIn(login: Login): Promise<void> {
  take((await ask('POST', '', login)) as Session);
  tell('changed');
}

/** @throws Failure */
export async function changeProject(project: string): Promise<void> {
  take((await ask('PUT', '', { project })) as Session);
  tell('changed');
}

/** Returns the projects in which the user has a role. @throws Failure */
export async function ownProjects(): Promise<readonly (Project & { isCurrent: boolean })[]> {
  const { projects } = (await ask('GET', '/projects')) as { projects: (Project & { isCurrent: boolean })[] };
  return projects;
}

/** Makes the login longer. One tab does so for all, since each refresh ends the one before. @throws Failure */
export async function refreshSession(): Promise<void> {
  const { locks } = navigator as { locks?: LockManager };
  const before = session.get()?.expiresAt;
  const refresh = async () => {
    // Perhaps another tab has done it while this one waited.
    const now = await readSession();
    if (now && now.expiresAt === before) take((await ask('POST', '/refresh', {})) as Session);
  };
  await (locks ? locks.request('glance-graphql-console-session', refresh) : refresh());
  tell('changed');
}

/** Logs out, and goes to the provider's page for that, where it has one. @throws Failure */
export async function logOut(): Promise<void> {
  const { logoutUrl } = (await ask('DELETE')) as { logoutUrl: string | null };
  tell('left');
  // Nothing of this user stays on the page.
  location.assign(logoutUrl ?? LOGIN);
}

/** Notes the end of the login: what is on the page stays. */
export function sessionIsOver(): void {
  loginEnded();
}

function take<Found extends Session | null>(found: Found): Found {
  session.set(found);
  if (found) loggedIn();
  return found;
}

function tell(news: News): void {
  tabs.postMessage(news);
}

const LONGEST_MS = 30_000;

async function ask(method: string, path = '', body?: object): Promise<unknown> {
  let response: Response;
  try {
    response = await fetch(`/console/session${path}`, {
      ...{ method, signal: AbortSignal.timeout(LONGEST_MS), cache: 'no-store' },
      ...(body && { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } }),
    });
  } catch (error) {
    throw new Failure('OFFLINE', String(error));
  }
  if (!response.ok) throw await failureOf(response);
  return response.json();
}
