import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Creates an empty home folder before all tests. Clients, servers and libraries read settings from the home of their
 * user and keep caches there; no test may depend on them.
 */
export default function setup(): () => void {
  const home = mkdtempSync(join(tmpdir(), 'glance-graphql-home-'));
  process.env.HOME = home;
  return () => rmSync(home, { recursive: true, force: true });
}
