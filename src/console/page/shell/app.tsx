import { lazy, Suspense, useEffect, useState } from 'react';
import { RouterProvider } from 'react-aria-components';
import { Provider, useQuery } from 'urql';
import { Redirect, Route, Router, Switch, useLocation } from 'wouter';
import { Failure, failureIn, failureOf } from '../gateway/failure.js';
import { useOnAttempt } from '../gateway/ask-again.js';
import { gatewayClient } from '../gateway/client.js';
import { useConnection } from '../gateway/connection.js';
import { LiveChanges } from '../gateway/live/live-changes.js';
import { StartDocument, type StartQuery } from '../gateway/operations.js';
import { LoginScreen } from '../login/login-screen.js';
import { readSession, resumeSession, useSession } from '../login/session.js';
import { ImagesScreen } from '../list/images-screen.js';
import { TransfersScreen } from '../messages/transfers-screen.js';
import { Toasts } from '../messages/toasts.js';
import { Late } from '../parts/late.js';
import { FailureBox, Skeleton } from '../parts/states.js';
import { useKept } from '../parts/use-kept.js';
import { texts } from '../texts/texts.js';
import { BackgroundImports } from '../import/background-imports.js';
import { BackgroundUploads } from '../upload/background-uploads.js';
import { DropAnywhere } from '../upload/drop-anywhere.js';
import { leaveUploads } from '../upload/uploads-of-page.js';
import { Bars, LoginDialog } from './bars.js';
import { Header } from './header.js';
import { HelpScreen } from './help-screen.js';
import { StartContext, useStart, type Config, type ConsoleLogin, type Viewer } from './start.js';
import { Shortcuts } from './shortcuts.js';
import { useTips } from './tips.js';
import { useTitle } from './use-title.js';

const AdminScreen = lazy(() => import('../admin/admin-screen.js'));
const NewScreen = lazy(() => import('../upload/new/new-screen.js'));
const InboxScreen = lazy(() => import('../inbox/inbox-screen.js'));
const ProjectScreen = lazy(() => import('../project/project-screen.js'));

/** The whole page: asks who the viewer is, and shows the screen of the address. */
export function App() {
  const [config, failure, readAgain] = useConfig();
  useTips();
  if (failure)
    return (
      <Alone>
        <FailureBox failure={failure} again={readAgain} />
      </Alone>
    );
  if (!config)
    return (
      <Alone>
        <Skeleton rows={6} />
      </Alone>
    );
  return config.login ? <LoggedIn config={config} login={config.login} /> : <Known key="" config={config} />;
}

/** Shows the login while nobody is logged in. Everything that the page knows goes with its user. */
function LoggedIn({ config, login }: { config: Config; login: ConsoleLogin }) {
  const session = useSession();
  const { isLoginEnded } = useConnection();
  const kept = useKept(session ?? undefined);
  const [failure, setFailure] = useState<Failure>();
  useEffect(() => {
    if (session !== undefined || failure) return;
    const read = config.auth === 'oidc' ? resumeSession : readSession;
    read().catch((error: unknown) => setFailure(error as Failure));
  }, [config, session, failure]);
  if (failure)
    return (
      <Alone>
        <FailureBox failure={failure} again={() => setFailure(undefined)} />
      </Alone>
    );
  if (session === undefined)
    return (
      <Alone>
        <Skeleton rows={6} />
      </Alone>
    );
  // After its end, the login goes on in a dialog over the page.
  const shown = session ?? (isLoginEnded ? kept : null);
  if (!shown) return <LoginScreen config={config} login={login} />;
  return <Known key={`${shown.user} ${shown.project?.id}`} config={config} />;
}

function Known({ config }: { config: Config }) {
  const [client] = useState(gatewayClient);
  useEffect(() => leaveUploads, []);
  return (
    <Provider value={client}>
      <Router base="/console">
        <Started config={config} />
      </Router>
    </Provider>
  );
}

