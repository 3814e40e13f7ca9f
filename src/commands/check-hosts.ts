import type { Config } from '../config/config.js';
import { findHosts } from '../database/data-source.js';
import { hostAndPort } from '../database/database-url.js';
import { reasonOf, type FoundHost } from '../database/hosts.js';
import type { Finding } from '../database/inspection.js';

/** One of several database hosts, for `glance-graphql check --json`. */
export interface HostFacts {
  host: string;
  state: FoundHost['state'];
  /** The version of the server; unset when it could not be asked. */
  version?: string;
}

/** Looks at each of several hosts of DATABASE_URL. There are no facts about a single host. */
export async function inspectHosts(config: Config): Promise<{ hosts: HostFacts[]; findings: Finding[] }> {
  const found = await findHosts(config);
  const findings: Finding[] = [];
  if (found.length > 0 && !found.some(({ state }) => state === 'writable')) {
    const todo = 'Make one of them writable; until then the gateway only reads.';
    findings.push({ severity: 'limited', what: 'No host of DATABASE_URL takes changes.', todo });
  }
  if (found.some(({ overridesReadOnly }) => overridesReadOnly)) {
    const what = 'The account of DATABASE_URL may change a host that is read-only.';
    const todo =
      'Take SUPER and READ ONLY ADMIN from it: a change can be lost while hosts change their roles.';
    findings.push({ severity: 'note', what, todo });
  }
  for (const each of found.filter(({ problem }) => problem)) {
    const what = `The database host ${hostAndPort(each.host)} cannot be used: ${reasonOf(each)}.`;
    findings.push({ severity: 'note', what, todo: 'The gateway cannot move there when it has to.' });
  }
  const hosts = found.map(({ host, state, version }) => ({ host: hostAndPort(host), state, version }));
  return { hosts, findings };
}

/** Describes a host in one line. */
export function hostInWords({ host, state, version }: HostFacts): string {
  return `host      ${host}: ${STATES[state]}${version === undefined ? '' : `, ${version}`}`;
}

const STATES: Record<FoundHost['state'], string> = {
  writable: 'takes changes',
  readOnly: 'read-only',
  refusing: 'refuses the gateway',
  away: 'cannot be reached',
};
