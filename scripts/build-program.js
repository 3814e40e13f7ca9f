import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleLauncher, bundleProgram, commonJs } from './bundles.js';
import { compiledCodeOf } from './compiled-code.js';
import { licences } from './licences.js';
import { digestOf, isMadeFrom, write } from './made-from.js';

/**
 * Builds the program into `dist/`: compiles `src/`, and bundles it with the packages that it uses, since loading some
 * thousand files takes most of the time of a start. Then keeps the code that V8 compiled for a start, since compiling
 * takes a third of the rest. Does nothing when the program was built from the same sources.
 */
const ROOT = fileURLToPath(new URL('../', import.meta.url));
const SOURCES = join(ROOT, 'src');
const DIST = join(ROOT, 'dist');
const MADE_FROM = join(DIST, 'made-from');
const LAUNCHER = join(DIST, 'main.js');
const FOLDER = join(DIST, 'program');
/** Folders whose scripts run in browsers. */
const PAGES = [join('graphql', 'graphiql', 'page'), join('console', 'page')];

/** Files that run on threads and in processes of their own, which load them by their names. */
const WORKERS = ['store/digest-worker.js', 'database/scan-worker.js'];

/** Files whose change rebuilds the program. The lock file holds the versions of the packages and of the compiler. */
const SETTINGS = [
  ...['.swcrc', 'package-lock.json'],
  ...[
    'build-program',
    'bundled-packages',
    'bundles',
    'compile-sources',
    'compiled-code',
    'licences',
    'made-from',
    'warm-up',
  ].map((name) => `scripts/${name}.js`),
];

const names = readdirSync(SOURCES, { recursive: true })
  .filter(
    (name) =>
      /\.[jt]s$/.test(name) && !name.endsWith('.d.ts') && !PAGES.some((page) => name.startsWith(page)),
  )
  .sort();
const files = [...SETTINGS, ...names.map((name) => join('src', name))];
const digest = digestOf(files.flatMap((file) => [file, readFileSync(join(ROOT, file))]));
if (!isMadeFrom(MADE_FROM, digest) || !existsSync(LAUNCHER)) {
  process.stderr.write('building: the program\n');
  await build();
  await write(MADE_FROM, digest);
}
const program = readdirSync(FOLDER).find((name) => /^program-\w+\.js$/.test(name));
// Builds of several versions of Node may stand side by side.
if (!existsSync(compiledCodeOf(join(FOLDER, program))))
  run(join(ROOT, 'scripts', 'warm-up.js'), join(FOLDER, program));

async function build() {
  const { name, files, inputs } = await bundleProgram();
  // A folder without the digest holds files of another version's build.
  if (!existsSync(MADE_FROM)) await rm(DIST, { recursive: true, force: true });
  const before = existsSync(FOLDER) ? readdirSync(FOLDER) : [];
  await mkdir(FOLDER, { recursive: true });
  await write(join(DIST, 'package.json'), '{ "type": "commonjs" }\n');
  for (const worker of WORKERS) {
    await mkdir(dirname(join(DIST, worker)), { recursive: true });
    await write(join(DIST, worker), await commonJs(worker));
  }
  await write(join(FOLDER, 'licenses.txt'), licences(inputs));
  for (const { path, contents } of files) await write(path, contents);
  await write(join(FOLDER, 'help.txt'), run(join(FOLDER, `${name}.js`), '--help').trimEnd());
  // The bundles have names of their content. The launcher, which names the program, comes last.
  for (const { path, contents } of (await bundleLauncher(name)).reverse()) await write(path, contents);
  await rm(join(DIST, 'compile-cache'), { recursive: true, force: true });
  const kept = ['licenses.txt', 'help.txt', ...files.map(({ path }) => relative(FOLDER, path))];
  for (const file of before.filter((each) => !kept.includes(each)))
    await rm(join(FOLDER, file), { force: true });
}

/** Returns the output of a program of Node. An option of Node for the build is none for the program. */
function run(...args) {
  const env = { ...process.env, NODE_OPTIONS: '' };
  return execFileSync(process.execPath, args, { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}
