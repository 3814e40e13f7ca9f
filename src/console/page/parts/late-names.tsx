import { createContext, useContext, useEffect, useMemo, useRef } from 'react';
import { useStart } from '../shell/start.js';

/** Milliseconds before each question for names that are missing. The gateway leaves a Keystone that is away alone for 30 s. */
const PAUSES_MS = [4000, 8000, 24_000];

/** The questions that named a project in vain, by its id. A project without a name is not asked for over and over. */
const asked = new Map<string, number>();

type Miss = (id: string) => () => void;

const Missing = createContext<Miss | undefined>(undefined);

/**
 * Asks again for the names of projects that are missing on a screen: the gateway does not wait long for Keystone, and has
 * late names a few seconds later.
 *
 * @param ask reads what is on the screen, which stays in its place
 */
export function LateNames({ ask, children }: { ask: () => void; children: React.ReactNode }) {
  const { config } = useStart();
  const latest = useRef(ask);
  latest.current = ask;
  const names = useMemo(() => lateNames(() => latest.current()), []);
  useEffect(() => names.stop, [names]);
  return <Missing value={config.auth === 'keystone' ? names.miss : undefined}>{children}</Missing>;
}

/** Notes a project while the screen shows its id in place of its name. */
export function useMissingName(id: string, isMissing: boolean): void {
  const miss = useContext(Missing);
  useEffect(() => (isMissing ? miss?.(id) : undefined), [id, isMissing, miss]);
}

function lateNames(ask: () => void): { miss: Miss; stop(): void } {
  /** The number of places where each id stands. */
  const missing = new Map<string, number>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  return { miss, stop };

  function miss(id: string): () => void {
    missing.set(id, (missing.get(id) ?? 0) + 1);
    wait();
    return () => {
      const others = missing.get(id)! - 1;
      if (others > 0) missing.set(id, others);
      else missing.delete(id);
    };
  }

  function wait(): void {
    const questions = [...missing.keys()].map((id) => asked.get(id) ?? 0);
    const pause = PAUSES_MS[Math.min(...questions)];
    if (pause !== undefined) timer ??= setTimeout(askForAll, pause);
  }

  function askForAll(): void {
    timer = undefined;
    if (missing.size === 0) return;
    for (const id of missing.keys()) asked.set(id, (asked.get(id) ?? 0) + 1);
    ask();
    wait();
  }

  function stop(): void {
    clearTimeout(timer);
    timer = undefined;
  }
}
