import type { MemberAction } from '../shared/member-actions.js';
import { segmentText } from '../shared/request-url.js';
import { RestError, noRoute } from '../shared/rest-error.js';
import { addressesOf } from '../shared/catch-all-route.js';

/** The action that a path and method request (contract C23.1). */
export type Action =
  | { name: 'list' | 'detail' | 'create' | 'rpc' }
  | { name: 'show' | 'update' | 'delete'; id: string }
  | MemberAction;

interface Route {
  path: RegExp;
  /** The action for each method; `any` means every method. */
  methods: Partial<Record<string, Action['name']>>;
  /** A method that is answered with 405; every other method is answered with 404 (contract C23.2). */
  refused?: string;
}

const ROUTES: readonly Route[] = [
  { path: /^\/$/, methods: { any: 'list' } },
  { path: /^\/images$/, methods: { GET: 'list', POST: 'create' } },
  { path: /^\/images\/detail$/, methods: { GET: 'detail' } },
  {
    path: /^\/images\/(?<id>[^/]+)$/,
    methods: { GET: 'show', PUT: 'update', DELETE: 'delete' },
  },
  {
    path: /^\/images\/(?<id>[^/]+)\/members$/,
    methods: { GET: 'members', PUT: 'replaceMembers' },
    refused: 'POST',
  },
  {
    path: /^\/images\/(?<id>[^/]+)\/members\/(?<member>[^/]+)$/,
    methods: { PUT: 'putMember', DELETE: 'deleteMember' },
    refused: 'GET',
  },
  { path: /^\/rpc$/, methods: { POST: 'rpc' } },
  { path: /^\/shared-images\/(?<member>[^/]+)$/, methods: { any: 'sharedImages' } },
];

/** The addresses of all routes. */
export const ADDRESSES = addressesOf(ROUTES);

/** Returns the action for a method and path. @throws RestError 404, 405, 501 (contract C23.2) */
export function actionOf(method: string, path: string): Action {
  for (const route of ROUTES) {
    const match = route.path.exec(path);
    if (!match) continue;
    if (method === route.refused) throw new RestError(405, {}, { allow: 'PUT, DELETE' });
    const name = route.methods[method] ?? route.methods.any;
    if (!name) continue;
    const { id, member } = match.groups ?? {};
    return { name, id: id && segmentText(id), member: member && segmentText(member) } as Action;
  }
  throw noRoute(method);
}
