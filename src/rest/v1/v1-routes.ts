import type { MemberAction } from '../shared/member-actions.js';
import { segmentText } from '../shared/request-url.js';
import { RestError, noRoute } from '../shared/rest-error.js';
import { addressesOf } from '../shared/catch-all-route.js';

/** The action that a path and method request (contract C3). An id is Latin-1 text, as in the errors of Glance 15. */
export type Action =
  | { name: 'enter' | 'list' | 'detail' | 'create' }
  | { name: 'head' | 'download' | 'update' | 'delete'; id: string }
  | MemberAction;

type Names = Action['name'];

interface Route {
  path: RegExp;
  /** The action for each method; `any` means every method. */
  methods: Partial<Record<string, Names>>;
  allow?: string;
  /** Methods that are refused with their own Allow header, or without one. */
  refused?: Partial<Record<string, { allow?: string }>>;
}

const ROUTES: readonly Route[] = [
  { path: /^$/, methods: { any: 'enter' } },
  { path: /^\/$/, methods: { any: 'list' } },
  { path: /^\/images$/, methods: { GET: 'list', POST: 'create' }, allow: 'GET, POST' },
  {
    path: /^\/images\/detail$/,
    methods: { GET: 'detail' },
    allow: 'GET, HEAD',
    refused: { HEAD: { allow: 'GET' } },
  },
  {
    path: /^\/images\/(?<id>[^/]+)$/,
    methods: { HEAD: 'head', GET: 'download', PUT: 'update', DELETE: 'delete' },
    allow: 'GET, HEAD, PUT, DELETE',
  },
  {
    path: /^\/images\/(?<id>[^/]+)\/members$/,
    methods: { GET: 'members', PUT: 'replaceMembers' },
    allow: 'GET, PUT',
  },
  {
    path: /^\/images\/(?<id>[^/]+)\/members\/(?<member>[^/]+)$/,
    methods: { PUT: 'putMember', DELETE: 'deleteMember' },
    allow: 'GET, PUT, DELETE',
    refused: { GET: {} },
  },
  { path: /^\/shared-images\/(?<member>[^/]+)$/, methods: { any: 'sharedImages' } },
];

/** The addresses of all routes. */
export const ADDRESSES = addressesOf(ROUTES, '/v1');

/** Returns the action for a method and path. @throws RestError 404, 405, 501 (contract C4) */
export function actionOf(method: string, path: string): Action {
  for (const route of ROUTES) {
    const match = route.path.exec(path);
    if (!match) continue;
    const name = route.methods[method] ?? route.methods.any;
    if (!name) throw new RestError(405, {}, route.refused?.[method] ?? { allow: route.allow });
    const { id, member } = match.groups ?? {};
    return { name, id, member: member && segmentText(member) } as Action;
  }
  throw noRoute(method);
}
