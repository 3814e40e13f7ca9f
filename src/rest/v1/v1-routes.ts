import { segmentText } from '../shared/request-url.js';
import { Fault, unrouted } from '../shared/rest-error.js';
import { addressesOf } from '../shared/catch-all-route.js';

/** What a path and method ask for (contract C3). An id keeps its bytes as Latin-1, as Glance 15 shows it in errors. */
export type Action =
  | { name: 'enter' | 'list' | 'detail' | 'create' }
  | { name: 'head' | 'download' | 'update' | 'delete' | 'members' | 'replaceMembers'; id: string }
  | { name: 'putMember' | 'deleteMember'; id: string; member: string }
  | { name: 'sharedImages'; member: string };

type Names = Action['name'];

interface Route {
  path: RegExp;
  /** `any` is for every method. */
  methods: Partial<Record<string, Names>>;
  allow?: string;
  /** Methods that are refused without naming those that are allowed. */
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

/** Every address of this router. */
export const ADDRESSES = addressesOf(ROUTES, '/v1');

/** @throws Fault 404, 405, 501 (contract C4) */
export function actionOf(method: string, path: string): Action {
  for (const route of ROUTES) {
    const match = route.path.exec(path);
    if (!match) continue;
    const name = route.methods[method] ?? route.methods.any;
    if (!name) throw new Fault(405, {}, route.refused?.[method] ?? { allow: route.allow });
    const { id, member } = match.groups ?? {};
    return { name, id, member: member && segmentText(member) } as Action;
  }
  throw unrouted(method);
}
