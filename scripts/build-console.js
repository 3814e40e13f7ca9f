import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { licences } from './licences.js';
import { digestOf, isMadeFrom } from './made-from.js';
import { bundle, fileOf, writePage } from './pages.js';

/**
 * Builds the console, which the gateway serves at `/console`, into `dist/`. Does nothing when the page was built from the
 * same sources.
 */
const ROOT = fileURLToPath(new URL('../', import.meta.url));
const SOURCES = new URL('../src/console/page/', import.meta.url);
const TARGET = new URL('../dist/console/assets/', import.meta.url);
const MADE_FROM = new URL('../dist/console/made-from', import.meta.url);

const digest = digestOf(
  sources().flatMap((file) => [relative(ROOT, fileURLToPath(file)), readFileSync(file)]),
);
if (!existsSync(TARGET) || !isMadeFrom(MADE_FROM, digest)) {
  process.stderr.write('building: the console\n');
  await build();
  await writeFile(MADE_FROM, digest);
}

/** Returns the files that the page is made from. The lock file holds the versions of the packages. */
function sources() {
  const pages = readdirSync(SOURCES, { recursive: true })
    .filter((file) => /\.\w+$/.test(file))
    .sort()
    .map((file) => new URL(file, SOURCES));
  const settings = ['../package-lock.json', 'pages.js'].map((file) => new URL(file, import.meta.url));
  return [...pages, ...settings, new URL(import.meta.url)];
}

async function build() {
  const entries = { console: 'console.tsx', theme: 'theme.ts' };
  const page = await bundle(
    Object.fromEntries(
      Object.entries(entries).map(([name, file]) => [name, fileURLToPath(new URL(file, SOURCES))]),
    ),
  );
  const html = readFileSync(new URL('index.html', SOURCES), 'utf8')
    .replace('console.css', fileOf(page, 'console-', '.css'))
    .replace('console.js', fileOf(page, 'console-', '.js'))
    .replace('theme.js', fileOf(page, 'theme-', '.js'));
  await writePage(TARGET, [
    { name: 'index.html', contents: Buffer.from(html) },
    { name: 'licences.txt', contents: Buffer.from(licences(page.inputs)) },
    ...page.files,
  ]);
}
