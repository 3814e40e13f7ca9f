import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';

/** What is measured, and how its ratio is to stand to the goal. */
export const GOALS = {
  list: { atMost: 1.25 },
  'list-mercurius': { atMost: 1.1 },
  'list-find': { atMost: 1 },
  token: { atMost: 1.03 },
  tokens: { atMost: 1 },
  latency: { atMost: 2 },
  'v1-list': { atMost: 1.2 },
  'v1-memory': { atMost: 1 },
  depth: { atMost: 1.5 },
  upload: { atLeast: 0.85 },
  download: { atLeast: 0.95 },
  'v1-upload': { atMost: 1.1 },
  'v1-download': { atMost: 1.1 },
  memory: { atMost: 1 },
  'store-swift': { atLeast: 0.9 },
  'store-s3': { atLeast: 0.9 },
  'store-s3-checked': { atLeast: 0.9 },
  'hundred-file': { atMost: 1 },
  'hundred-swift': { atMost: 1 },
  'hundred-s3': { atMost: 1 },
  'glance-list': { atMost: 1 / 20 },
  'glance-list-v1': { atMost: 1 / 20 },
  'glance-upload': { atLeast: 1.5 },
  'glance-download': { atLeast: 1.2 },
};

export function isMet(name, ratio) {
  const { atMost = Infinity, atLeast = -Infinity } = GOALS[name];
  return ratio <= atMost && ratio >= atLeast;
}

/** A table for people, of Markdown. */
export function table(results) {
  const lines = Object.entries(results).map(([name, { other, ours, ratio }]) => [
    name,
    other,
    ours,
    ratio.toFixed(2),
    goalOf(name),
    isMet(name, ratio) ? 'met' : 'MISSED',
  ]);
  const rows = [['', 'compared with', 'gateway', 'ratio', 'goal', ''], ...lines];
  const widths = rows[0].map((_, column) => Math.max(3, ...rows.map((row) => row[column].length)));
  const line = (row) => `| ${row.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`;
  return [line(rows[0]), line(widths.map((width) => '-'.repeat(width))), ...rows.slice(1).map(line)].join(
    '\n',
  );
}

/** One object: name → ratio. */
export function json(results) {
  return JSON.stringify(
    Object.fromEntries(Object.entries(results).map(([name, { ratio }]) => [name, Number(ratio.toFixed(3))])),
  );
}

export function writeResults(file, results, { databaseVersion, quick }) {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  const [{ model }] = cpus();
  const text = [
    '# Results',
    '',
    `glance-graphql ${version}, ${new Date().toISOString().slice(0, 10)}, ${cpus().length} cores (${model.trim()}), ` +
      `Node.js ${process.version}, database ${databaseVersion}${quick ? ', quick run' : ''}.`,
    '',
    table(results),
    '',
    ...HOW_TO_READ,
  ].join('\n');
  writeFileSync(file, `${text}\n`);
}

function goalOf(name) {
  const { atMost, atLeast } = GOALS[name];
  return atMost === undefined ? `≥ ${atLeast}` : `≤ ${atMost}`;
}

