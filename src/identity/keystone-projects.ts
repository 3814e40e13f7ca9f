import type { HttpRequest, WholeAnswer } from '../network/http-client.js';

/** A project as Keystone lists it. */
export interface Project {
  readonly id: string;
  readonly name: string;
  readonly domainId: string | null;
}

/** Sends a request to Keystone. @param path the path below `/v3` */
export type AskKeystone = (path: string, request: HttpRequest) => Promise<WholeAnswer>;

/** Returns the projects in which the holder of a token has a role, by name; the answer itself where it lists none. */
export async function projectsOf(token: string, ask: AskKeystone): Promise<Project[] | WholeAnswer> {
  const headers = { 'x-auth-token': token, accept: 'application/json' };
  const answer = await ask('/auth/projects', { headers });
  return (answer.status === 200 ? projectsIn(answer.json()) : undefined) ?? answer;
}

/** Reads the projects in a list of Keystone's; undefined for an answer that is no list. */
export function projectsIn(body: unknown): Project[] | undefined {
  const { projects } = (body ?? {}) as { projects?: unknown };
  if (!Array.isArray(projects)) return undefined;
  return (projects as unknown[])
    .flatMap((each) => {
      const project = isEnabled(each) ? readProject(each) : undefined;
      return project ? [project] : [];
    })
    .sort((one, other) => one.name.localeCompare(other.name, 'en') || (one.id < other.id ? -1 : 1));
}

/** Reads a project; undefined for anything else, and for a domain, which Keystone stores as a project. */
export function readProject(project: unknown): Project | undefined {
  const { id, name, domain_id: domainId, is_domain: isDomain } = (project ?? {}) as Record<string, unknown>;
  if (!isText(id) || !isText(name) || isDomain === true) return undefined;
  return { id, name, domainId: isText(domainId) ? domainId : null };
}

function isEnabled(project: unknown): boolean {
  return (project as { enabled?: unknown } | null)?.enabled !== false;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
