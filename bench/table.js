import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';

/** Returns rows as a table in Markdown. The first row holds the heads. */
export function markdownTable(rows) {
  const widths = rows[0].map((_, column) => Math.max(3, ...rows.map((row) => row[column].length)));
  const line = (row) => `| ${row.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`;
  const [heads, ...others] = rows;
  return [line(heads), line(widths.map((width) => '-'.repeat(width))), ...others.map(line)].join('\n');
}

/** Returns the version, the day and the machine of a report. */
export function setting() {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  const [{ model }] = cpus();
  const day = new Date().toISOString().slice(0, 10);
  return `glance-graphql ${version}, ${day}, ${cpus().length} cores (${model.trim()}), Node.js ${process.version}`;
}
