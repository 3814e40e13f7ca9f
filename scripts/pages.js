import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

/**
 * Bundles the scripts and styles of a page. Names every file after its content.
 *
 * @param entryPoints name → file
 * @returns the files, and what they are made from
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
    assetNames: '[name]-[hash]',
    define: { 'process.env.NODE_ENV': '"production"', ...define },
    outdir: fileURLToPath(new URL('../dist/page/', import.meta.url)),
    absWorkingDir: fileURLToPath(new URL('../', import.meta.url)),
    write: false,
    metafile: true,
    logLevel: 'warning',
    ...options,
  });
  return {
    files: result.outputFiles.map(({ path, contents }) => ({ name: basename(path), contents })),
    inputs: Object.keys(result.metafile.inputs),
  };
}

/** Returns the name of the file of a bundle with this start and this end. */
export function fileOf({ files }, start, end) {
  return files.find(({ name }) => name.startsWith(start) && name.endsWith(end)).name;
}

/**
 * Compresses the files of a page into a folder, once, here. Writes them to a folder beside it and then renames that, so
 * that a gateway never serves half a page.
 */
export async function writePage(target, files) {
  const fresh = new URL(`../assets-${process.pid}/`, target);
  await mkdir(fresh, { recursive: true });
  await Promise.all(
    files.map(async ({ name, contents }) =>
      writeFile(new URL(`${name}.gz`, fresh), await promisify(gzip)(contents, { level: 9 })),
    ),
  );
  await rm(target, { recursive: true, force: true });
  await rename(fresh, target);
}
