import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Builds the program into `dist/`: compiles each file of `src/` that changed since the last build, then builds the
 * GraphiQL page if its sources changed. Prints one line for each of the two, and nothing when `dist/` is up to date.
 * It does not check types; `npm run check` does.
 */
const ROOT = fileURLToPath(new URL('../', import.meta.url));
const DIST = join(ROOT, 'dist');
/** Source file → digest of the text and the settings that its file in `dist/` was made from. */
const MADE_FROM = join(DIST, 'made-from.json');
const PAGE = join('graphql', 'graphiql', 'page');

/** Files whose change rebuilds every source. The lock file holds the version of the compiler. */
const SETTINGS = ['.swcrc', 'package-lock.json', 'scripts/build.js'];

const settings = SETTINGS.map((file) => readFileSync(join(ROOT, file)));
const made = existsSync(MADE_FROM) ? JSON.parse(readFileSync(MADE_FROM, 'utf8')) : {};
const sources = new Map(readSources().map(({ name, text }) => [name, { text, digest: digestOf(text) }]));
const changed = [...sources].filter(
  ([name, { digest }]) => made[name] !== digest || !existsSync(targetOf(name)),
);
const gone = Object.keys(made).filter((name) => !sources.has(name));
if (changed.length + gone.length > 0) await buildProgram();
await import('./build-graphiql.js');

function readSources() {
  return readdirSync(join(ROOT, 'src'), { recursive: true })
    .filter((name) => /\.[jt]s$/.test(name) && !name.endsWith('.d.ts') && !name.startsWith(PAGE))
    .map((name) => ({ name, text: readFileSync(join(ROOT, 'src', name), 'utf8') }));
}

function digestOf(text) {
  const hash = createHash('sha256');
  for (const part of [text, ...settings]) hash.update(part);
  return hash.digest('hex');
}

function targetOf(name) {
  return join(DIST, name.replace(/\.ts$/, '.js'));
}

async function buildProgram() {
  process.stderr.write(`building: ${changed.length} of ${sources.size} files of the program\n`);
  // Loaded only when a file changed: most starts find the program built.
  const { transform } = await import('@swc/core');
  await Promise.all(changed.map(([name, { text }]) => buildFile(transform, name, text)));
  for (const name of gone) {
    await rm(targetOf(name), { force: true });
    await rm(`${targetOf(name)}.map`, { force: true });
  }
  const digests = [...sources].map(([name, { digest }]) => [name, digest]);
  await write(MADE_FROM, JSON.stringify(Object.fromEntries(digests)));
}

async function buildFile(transform, name, text) {
  const target = targetOf(name);
  const { code, map } = await transform(text, {
    filename: join(ROOT, 'src', name),
    cwd: ROOT,
    sourceFileName: relative(dirname(target), join(ROOT, 'src', name)),
    sourceMaps: true,
    inlineSourcesContent: false,
  });
  await mkdir(dirname(target), { recursive: true });
  await write(`${target}.map`, map);
  await write(target, `${code}\n//# sourceMappingURL=${basename(target)}.map\n`);
}

/** Replaces a file at once, so that a gateway that starts meanwhile never reads half of it. */
async function write(path, content) {
  const fresh = `${path}.${process.pid}`;
  await writeFile(fresh, content);
  await rename(fresh, path);
}
