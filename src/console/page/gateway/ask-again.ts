import { useEffect, useRef } from 'react';
import { useConnection } from './connection.js';
import { useIsLive } from './live/image-changes.js';

/** Milliseconds between two questions for what changed. */
const POLL_MS = 10_000;
/** The same while the gateway tells each change by itself. */
const LIVE_POLL_MS = 60_000;

/** Acts when it is time to ask again after trouble, and not when anything else changes. */
export function useOnAttempt(act: () => void): void {
  const { attempt } = useConnection();
  const last = useRef(attempt);
  useEffect(() => {
    if (last.current !== attempt) act();
    last.current = attempt;
  });
}

/**
 * Acts again and again while the page is in sight and the gateway answers: every ten seconds, or every minute while the
 * gateway tells each change by itself.
 *
 * @param pollMs the time between two questions that no live change makes rarer
 */
export function usePolling(act: () => void, pollMs?: number): void {
  const { trouble, isLoginEnded } = useConnection();
  const isLive = useIsLive();
  // Behind a proxy that logs in, only an answer tells that another tab has brought the login back.
  const every = pollMs ?? (isLive && !isLoginEnded ? LIVE_POLL_MS : POLL_MS);
  const latest = useRef(act);
  latest.current = act;
  useEffect(() => {
    if (trouble) return;
    const poll = setInterval(() => !document.hidden && latest.current(), every);
    return () => clearInterval(poll);
  }, [trouble, every]);
}
