import { useEffect } from 'react';
import { Failure } from '../gateway/failure.js';
import { useTitle } from '../shell/use-title.js';
import type { Config, ConsoleLogin } from '../shell/start.js';
import { texts } from '../texts/texts.js';
import { LoginFailure, LoginForm } from './login-form.js';
import { readSession } from './session.js';

/** The page while nobody is logged in. */
export function LoginScreen({ config, login }: { config: Config; login: ConsoleLogin }) {
  useTitle(texts.login.title);
  const code = new URLSearchParams(location.search).get('loginError');
  return (
    <main id="content" className="alone login" tabIndex={-1}>
      <h1>{texts.login.title}</h1>
      {config.banner && <p className="bar">{config.banner}</p>}
      {config.auth === 'keystone' ? (
        <LoginForm login={login} />
      ) : (
        <>
          <p>{texts.login.at(login.name)}</p>
          <LoginFailure failure={code ? new Failure(code, '') : undefined} />
          <a className="button button-main" href={`/console/login?next=${encodeURIComponent(nextPath())}`}>
            {texts.login.logIn}
          </a>
        </>
      )}
    </main>
  );
}

/** The login over the page: what is on the page stays. */
export function LoginAgain({ config, login }: { config: Config; login: ConsoleLogin }) {
  useLoginOfAnotherTab();
  if (config.auth === 'keystone') return <LoginForm login={login} />;
  return (
    <>
      <p>{texts.login.inNewTab}</p>
      <a
        className="button button-main"
        href={`/console/login?next=${encodeURIComponent('/console/help')}`}
        target="_blank"
        rel="noopener"
      >
        {texts.login.logIn}
      </a>
    </>
  );
}

const LOOK_MS = 3000;

function useLoginOfAnotherTab(): void {
  useEffect(() => {
    const look = () => void readSession().catch(() => undefined);
    // Perhaps the browser has a login already, of this user or another one.
    look();
    const looking = setInterval(look, LOOK_MS);
    return () => clearInterval(looking);
  }, []);
}

/** Returns where the browser goes after the login: to the screen of its address. */
function nextPath(): string {
  const { pathname, search } = location;
  const next = new URLSearchParams(search).get('next');
  if (pathname === '/console/login') return next ?? '/console/';
  const kept = new URLSearchParams(search);
  kept.delete('loginError');
  return kept.size > 0 ? `${pathname}?${kept}` : pathname;
}
