import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { markdownTable, setting } from './table.js';

/** A shape is flat when its cost grows by no more than this from 10,000 images. */
export const FLAT = 3;

/** Returns the cells of a line: of a shape for a caller, with its costs on both sides. */
export function shown(line) {
  const { engine, shape, caller, costs } = line;
  const [base, large] = costs;
  const cost = (each) =>
    each.error ? `${each.error} after ${each.seconds.toFixed(1)} s` : (each.cost / 1000).toFixed(2);
  const ratio = base.error || large.error ? '' : (large.cost / base.cost).toFixed(1);
  const rows = [base, large].map((each) => (each.rows === undefined ? '' : each.rows.toFixed(0)));
  return [engine, shape.name, caller, cost(base), cost(large), ratio, ...rows, verdict(line)];
}

function verdict({ shape, costs: [base, large] }) {
  if (base.error ?? (large.error && large.error !== 'SEARCH_TOO_SLOW'))
    return `FAILED ${base.error ?? large.error}`;
  if (large.error) return 'bounded';
  if (large.cost / base.cost <= FLAT) return 'flat';
  return shape.isBounded ? 'bounded' : 'LINEAR';
}

/** Returns the lines of an engine as a table in Markdown, below their numbers. */
export function section(lines, [base, images]) {
  const rows = lines.map(shown);
  const heads = ['ms at', 'rows at'].map((what) => [base, images].map((count) => `${what} ${count}`));
  const table = [['engine', 'shape', 'caller', ...heads[0], 'ratio', ...heads[1], ''], ...rows];
  const kinds = rows.map((row) => row.at(-1).split(' ')[0]);
  const numbers = ['flat', 'bounded', 'LINEAR', 'FAILED']
    .map((kind) => [kinds.filter((each) => each === kind).length, kind])
    .filter(([number]) => number > 0);
  return `${numbers.map((each) => each.join(' ')).join(', ')}.\n\n${markdownTable(table)}`;
}

const NAMES = {
  mariadb: (version) => `MariaDB ${version}`,
  mysql: (version) => `MySQL ${version}`,
  sqlite: () => 'SQLite',
  glance: (version) => `Glance's own tables on MariaDB ${version}`,
};

export function titleOf(engine, version, images) {
  const [major, minor] = version.split('.');
  return `${NAMES[engine](`${major}.${minor}`)}, ${images.toLocaleString('en')} images`;
}

/** Replaces the section of an engine and a number of images in the report, or adds it. */
export function writeSection(file, title, text) {
  const [, ...sections] = existsSync(file) ? readFileSync(file, 'utf8').split(/^## /m) : [''];
  const others = sections.map((each) => each.trimEnd()).filter((each) => each.split('\n', 1)[0] !== title);
  const all = [...others, `${title}\n\n${text}`];
  writeFileSync(file, `${preamble()}\n\n${all.map((each) => `## ${each}\n`).join('\n')}`);
}

function preamble() {
  return [
    '# Scale',
    '',
    'The cost of every shape of a list among many images, and its growth from 10,000 images: processor time of the gateway and the',
    'database for one answer, and the rows that the database read for it. "flat" is at most 3 times the cost, "bounded" gives up by',
    'itself or is known to grow, "LINEAR" is more. `npm run bench -- --only scale` measures it; `docs/guide/scale.md` explains it.',
    '',
    'The callers: an administrator, `big`, a tenant with 30 % of the images, `mid` with 0.065 %, `few` with 0.001 %, `popular`, who',
    'accepted 1.4 % of them, and nobody.',
    '',
    `${setting()}.`,
  ].join('\n');
}
