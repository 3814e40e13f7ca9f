import { useEffect, useRef } from 'react';
import { useConnection } from './connection.js';

/** Milliseconds between two questions for what changed. */
const POLL_MS = 10_000;

/** Acts when it is time to ask again after trouble, and not when anything else changes. */
export function useOnAttempt(act: () => void): void {
  const { attempt } = useConnection();
  const last = useRef(attempt);
  useEffect(() => {
    if (last.current !== attempt) act();
    last.current = attempt;
  });
}

/** Acts every ten seconds, or after another time, while the page is in sight and the gateway answers. */
export function usePolling(act: () => void, every = POLL_MS): void {
  const { trouble } = useConnection();
  const latest = useRef(act);
  latest.current = act;
  useEffect(() => {
    if (trouble) return;
    const poll = setInterval(() => !document.hidden && latest.current(), every);
    return () => clearInterval(poll);
  }, [trouble, every]);
}
