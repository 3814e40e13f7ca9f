import { LRUCache } from 'lru-cache';
import pLimit from 'p-limit';
import { Away, type KeystoneReader } from './keystone-reader.js';
import { readProject, type Project } from './keystone-projects.js';

/** The names of projects and domains. They are kept for a while. */
export interface KeystoneNames {
  /** Returns a project; null for none, or one that may not be read. @throws Error */
  project(id: string): Promise<Project | null>;
  /** Returns the name of a domain; null for none, or one that may not be read. @throws Error */
  domain(id: string): Promise<string | null>;
}

/** The time for one name, which may need a login first. A Keystone that needs longer counts as away. */
const NAME_MS = 5_000;
/** Few, since Keystone has tokens to validate at the same time. */
const MAX_CONCURRENT = 8;
const MAX_WAITING = 1_000;
const MAX_KNOWN = 10_000;
/** Ids in the forms that Keystone gives them. Owners of images may be any text. */
const ID = /^[\w-]{1,64}$/;

/**
 * Each name is a request of its own: Keystone has no list of chosen projects, and a list of all grows with the cloud. All
 * who need a name share one request.
 *
 * @param seconds the time for which a name is kept, and that there is none
 */
export function keystoneNames(reader: KeystoneReader, seconds: number): KeystoneNames {
  const limit = pLimit(MAX_CONCURRENT);
  const projects = kept(async (id) => {
    const { project } = (await described(`/projects/${id}`)) as { project?: unknown };
    const found = readProject(project);
    // A database may find an id in another letter case.
    return found?.id === id ? found : null;
  });
  const domains = kept(async (id) => {
    const { domain } = (await described(`/domains/${id}`)) as { domain?: { name?: unknown } };
    return typeof domain?.name === 'string' ? domain.name : null;
  });
  return { project: projects, domain: domains };

  function kept<Found>(read: (id: string) => Promise<Found | null>): (id: string) => Promise<Found | null> {
    const found = new LRUCache<string, { it: Found | null }>({
      max: MAX_KNOWN,
      ttl: seconds * 1000,
      fetchMethod: async (id) => ({ it: await read(id) }),
    });
    return async (id) => (ID.test(id) ? (await found.forceFetch(id)).it : null);
  }

  /** Returns the answer about something; an empty one where there is none, or the account may not read it. */
  async function described(path: string): Promise<object> {
    if (limit.pendingCount >= MAX_WAITING) throw new Away('too many names wait for Keystone');
    const answer = await limit(() => reader.get(path, NAME_MS));
    return answer.status === 200 ? ((answer.json() ?? {}) as object) : {};
  }
}
