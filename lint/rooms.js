import { dirname, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A room that may use every room below it. */
const ALL_BELOW = '*';

/**
 * The rooms of `src/` from top to bottom, and the rooms that each may use beside itself. Each of these stands
 * below, so that the rooms form no circle. `.` is `src/` itself. A folder without a line belongs to the room
 * around it.
 */
export const ROOMS = {
  '.': ALL_BELOW,
  commands: ALL_BELOW,
  gateway: ALL_BELOW,
  config: ['image/inspector', 'store', 'database'],
  'telemetry/traces': [
    ...['telemetry/metrics', 'graphql/execution', 'http', 'image/upload', 'image', 'identity', 'telemetry'],
    ...['store', 'database', 'network'],
  ],
  'telemetry/metrics': [
    ...['graphql/execution', 'graphql/errors', 'http', 'image/maintenance', 'image/upload', 'image/catalog'],
    ...['image', 'identity', 'telemetry', 'store', 'database'],
  ],

  console: ['http'],
  'console/session': ['http', 'image', 'identity', 'network'],
  'graphql/graphiql': ['http'],
  graphql: [
    ...['graphql/live', 'graphql/resolvers', 'graphql/types', 'graphql/multipart', 'graphql/limits'],
    ...['graphql/execution', 'graphql/errors', 'http', 'image/sources', 'image/upload/resumable'],
    ...['image/upload', 'image/feed', 'image/definitions', 'image/catalog', 'image/change', 'image/records'],
    ...['image', 'identity'],
  ],
  'graphql/live': [
    ...['graphql/limits', 'graphql/execution', 'http', 'image/catalog', 'image', 'identity', 'telemetry'],
  ],
  'graphql/resolvers': [
    ...['graphql/types', 'graphql/multipart', 'graphql/execution', 'graphql/errors'],
    ...['image/sources', 'image/upload/resumable', 'image/upload', 'image/feed', 'image/definitions'],
    ...['image/catalog', 'image/change', 'image/records', 'image', 'identity'],
  ],
  'graphql/types': [
    ...['image/feed', 'image/definitions', 'image/catalog', 'image/change', 'image/records'],
    ...['image/access', 'image'],
  ],
  'graphql/multipart': ['http', 'image', 'identity'],
  'graphql/limits': ['graphql/execution', 'image/catalog', 'image'],
  'graphql/execution': ['graphql/errors', 'image/catalog', 'identity', 'telemetry'],
  'graphql/errors': ['http', 'image', 'telemetry'],
  data: [
    ...['http', 'image/download', 'image/upload/resumable', 'image/upload', 'image/records'],
    ...['image', 'identity', 'store'],
  ],
  'rest/v1': [
    ...['rest/shared', 'http', 'image/download', 'image/sources', 'image/upload'],
    ...['image/catalog', 'image/change', 'image/records', 'image', 'identity'],
  ],
  'rest/registry': [
    ...['rest/shared', 'http', 'image/catalog', 'image/change', 'image/records', 'image', 'identity'],
  ],
  'rest/shared': ['http', 'image/catalog', 'image/change', 'image/records', 'image', 'identity'],
  http: ['image', 'identity', 'telemetry', 'database'],

  'image/maintenance': [
    ...['image/upload/resumable', 'image/upload', 'image/inspector', 'image/change', 'image/records'],
    ...['image/access', 'image', 'telemetry', 'store', 'database'],
  ],
  'image/download': [
    ...['image/sources', 'image/records', 'image/access', 'image'],
    ...['identity', 'telemetry', 'store', 'database'],
  ],
  'image/sources': [
    ...['image/upload', 'image/records', 'image/access', 'image'],
    ...['identity', 'telemetry', 'store', 'database'],
  ],
  'image/upload/resumable': [
    ...['image/upload', 'image/upload/transfer', 'image'],
    ...['identity', 'telemetry', 'store', 'database'],
  ],
  'image/upload': [
    ...['image/upload/transfer', 'image/inspector', 'image/records', 'image/access', 'image'],
    ...['identity', 'telemetry', 'store', 'database', 'network'],
  ],
  'image/inspector': ['image'],
  'image/upload/transfer': ['image', 'store', 'network'],
  'image/feed': [
    ...['image/catalog', 'image/records', 'image/access', 'image', 'identity', 'telemetry', 'database'],
  ],
  'image/definitions': ['image/access', 'image', 'identity', 'telemetry', 'database'],
  'image/catalog': ['image/records', 'image/access', 'image', 'identity', 'database'],
  'image/change': [
    ...['image/records', 'image/access', 'image', 'identity', 'telemetry', 'store', 'database'],
  ],
  'image/records': ['image/access', 'image', 'identity', 'store', 'database'],
  'image/access': ['image', 'identity', 'store', 'database'],
  image: ['store'],

  identity: ['network'],
  telemetry: ['network'],
  store: ['network'],
  database: ['network'],
  network: [],
};

/** The rule `rooms/arrows`: an import reaches only into rooms that the table allows, whatever form it has. */
export const arrows = {
  meta: { type: 'problem', schema: [] },
  create(context) {
    const room = roomOf(context.filename);
    const check = (node, source) => {
      if (typeof source?.value !== 'string' || !source.value.startsWith('.')) return;
      const target = roomOf(resolve(dirname(context.filename), source.value));
      if (target !== room && !mayUse(room, target)) context.report({ node, message: refusal(room, target) });
    };
    return {
      ImportDeclaration: (node) => check(node, node.source),
      ExportNamedDeclaration: (node) => check(node, node.source),
      ExportAllDeclaration: (node) => check(node, node.source),
      ImportExpression: (node) => check(node, node.source),
      TSImportType: (node) => check(node, node.source ?? node.argument.literal),
    };
  },
};

const SRC = fileURLToPath(new URL('../src/', import.meta.url));
const ORDER = Object.keys(ROOMS);

for (const [room, used] of Object.entries(ROOMS)) {
  const wrong = used === ALL_BELOW ? undefined : used.find((each) => !isBelow(each, room));
  if (wrong) throw new Error(`${wrong} does not stand below ${room} in the table of rooms`);
}

/** Returns the room of a file, or undefined for a file outside `src/`. */
function roomOf(file) {
  const path = relative(SRC, file).split(sep);
  if (path[0] === '..') return undefined;
  for (let depth = path.length - 1; depth > 0; depth -= 1) {
    const folder = path.slice(0, depth).join('/');
    if (Object.hasOwn(ROOMS, folder)) return folder;
  }
  return path.length === 1 ? '.' : path[0];
}

function mayUse(room, target) {
  const used = ROOMS[room];
  return used === ALL_BELOW ? isBelow(target, room) : (used?.includes(target) ?? false);
}

function isBelow(room, other) {
  return ORDER.indexOf(room) > ORDER.indexOf(other);
}

function refusal(room, target) {
  if (!ROOMS[room]) return `src/${room} has no line in the table of rooms, lint/rooms.js.`;
  return `src/${room} may not use ${target ? `src/${target}` : 'what lies outside src/'}; see lint/rooms.js.`;
}
