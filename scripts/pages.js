import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { digestOf, isMadeFrom } from './made-from.js';

const ROOT = fileURLToPath(new URL('../', import.meta.url));

/**
 * Builds a page into `dist/`, unless it was built from the same sources.
 *
 * @param what the page, as its line of progress names it
 * @param room the folder in `src/` whose `page/` has the sources, and in `dist/` whose `assets/` get the files
 * @param script the file that knows how, relative to the project's folder
 * @param files returns the files of the page
 */
export async function buildPage({ what, room, script, files }) {
  const target = join(ROOT, 'dist', room, 'assets');
  const madeFrom = join(ROOT, 'dist', room, 'made-from');
  // The lock file holds the versions of the packages.
  const sources = [...sourcesIn(join('src', room, 'page')), 'package-lock.json', 'scripts/pages.js', script];
  const digest = digestOf(sources.flatMap((file) => [file, readFileSync(join(ROOT, file))]));
  if (existsSync(target) && isMadeFrom(madeFrom, digest)) return;
  process.stderr.write(`building: ${what}\n`);
  await writePage(target, await files());
  await writeFile(madeFrom, digest);
}

function sourcesIn(folder) {
  return readdirSync(join(ROOT, folder), { recursive: true })
    .filter((file) => /\.\w+$/.test(file))
    .sort()
    .map((file) => join(folder, file));
}

/**
 * Bundles the scripts and styles of a page. Names every file after its content.
 *
 * @param entryPoints name → file
 * @returns the files, what they are made from, and for each file those that it needs from its start
 */
export async function bundle(entryPoints, { define = {}, ...options } = {}) {
  // Loaded only when there is something to do: most starts find the pages built.
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
    chunkNames: '[name]-[hash]',
    assetNames: '[name]-[hash]',
    define: { 'process.env.NODE_ENV': '"production"', ...define },
    outdir: join(ROOT, 'dist', 'page'),
    absWorkingDir: ROOT,
    write: false,
    metafile: true,
    logLevel: 'warning',
    ...options,
  });
  return {
    files: result.outputFiles.map(({ path, contents }) => ({ name: basename(path), contents })),
    inputs: Object.keys(result.metafile.inputs),
    needs: Object.fromEntries(
      Object.entries(result.metafile.outputs).map(([path, { imports }]) => [
        basename(path),
        imports.filter(({ kind }) => kind === 'import-statement').map((each) => basename(each.path)),
      ]),
    ),
  };
}

/** Returns the files without which a file of a bundle does not start. */
export function neededBy({ needs }, name, found = new Set()) {
  for (const each of needs[name]) {
    if (found.has(each)) continue;
    found.add(each);
    neededBy({ needs }, each, found);
  }
  return [...found];
}

/** Returns the name of the file of a bundle with this start and this end. */
export function fileOf({ files }, start, end) {
  return files.find(({ name }) => name.startsWith(start) && name.endsWith(end)).name;
}

/**
 * Compresses the files of a page into a folder, once, here. Writes them to a folder beside it and then renames that, so
 * that a gateway never serves half a page.
 */
async function writePage(target, files) {
  const fresh = `${target}-${process.pid}`;
  await mkdir(fresh, { recursive: true });
  await Promise.all(
    files.map(async ({ name, contents }) =>
      writeFile(join(fresh, `${name}.gz`), await promisify(gzip)(contents, { level: 9 })),
    ),
  );
  await rm(target, { recursive: true, force: true });
  await rename(fresh, target);
}
