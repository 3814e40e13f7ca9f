import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Before all tests: an empty home folder. Clients, servers and libraries read settings from the home of their user
 * and keep caches there, and no test depends on what somebody did on this machine before.
 */
export default function setup(): () => void {
  const home = mkdtempSync(join(tmpdir(), 'glance-graphql-home-'));
  process.env.HOME = home;
  return () => rmSync(home, { recursive: true, force: true });
}
