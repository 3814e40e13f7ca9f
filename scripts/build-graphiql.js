import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { licences } from './licences.js';
import { digestOf, isMadeFrom } from './made-from.js';

/**
 * Builds the GraphiQL page, which the gateway serves at `/graphiql`, into `dist/`. Names every file after its content,
 * and compresses it once, here. Does nothing when the page was built from the same sources.
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
  return [...pages, new URL('../package-lock.json', import.meta.url), new URL(import.meta.url)];
}

async function build() {
  const workers = await bundle(WORKERS, {});
  const workerNames = Object.fromEntries(
    Object.keys(WORKERS).map((name) => [name, fileOf(workers, `${name}-`, '.js')]),
  );
  const page = await bundle(
    { graphiql: fileURLToPath(new URL('graphiql.tsx', SOURCES)) },
    { WORKERS: JSON.stringify(workerNames) },
  );
  const html = readFileSync(new URL('index.html', SOURCES), 'utf8')
    .replace('graphiql.css', fileOf(page, 'graphiql-', '.css'))
    .replace('graphiql.js', fileOf(page, 'graphiql-', '.js'));
  await write([
    { name: 'index.html', contents: Buffer.from(html) },
    { name: 'licenses.txt', contents: Buffer.from(licences([...workers.inputs, ...page.inputs])) },
    ...workers.files,
    ...page.files,
  ]);
}

async function bundle(entryPoints, define) {
  // Loaded only when there is something to do: most starts find the page built.
  const esbuild = await import('esbuild');
  const result = await esbuild.build({
    entryPoints,
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'es2022',
    jsx: 'automatic',
    loader: { '.ttf': 'file' },
    entryNames: '[name]-[hash]',
    assetNames: '[name]-[hash]',
    define: { 'process.env.NODE_ENV': '"production"', ...define },
    outdir: fileURLToPath(TARGET),
    absWorkingDir: fileURLToPath(new URL('../', import.meta.url)),
    write: false,
    metafile: true,
    logLevel: 'warning',
  });
  return {
    files: result.outputFiles.map(({ path, contents }) => ({ name: basename(path), contents })),
    inputs: Object.keys(result.metafile.inputs),
  };
}

function fileOf({ files }, start, end) {
  return files.find(({ name }) => name.startsWith(start) && name.endsWith(end)).name;
}

/** Writes the page to a folder beside its place and then renames it, so that a gateway never serves half a page. */
async function write(files) {
  const fresh = new URL(`../assets-${process.pid}/`, TARGET);
  await mkdir(fresh, { recursive: true });
  await Promise.all(
    files.map(async ({ name, contents }) =>
      writeFile(new URL(`${name}.gz`, fresh), await promisify(gzip)(contents, { level: 9 })),
    ),
  );
  await rm(TARGET, { recursive: true, force: true });
  await rename(fresh, TARGET);
}
