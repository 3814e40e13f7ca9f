import { useEffect, useState } from 'react';
import { Button, Dialog, Heading, Modal } from 'react-aria-components';
import { tryAgain, useConnection, type Trouble } from '../gateway/connection.js';
import { LoginAgain } from '../login/login-screen.js';
import { SessionEnd } from '../login/session-end.js';
import { shownClock } from '../parts/format.js';
import { texts } from '../texts/texts.js';
import type { Config } from './start.js';

/** Lines above the content: who is administrator, what the operator says, and whether the gateway answers. */
export function Bars({ config: { auth, banner } }: { config: Config }) {
  return (
    <div className="bars">
      <ConnectionBar />
      <SessionEnd />
      {auth === 'none' && <p className="bar bar-warning">{texts.everybodyIsAdmin}</p>}
      {banner && <p className="bar">{banner}</p>}
    </div>
  );
}

function ConnectionBar() {
  const { trouble, answeredAt } = useConnection();
  const now = useNow(trouble !== undefined);
  return (
    <>
      {/* Announced once, and not each second. */}
      <div className="unseen" role="status">
        {trouble && texts.connection.lost}
      </div>
      {trouble && (
        <div className="bar bar-trouble">
          <span>{said(trouble, answeredAt, now)}</span>
          <Button className="button" onPress={tryAgain}>
            {texts.connection.now}
          </Button>
        </div>
      )}
    </>
  );
}

function said({ kind, reason, retryAt }: Trouble, answeredAt: number, now: number): string {
  const seconds = Math.max(0, Math.ceil((retryAt - now) / 1000));
  if (kind === 'offline') return texts.connection.offline(shownClock(answeredAt), seconds);
  return texts.connection.unavailable(reason, seconds);
}

/** Says that the login has ended, over the page: what it shows stays as it was. */
export function LoginDialog({ config }: { config: Config }) {
  const { isLoginEnded } = useConnection();
  return (
    <Modal className="modal" isOpen={isLoginEnded} isDismissable={false} isKeyboardDismissDisabled>
      <Dialog className="dialog" role="alertdialog">
        <Heading slot="title">{texts.connection.loginEnded}</Heading>
        <p>{texts.connection.loginEndedHint}</p>
        {config.login ? <LoginAgain config={config} login={config.login} /> : <LoadAgain />}
      </Dialog>
    </Modal>
  );
}

/** The proxy in front logs in, and it sees only a page that is loaded anew. */
function LoadAgain() {
  return (
    <Button className="button button-main" autoFocus onPress={() => location.reload()}>
      {texts.connection.logIn}
    </Button>
  );
}

function useNow(isTicking: boolean): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (!isTicking) return;
    setNow(Date.now());
    const clock = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(clock);
  }, [isTicking]);
  return now;
}
