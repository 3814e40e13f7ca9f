import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  APART,
  OUTSIDE,
  PARTS,
  apart,
  installedFiles,
  leaveOut,
  nativeDigests,
  oneBuild,
  usedValidators,
} from './bundled-packages.js';
import { compile } from './compile-sources.js';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const SOURCES = join(ROOT, 'src');

/** The places of the bundles, relative to `dist/`. */
const FOLDER = 'program';

/**
 * The program is CommonJS, because V8's compiled code of an ES module cannot be kept on Node 20. `keepNames` because our
 * classes and those of TypeORM are known by their names at run time.
 */
const COMMON = {
  bundle: true,
  format: 'cjs',
  platform: 'node',
  target: 'node20',
  supported: { 'dynamic-import': false },
  keepNames: true,
  minifySyntax: true,
  minifyWhitespace: true,
  lineLimit: 200,
  sourcemap: true,
  sourcesContent: false,
  external: OUTSIDE,
  entryNames: `${FOLDER}/[name]-[hash]`,
  outdir: join(ROOT, 'dist'),
  absWorkingDir: ROOT,
  write: false,
  metafile: true,
  logLevel: 'warning',
};

/** The start of the program: as a module it runs; as a script it is a function, which the launcher calls. */
const PROGRAM_START =
  "((run)=>typeof module==='object'?run(require,__dirname):run)(function(require,__dirname){'use strict';" +
  "const DIST=require('node:url').pathToFileURL(`${__dirname}/../`).href;";

/** Bundles the program, and the packages that it loads only where they are used. */
export async function bundleProgram() {
  const esbuild = await import('esbuild');
  const packages = await Promise.all([
    ...Object.entries(APART).map(([name, paths]) => bundlePackage(esbuild, name, paths)),
    ...Object.entries(PARTS).map(([name, source]) => bundlePart(esbuild, name, source)),
  ]);
  const program = await esbuild.build({
    ...COMMON,
    entryPoints: { program: join(SOURCES, 'main.ts') },
    banner: { js: PROGRAM_START },
    footer: { js: '})' },
    plugins: [
      apart(
        Object.fromEntries(
          packages.flatMap(({ paths, result }) => paths.map((path) => [path, nameOf(result)])),
        ),
      ),
      ...[compile(SOURCES), leaveOut, oneBuild, usedValidators, nativeDigests, installedFiles],
    ],
  });
  const results = [...packages.map(({ result }) => result), program];
  return {
    name: nameOf(program),
    files: results.flatMap(({ outputFiles }) => outputFiles.map(withNamesOfClasses)),
    // The other inputs are made by plugins.
    inputs: results.flatMap(({ metafile }) =>
      Object.keys(metafile.inputs).filter((input) => !/^[\w-]+:/.test(input)),
    ),
  };
}

async function bundlePackage(esbuild, name, paths) {
  const contents = paths
    .map((path) => `exports[${JSON.stringify(path)}]=require(${JSON.stringify(path)});`)
    .join('\n');
  const result = await esbuild.build({
    ...COMMON,
    stdin: { contents, resolveDir: ROOT },
    entryNames: `${FOLDER}/${name}-[hash]`,
    plugins: [leaveOut, oneBuild, installedFiles],
  });
  return { paths, result };
}

/** @param source the source, in `src/`, which exports a part of a package */
async function bundlePart(esbuild, name, source) {
  const path = `./${basename(source, '.ts')}.js`;
  const result = await esbuild.build({
    ...COMMON,
    // A bundle cannot drop what is not used from CommonJS.
    mainFields: ['module', 'main'],
    stdin: {
      contents: `import * as part from ${JSON.stringify(path)}; export { part as ${JSON.stringify(path)} };`,
      resolveDir: join(SOURCES, dirname(source)),
      loader: 'ts',
    },
    entryNames: `${FOLDER}/${name}-[hash]`,
    plugins: [compile(SOURCES), installedFiles],
  });
  return { paths: [path], result };
}

/**
 * `keepNames` also names each function at each time that it is made, which takes a twelfth of the gateway's time for a
 * page of images. Leaves the calls for classes, which have a form of their own.
 */
function withNamesOfClasses({ path, contents }) {
  if (!path.endsWith('.js')) return { path, contents };
  const text = Buffer.from(contents).toString();
  if (!text.includes(NAMING)) {
    if (text.includes('__name(')) throw new Error(`${path}: esbuild names functions in another way now`);
    return { path, contents };
  }
  // Both names have the same length, so the source map holds.
  const named = text.replaceAll('__name(this,', '__NAME(this,');
  return {
    path,
    contents: named.replace(NAMING, `__name=target=>target,__NAME${NAMING.slice('__name'.length)}`),
  };
}

/** The helper of esbuild that gives a name. */
const NAMING = '__name=(target,value)=>__defProp(target,"name",{value,configurable:!0})';

/** Returns the name of a bundle, without its end. */
function nameOf({ outputFiles }) {
  return /([^/]+)\.js$/.exec(outputFiles.find(({ path }) => path.endsWith('.js')).path)[1];
}

/** Bundles the launcher of a program. */
export async function bundleLauncher(program) {
  const esbuild = await import('esbuild');
  const { outputFiles } = await esbuild.build({
    ...COMMON,
    entryPoints: { main: join(SOURCES, 'launcher.ts') },
    entryNames: '[name]',
    define: { PROGRAM: JSON.stringify(program) },
    banner: { js: "const DIST=require('node:url').pathToFileURL(`${__dirname}/`).href;" },
    plugins: [compile(SOURCES)],
  });
  return outputFiles;
}

/** Returns a worker's source as CommonJS, as all files of `dist/` are. */
export async function commonJs(worker) {
  const esbuild = await import('esbuild');
  const source = await readFile(join(SOURCES, worker), 'utf8');
  const { code } = await esbuild.transform(source, {
    ...{ format: 'cjs', platform: 'node', target: 'node20' },
    define: { 'import.meta.url': '__filename' },
  });
  return code;
}
