import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { licences } from './licences.js';
import { buildPage, bundle, fileOf } from './pages.js';

/** Builds the console, which the gateway serves at `/console`, into `dist/`. */
const SOURCES = new URL('../src/console/page/', import.meta.url);

await buildPage({ what: 'the console', room: 'console', script: 'scripts/build-console.js', files });

async function files() {
  const source = (name) => fileURLToPath(new URL(name, SOURCES));
  const page = await bundle({ console: source('console.tsx'), theme: source('theme.ts') });
  const html = readFileSync(source('index.html'), 'utf8')
    .replace('console.css', fileOf(page, 'console-', '.css'))
    .replace('console.js', fileOf(page, 'console-', '.js'))
    .replace('theme.js', fileOf(page, 'theme-', '.js'));
  return [
    { name: 'index.html', contents: Buffer.from(html) },
    { name: 'licences.txt', contents: Buffer.from(licences(page.inputs)) },
    ...page.files,
  ];
}
