import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { licences } from './licences.js';
import { digestOf, isMadeFrom } from './made-from.js';
import { bundle, fileOf, writePage } from './pages.js';

/**
 * Builds the GraphiQL page, which the gateway serves at `/graphiql`, into `dist/`. Does nothing when the page was built
 * from the same sources.
 */
const SOURCES = new URL('../src/graphql/graphiql/page/', import.meta.url);
const TARGET = new URL('../dist/graphql/graphiql/assets/', import.meta.url);
const MADE_FROM = new URL('../dist/graphql/graphiql/made-from', import.meta.url);

/** Web workers of Monaco and GraphiQL, which check and complete what users type. */
const WORKERS = {
  editor: 'monaco-editor/esm/vs/editor/editor.worker.js',
  json: 'monaco-editor/esm/vs/language/json/json.worker.js',
  graphql: 'monaco-graphql/esm/graphql.worker.js',
};

const digest = digestOf(sources().flatMap((file) => [basename(file.pathname), readFileSync(file)]));
if (!existsSync(TARGET) || !isMadeFrom(MADE_FROM, digest)) {
  process.stderr.write('building: the GraphiQL page\n');
  await build();
  await writeFile(MADE_FROM, digest);
}

/** Returns the files that the page is made from. The lock file holds the versions of the packages. */
function sources() {
  const pages = readdirSync(SOURCES).map((file) => new URL(file, SOURCES));
  const settings = ['../package-lock.json', 'pages.js'].map((file) => new URL(file, import.meta.url));
  return [...pages, ...settings, new URL(import.meta.url)];
}

async function build() {
  const workers = await bundle(WORKERS);
  const workerNames = Object.fromEntries(
    Object.keys(WORKERS).map((name) => [name, fileOf(workers, `${name}-`, '.js')]),
  );
  const page = await bundle(
    { graphiql: fileURLToPath(new URL('graphiql.tsx', SOURCES)) },
    { define: { WORKERS: JSON.stringify(workerNames) } },
  );
  const html = readFileSync(new URL('index.html', SOURCES), 'utf8')
    .replace('graphiql.css', fileOf(page, 'graphiql-', '.css'))
    .replace('graphiql.js', fileOf(page, 'graphiql-', '.js'));
  await writePage(TARGET, [
    { name: 'index.html', contents: Buffer.from(html) },
    { name: 'licenses.txt', contents: Buffer.from(licences([...workers.inputs, ...page.inputs])) },
    ...workers.files,
    ...page.files,
  ]);
}