const HOW_TO_READ = [
  'How to read it: the floor is a bare server of Node.js that gives the same answers from the same database and',
  'disk, and does nothing else. It is measured beside the gateway in the same run, by turns; the figures',
  'are medians of the rounds, the ratio is the median of gateway over floor in each round. Every answer is checked.',
  'Figures of two machines, or of two runs, cannot be compared; ratios can.',
  '',
  '- `list`: a GraphQL page of 25 images with their properties out of 10,000, filtered and sorted, over 16',
  '  connections. Processor time for each answer, server and database together. Less is better.',
  '- `list-mercurius`: the same against Mercurius with its compiler on, the same schema and the same statements.',
  '- `list-find`: the same against Apollo Server on Express with TypeORM repositories (`find` with a relation and',
  '  `take`), as tutorials show it.',
  '- `token`: what a token of Keystone that the gateway has seen before adds to a request, against the gateway under',
  '  `AUTH=none`, as a share of the page of `list`: of a request that asks for nothing, in processor time of the',
  '  gateway. Less is better.',
  '- `tokens`: how often Keystone is asked when 1,000 tokens that the gateway has not seen come at once, each twice.',
  '  Less is better.',
  '- `latency`: how long a page of `list` is waited for over one connection while four uploads of 128 MiB after the',
  '  other come in as fast as they can, against the same without uploads. Less is better.',
  '- `v1-list`: `GET /v1/images/detail?limit=25` of version 1 out of the same images, over 16 connections. Processor',
  '  time for each answer, server and database together. Less is better.',
  '- `v1-memory`: by how much the resident memory of the gateway grows at most while it gives out pages of 1000',
  '  images, after as many to warm up, as a share of the 32 MiB allowed. Less is better.',
  '- `depth`: a page 100,000 images deep in 200,000 against the first page of the same sort; the sort key for',
  '  which that is most (CREATED_AT, UPDATED_AT, NAME, SIZE).',
  '- `upload`: `PUT /data/{id}` with MD5 and SHA-512, on the disk when answered. More is better.',
  '- `download`: `GET /data/{id}` of a file in the page cache. More is better.',
  '- `v1-upload`, `v1-download`: POST and GET of 1 GiB (128 MiB with `--quick`) through version 1 against PUT and GET',
  '  of `/data/{id}` of the same gateway. Processor time of the gateway. Less is better.',
  '- `memory`: by how much the resident memory of the gateway grows at most during one upload of 4 GiB (384 MiB with',
  '  `--quick`), as a share of the 64 MiB allowed. Less is better.',
  '- `store-swift`, `store-s3`, `store-s3-checked`: 1 GiB into Swift and into its S3 by `PUT /data/{id}`, against',
  '  `swift upload` and the SDK alone, in segments of the same size; `checked`: when the SDK, too, sends the MD5 of each',
  '  part, so that none arrives otherwise than it was sent. More is better.',
  '- `hundred-file`, `hundred-swift`, `hundred-s3`: the resident memory of a gateway at its peak during 100 uploads and 100',
  '  downloads at once through the store, as a share of the 200 MiB allowed. Less is better. `--quick` leaves these and',
  '  the stores out.',
  '- `glance-list`, `glance-list-v1`: 25 of 10,000 images with their properties on the tables of a Glance 25.1, as the',
  '  page of `list` and as a detailed list of version 1, against its own `GET /v2/images?limit=25`: processor time for',
  '  each answer, server and database together. Less is better; 0.05 is twenty times its throughput.',
  '- `glance-upload`, `glance-download`: the data of an image of 1 GiB (128 MiB with `--quick`) to and from the file store',
  '  that both use. More is better.',
  '',
  'Why uploads do not reach 1.5 times those of Glance in every run on two cores: a profile of the gateway taking',
  'in 512 MiB after the other (perf, cpu-clock) finds 33 % of its processor time in SHA-512 and 24 % in MD5, each on',
  'a thread of its own, 16 % in writing and syncing the file, and 26 % in the thread that receives. Glance computes',
  "the same digests with the same OpenSSL and waits for no disk. The sender's work and all of this share two cores:",
  'what is left to save is a part of those 26 %. With more cores the slower of the two digests, SHA-512, is the limit.',
  '',
  'Why `store-swift` and `store-s3` do not reach 0.9 on two cores: of 1 GiB, MD5 takes 1.7 s of processor time and',
  'SHA-512 2.4 s, the MD5 of the segments 1.7 s more, and the server itself 4.8 s. Shared by two cores that is 5.3 s',
  'without a byte sent or received, as long as `swift upload`, or the SDK alone, which digests nothing, takes for all.',
  '',
  'Measure again with `npm run bench -- --write`.',
];