function Started({ config }: { config: Config }) {
  const [{ data: latest, error }, ask] = useQuery({ query: StartDocument });
  const data = useKept(latest);
  const [, navigate] = useLocation();
  const again = () => ask({ requestPolicy: 'network-only' });
  useOnAttempt(again);

  const failure = failureIn(error);
  const viewer = data && viewerIn(data);
  return (
    <RouterProvider navigate={navigate} useHref={(href) => `/console${href}`}>
      <a className="skip" href="#content">
        {texts.skip}
      </a>
      {viewer ? (
        <StartContext value={{ config, viewer }}>
          <Header />
          <Bars config={config} />
          <main id="content" tabIndex={-1}>
            <Screens />
          </main>
          <Shortcuts />
          <LiveChanges />
          <BackgroundUploads />
          <BackgroundImports />
          <DropAnywhere />
          <Toasts />
        </StartContext>
      ) : (
        <>
          <Bars config={config} />
          <Alone>{failure ? <FailureBox failure={failure} again={again} /> : <Skeleton rows={6} />}</Alone>
        </>
      )}
      <LoginDialog config={config} />
    </RouterProvider>
  );
}

function viewerIn({ viewer, gateway }: StartQuery): Viewer {
  const [user, tenant] = [viewer.user ?? null, viewer.tenant ?? null];
  return { ...viewer, user, tenant, owner: gateway.ownersAreTenants ? tenant : user };
}

function Screens() {
  const { viewer } = useStart();
  return (
    <Switch>
      <Route path="/">
        <Redirect to="/images" replace />
      </Route>
      <Route path="/login">
        <AfterLogin />
      </Route>
      <Route path="/images">
        <ImagesScreen />
      </Route>
      <Route path="/images/:id">{({ id }) => <ImagesScreen id={id} part="overview" />}</Route>
      <Route path="/images/:id/properties">{({ id }) => <ImagesScreen id={id} part="properties" />}</Route>
      <Route path="/images/:id/sharing">{({ id }) => <ImagesScreen id={id} part="sharing" />}</Route>
      <Route path="/images/:id/use">{({ id }) => <ImagesScreen id={id} part="use" />}</Route>
      <Route path="/new">
        <LateScreen>
          <NewScreen />
        </LateScreen>
      </Route>
      <Route path="/inbox">
        <LateScreen>
          <InboxScreen />
        </LateScreen>
      </Route>
      {viewer.owner !== null && (
        <Route path="/project">
          <LateScreen>
            <ProjectScreen />
          </LateScreen>
        </Route>
      )}
      {viewer.isAdmin && (
        <Route path="/admin">
          <LateScreen>
            <AdminScreen part="counts" />
          </LateScreen>
        </Route>
      )}
      {viewer.isAdmin && (
        <Route path="/admin/projects">
          <LateScreen>
            <AdminScreen part="projects" />
          </LateScreen>
        </Route>
      )}
      {viewer.isAdmin && (
        <Route path="/admin/deleted">
          <LateScreen>
            <AdminScreen part="deleted" />
          </LateScreen>
        </Route>
      )}
      <Route path="/transfers">
        <TransfersScreen />
      </Route>
      <Route path="/help">
        <HelpScreen />
      </Route>
      <Route>
        <NoScreen />
      </Route>
    </Switch>
  );
}

/** A screen that is loaded when somebody goes there. */
function LateScreen({ children }: { children: React.ReactNode }) {
  return (
    <Late instead={<p className="alone failure">{texts.late.hint}</p>}>
      <Suspense fallback={<Skeleton rows={4} />}>{children}</Suspense>
    </Late>
  );
}

/** The address of the login is of no use to somebody who is logged in. */
function AfterLogin() {
  const next = new URLSearchParams(location.search).get('next') ?? '';
  const path = /^\/console(\/(?!login)[^\\]*)$/.exec(next)?.[1];
  return <Redirect to={path ?? '/images'} replace />;
}

function NoScreen() {
  useTitle(texts.noScreen);
  return <p className="alone">{texts.noScreen}</p>;
}

/** Shows one thing in place of a screen. */
function Alone({ children }: { children: React.ReactNode }) {
  return (
    <main id="content" className="alone" tabIndex={-1}>
      {children}
    </main>
  );
}

function useConfig(): [config: Config | undefined, failure: Failure | undefined, again: () => void] {
  const [config, setConfig] = useState<Config>();
  const [failure, setFailure] = useState<Failure>();
  const [tries, setTries] = useState(0);
  useEffect(() => {
    fetch('/console/config.json')
      .then(async (response) => {
        if (!response.ok) throw await failureOf(response);
        return response.json() as Promise<Config>;
      })
      .then(setConfig)
      .catch((error: unknown) =>
        setFailure(error instanceof Failure ? error : new Failure('OFFLINE', String(error))),
      );
  }, [tries]);
  const again = () => {
    setFailure(undefined);
    setTries(tries + 1);
  };
  return [config, failure, again];
}
