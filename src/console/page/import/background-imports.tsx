import { useCallback, useEffect, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import { useOnAttempt, usePolling } from '../gateway/ask-again.js';
import { Announcer } from '../parts/announcer.js';
import { ownerOf } from '../parts/owned-work.js';
import { useStart } from '../shell/start.js';
import { importAnnouncer } from './import-announcements.js';
import { keptImports } from './import-records.js';
import { importRows } from './import-rows.js';
import { leaveImports } from './imports-of-page.js';
import { newImport } from './new-import.js';
import { useImports } from './use-imports.js';

/** Milliseconds between two looks at all imports. The list of them looks more often at the rows that one sees. */
const LOOK_MS = 10_000;

/** Does what imports need on every screen: finds those of an earlier page, looks how they are, and announces them. */
export function BackgroundImports() {
  const { viewer } = useStart();
  const rows = importRows.use();
  const [isKept, setKept] = useState(false);
  const [path] = useLocation();
  const imports = useImports(isKept || rows.length > 0);
  const isListed = path === '/transfers';
  const look = useCallback(() => void imports?.look(), [imports]);

  usePolling(look, LOOK_MS);
  useOnAttempt(look);
  useEffect(look, [look, isListed]);
  useOnSight(() => {
    look();
    void keptImports.all().then((kept) => setKept(kept.length > 0));
  });
  useLeavingWith(ownerOf(viewer));
  return <Announcer rows={rows} announcer={importAnnouncer} />;
}

/** Acts at once, and whenever the page comes to sight again. */
function useOnSight(act: () => void): void {
  const latest = useRef(act);
  latest.current = act;
  useEffect(() => {
    const see = () => document.hidden || latest.current();
    see();
    document.addEventListener('visibilitychange', see);
    return () => document.removeEventListener('visibilitychange', see);
  }, []);
}

/** Takes the rows and the form off the page with their user. */
function useLeavingWith(by: string): void {
  useEffect(
    () => () => {
      leaveImports();
      newImport.set(undefined);
    },
    [by],
  );
}
