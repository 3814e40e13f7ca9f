import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { licences } from './licences.js';
import { buildPage, bundle, fileOf } from './pages.js';

/** Builds the GraphiQL page, which the gateway serves at `/graphiql`, into `dist/`. */
const SOURCES = new URL('../src/graphql/graphiql/page/', import.meta.url);

/** Web workers of Monaco and GraphiQL, which check and complete what users type. */
const WORKERS = {
  editor: 'monaco-editor/esm/vs/editor/editor.worker.js',
  json: 'monaco-editor/esm/vs/language/json/json.worker.js',
  graphql: 'monaco-graphql/esm/graphql.worker.js',
};

await buildPage({
  what: 'the GraphiQL page',
  room: 'graphql/graphiql',
  script: 'scripts/build-graphiql.js',
  files,
});

async function files() {
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
  return [
    { name: 'index.html', contents: Buffer.from(html) },
    { name: 'licenses.txt', contents: Buffer.from(licences([...workers.inputs, ...page.inputs])) },
    ...workers.files,
    ...page.files,
  ];
}
