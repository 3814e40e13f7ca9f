import { setImmediate as cachedOnes, setTimeout as wait } from 'node:timers/promises';
import pLimit from 'p-limit';
import { AnswerTooLong, httpClient } from '../network/http-client.js';
import { keystoneRoot } from '../network/keystone-login.js';
import type { Warn } from './caller.js';
import type { GatewayAccount } from './gateway-account.js';
import { keystoneNames } from './keystone-names.js';
import { projectsIn, projectsOf, type AskKeystone, type Project } from './keystone-projects.js';
import { Away, keystoneReader } from './keystone-reader.js';
import { TooManyTenants, unknownTenant, type Tenant, type Tenants } from './tenants.js';

export interface KeystoneTenantsOptions {
  keystoneAuthUrl?: string;
  keystoneNameCacheTime: number;
}

/** The time that names may cost a list of images. Names that come later are there for later lists. */
const NAMES_MS = 1_000;
/** The time for a list of projects. */
const LIST_MS = 5_000;
/** The projects that Keystone lists at most, where it can limit a list. */
const LISTED = 1_000;
const MAX_CONCURRENT = 8;
const MAX_WAITING = 100;

/** The projects of Keystone as tenants. */
export function keystoneTenants(
  options: KeystoneTenantsOptions,
  account: GatewayAccount,
  warn: Warn,
): Tenants {
  const root = keystoneRoot(options.keystoneAuthUrl!);
  const http = httpClient({ timeout: LIST_MS / 1000 });
  const limit = pLimit(MAX_CONCURRENT);
  const reader = keystoneReader(account, warn);
  const names = keystoneNames(reader, options.keystoneNameCacheTime);
  /** The lists that did not get their names in time, and for which Keystone is still asked. */
  let late = 0;
  const ask: AskKeystone = (path, request) => http.ask(root + path, request);

  return {
    named,

    async found(text, most) {
      const [byName, [byId]] = await Promise.all([projectsNamed(text), named([text])]);
      if (byName === null) return null;
      const others = byName.filter(({ id }) => id !== byId.id).sort(beginningFirst(text));
      const shown = await inDomains(others.slice(0, most));
      return (byId.name === null ? shown : [byId, ...shown]).slice(0, most);
    },

    async ofToken(token) {
      if (limit.pendingCount >= MAX_WAITING) return null;
      const own = () => limit(() => reader.unlessAway(() => projectsOf(token, ask)));
      const projects = await own().catch(nothingWhileAway);
      return Array.isArray(projects) ? inDomains(projects) : null;
    },

    domainNames,
  };

  async function named(ids: readonly string[]): Promise<Tenant[]> {
    const found = ids.map(unknownTenant);
    await forAWhile(ids, async (id, nth) => {
      const project = await names.project(id);
      if (!project) return;
      found[nth] = tenantOf(project, undefined);
      if (project.domainId !== null) found[nth] = tenantOf(project, await names.domain(project.domainId));
    });
    return [...found];
  }

  /**
   * Does work for each id, and stops waiting after a short time. Work that fails has found nothing. After a list that has
   * waited in vain, others wait for nothing until its work is over.
   */
  async function forAWhile(
    ids: readonly string[],
    work: (id: string, nth: number) => Promise<void>,
  ): Promise<void> {
    const all = Promise.allSettled(ids.map(work)).then(() => true);
    if (late > 0) return void (await Promise.race([all, cachedOnes()]));
    const end = new AbortController();
    const timeUp = wait(NAMES_MS, false, { signal: end.signal }).catch(() => false);
    const isDone = await Promise.race([all, timeUp]);
    end.abort();
    if (isDone) return;
    late += 1;
    void all.then(() => (late -= 1));
  }

  async function projectsNamed(text: string): Promise<Project[] | null> {
    const named = text === '' ? '' : `&name__icontains=${encodeURIComponent(text)}`;
    const answer = await limit(() => reader.get(`/projects?limit=${LISTED}${named}`, LIST_MS)).catch(
      nothingWhileAway,
    );
    const found = answer?.status === 200 ? projectsIn(answer.json()) : undefined;
    // Keystone takes some signs of the text for wildcards.
    return found?.filter(({ name }) => folded(name).includes(folded(text))) ?? null;
  }

  async function inDomains(projects: readonly Project[]): Promise<Tenant[]> {
    const domains = await domainNames(projects.map(({ domainId }) => domainId));
    return projects.map((project) => tenantOf(project, domains.get(project.domainId ?? '')));
  }

  async function domainNames(ids: readonly (string | null)[]): Promise<Map<string, string>> {
    const found = new Map<string, string>();
    const distinct = [...new Set(ids)].filter((id) => id !== null);
    await forAWhile(distinct, async (id) => {
      const name = await names.domain(id);
      if (name !== null) found.set(id, name);
    });
    return new Map(found);
  }
}

function tenantOf({ id, name, domainId }: Project, domain: string | null | undefined): Tenant {
  return { id, name, domain: domain ?? domainId };
}

function nothingWhileAway(error: unknown): null {
  if (error instanceof Away) return null;
  if (error instanceof AnswerTooLong) throw new TooManyTenants();
  throw error;
}

function beginningFirst(text: string): (one: Project, other: Project) => number {
  const rank = ({ name }: Project) => (folded(name).startsWith(folded(text)) ? 0 : 1);
  return (one, other) => rank(one) - rank(other);
}

function folded(text: string): string {
  return text.toLowerCase();
}
