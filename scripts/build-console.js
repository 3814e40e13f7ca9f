import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { licences } from './licences.js';
import { buildPage, bundle, fileOf, neededBy } from './pages.js';

/** Builds the console, which the gateway serves at `/console`, into `dist/`. */
const SOURCES = new URL('../src/console/page/', import.meta.url);

await buildPage({ what: 'the console', room: 'console', script: 'scripts/build-console.js', files });

async function files() {
  const source = (name) => fileURLToPath(new URL(name, SOURCES));
  // A script of its own, which alone may run WebAssembly.
  const worker = await bundle({ 'digest-worker': source('upload/digest-worker.ts') });
  const define = {
    DIGEST_WORKER: JSON.stringify(`/console/assets/${fileOf(worker, 'digest-worker-', '.js')}`),
  };
  // Modules, so that the editors are files of their own, which a browser loads when somebody opens one.
  const page = await bundle({ console: source('console.tsx') }, { format: 'esm', splitting: true, define });
  // No module: it runs before anything is drawn.
  const theme = await bundle({ theme: source('theme.ts') });
  const script = fileOf(page, 'console-', '.js');
  // Named in the page, so that a browser does not find them one after the other.
  const needed = neededBy(page, script).map(
    (name) => `<link rel="modulepreload" href="/console/assets/${name}" />`,
  );
  const html = readFileSync(source('index.html'), 'utf8')
    .replace('{{needed}}', needed.join('\n    '))
    .replace('console.css', fileOf(page, 'console-', '.css'))
    .replace('console.js', script)
    .replace('theme.js', fileOf(theme, 'theme-', '.js'));
  return [
    { name: 'index.html', contents: Buffer.from(html) },
    { name: 'licences.txt', contents: Buffer.from(licences([...page.inputs, ...worker.inputs])) },
    ...page.files,
    ...worker.files,
    ...theme.files,
  ];
}
