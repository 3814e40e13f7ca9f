import { loggedIn, sessionsDecide } from '../gateway/connection.js';
import { Failure, failureOf } from '../gateway/failure.js';
import { actFor, sessionHeader } from '../gateway/session-header.js';
import { store } from '../parts/store.js';
import { leaveUploads } from '../upload/uploads-of-page.js';

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
  /** Names the login and its project to the gateway, which takes a request for no other one then. */
  key: string;
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

/** Another tab has logged in, logged out or changed the project. */
tabs.onmessage = ({ data }: MessageEvent<News>) => {
  if (data === 'left') location.assign(LOGIN);
  else void readSession().catch(() => undefined);
};

// A browser may show a page again as it was when its user left it.
addEventListener('pageshow', ({ persisted }) => persisted && location.reload());

type News = 'changed' | 'left';
const LOGIN = '/console/login';

/**
 * Asks the gateway who is logged in.
 *
 * @throws Failure when it does not say
 */
export async function readSession(): Promise<Session | null> {
  return take(await sessionFrom('GET'));
}

/**
 * Asks the gateway who is logged in. A login at a provider may go on without its user after a pause.
 *
 * @throws Failure when it does not say
 */
export async function resumeSession(): Promise<Session | null> {
  const found = await sessionFrom('GET');
  return take(found ?? (await byOneTab(() => sessionFrom('POST', '/refresh'))));
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
  const before = session.get()?.expiresAt;
  await byOneTab(async () => {
    // Perhaps another tab has done it while this one waited.
    const now = await readSession();
    if (now && now.expiresAt === before) take((await ask('POST', '/refresh')) as Session);
  });
  tell('changed');
}

/** Two refreshes at once look like a theft to a provider. */
async function byOneTab<Found>(work: () => Promise<Found>): Promise<Found> {
  const { locks } = navigator as { locks?: LockManager };
  return locks ? locks.request('glance-graphql-console-session', work) : work();
}

/** @returns null where nobody is logged in */
async function sessionFrom(method: string, path = ''): Promise<Session | null> {
  try {
    return (await ask(method, path)) as Session;
  } catch (error) {
    if (error instanceof Failure && error.code === 'UNAUTHENTICATED') return null;
    throw error;
  }
}

/** Logs out, and goes to the provider's page for that, where it has one. @throws Failure */
export async function logOut(): Promise<void> {
  const { logoutUrl } = (await ask('DELETE')) as { logoutUrl: string | null };
  tell('left');
  // Nothing of this user stays on the page.
  location.assign(logoutUrl ?? LOGIN);
}

/** The login whose things are on the page, also after its end. */
let latest: Session | undefined;

export function latestSession(): Session | undefined {
  return latest;
}

function take<Found extends Session | null>(found: Found): Found {
  sessionsDecide();
  if (found && latest && latest.user !== found.user) {
    // Nothing of one user is left to another one: neither what is shown, nor what waits for its upload.
    leaveUploads();
    location.reload();
    return found;
  }
  if (found && !latest) tell('changed');
  if (found) leaveLoginForm();
  latest = found ?? latest;
  if (latest) actFor(latest.key);
  session.set(found);
  if (found) loggedIn();
  return found;
}

/** React keeps the field that had the focus when its form goes, and a password with it. */
function leaveLoginForm(): void {
  const { activeElement } = document;
  if (activeElement instanceof HTMLElement && activeElement.closest('.login-form')) activeElement.blur();
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
      ...(body && { body: JSON.stringify(body) }),
      headers: {
        ...(body && { 'Content-Type': 'application/json' }),
        // Any login will do for the page that asks whose it is.
        ...(['PUT', 'DELETE'].includes(method) && sessionHeader()),
      },
    });
  } catch (error) {
    throw new Failure('OFFLINE', String(error));
  }
  if (!response.ok) throw await failureOf(response);
  return response.json();
}
