import { useEffect, useState } from 'react';
import { Failure } from '../gateway/failure.js';
import { loginEnded } from '../gateway/login-end.js';
import { shownClock } from '../parts/format.js';
import { texts } from '../texts/texts.js';
import { readSession, refreshSession, useSession } from './session.js';

/** The time before the end at which the page says so (WCAG 2.2.1). */
const ANNOUNCED_MS = 5 * 60_000;
const REFRESHED_MS = 60_000;
/** A timer of a browser takes no longer time. */
const LONGEST_MS = 2 ** 31 - 1;

/** Makes the login longer where that is possible, and else announces its end. */
export function SessionEnd() {
  const session = useSession();
  const [isNear, setNear] = useState(false);
  useEffect(() => {
    if (!session) return;
    const end = new Date(session.expiresAt).getTime();
    setNear(false);
    const timers = session.isRefreshable
      ? [at(end - REFRESHED_MS, () => void refreshed())]
      : [at(end - ANNOUNCED_MS, () => setNear(true)), at(end, () => void ended())];
    return () => timers.forEach(clearTimeout);
  }, [session]);
  if (!session || !isNear) return <div className="unseen" role="status" />;
  return (
    <div role="status" className="bar bar-warning">
      {texts.login.endsAt(shownClock(new Date(session.expiresAt).getTime()))}
    </div>
  );
}

function at(time: number, act: () => void): ReturnType<typeof setTimeout> {
  return setTimeout(act, Math.min(Math.max(time - Date.now(), 0), LONGEST_MS));
}

async function refreshed(): Promise<void> {
  try {
    await refreshSession();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    await ended();
  }
}

/** Another tab may have logged in meanwhile. */
async function ended(): Promise<void> {
  const session = await readSession().catch(() => undefined);
  if (session === null) loginEnded();
}
