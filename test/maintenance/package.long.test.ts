import { spawn, spawnSync } from 'node:child_process';
import {
  appendFile,
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../support/poll.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** Folders that a fresh clone lacks, or that a build does not need. */
const LEFT_OUT = ['.git', 'node_modules', 'dist', 'data', 'test'];
/** Installing packages and building the page take long on a slow machine. */
const LONG = 400_000;

let folder: string;
let clone: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'glance-graphql-package-'));
  clone = join(folder, 'clone');
  await cp(ROOT, clone, {
    recursive: true,
    filter: (path) => !LEFT_OUT.includes(relative(ROOT, path).split('/')[0]),
  });
  // `npm ci` would install the same.
  await symlink(join(ROOT, 'node_modules'), join(clone, 'node_modules'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the package that a fresh clone packs', { timeout: LONG }, () => {
  let installed: string;
  let said: string;
  beforeAll(async () => {
    // A tarball made by the test for itself: the lifecycle script must build before the files are gathered.
    run('npm', ['pack', '--silent', '--pack-destination', folder], clone);
    const [tarball] = (await readdir(folder)).filter((name) => name.endsWith('.tgz'));
    const empty = join(folder, 'empty');
    await mkdir(empty);
    await writeFile(join(empty, 'package.json'), '{ "name": "somebody", "version": "1.0.0" }');
    said = run('npm', ['install', '--prefer-offline', join(folder, tarball)], empty);
    installed = join(empty, 'node_modules', 'glance-graphql');
  }, LONG);

  test('installs into an empty folder without a warning about the version of Node', () => {
    expect(said).not.toMatch(/EBADENGINE|Unsupported engine/);
    expect(said).not.toMatch(/npm (error|ERR)/);
  });

  test('has the program, which starts and says that it is ready', async () => {
    const program = join(installed, '..', '.bin', 'glance-graphql');
    const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
    expect(run(program, ['--version'], folder).trim()).toBe(version);

    const server = spawn(program, [], {
      cwd: folder,
      env: { PATH: process.env.PATH, PORT: '0', DATA_DIR: join(folder, 'data') },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const ended = new Promise((resolve) => server.once('close', resolve));
    try {
      let output = '';
      server.stderr.setEncoding('utf8').on('data', (text: string) => (output += text));
      const url = await eventually(() => /GraphiQL +(http:\S+)\/graphiql/.exec(output)?.[1]);
      expect((await fetch(`${url}/ready`)).status).toBe(200);
      expect((await fetch(`${url}/graphiql`)).status).toBe(200);
      expect(await (await fetch(`${url}/console`)).text()).toContain('/console/assets/');
    } finally {
      server.kill('SIGTERM');
      await ended;
    }
  });

  // npm heeds the list of a package from a registry, and of a folder, but not of a tarball.
  test('lists the versions that are in the bundle, so that `npm audit` speaks of the code that runs', async () => {
    const listed = join(folder, 'listed');
    await mkdir(listed);
    const { dependencies } = JSON.parse(await readFile(join(installed, 'package.json'), 'utf8'));
    await writeFile(join(listed, 'package.json'), JSON.stringify({ dependencies }));
    await cp(join(installed, 'npm-shrinkwrap.json'), join(listed, 'npm-shrinkwrap.json'));
    run('npm', ['ci', '--prefer-offline', '--ignore-scripts'], listed);
    const found = new Set<string>();
    for (const file of await readdir(listed, { recursive: true })) {
      if (!/node_modules\/(@[^/]+\/)?[^/]+\/package\.json$/.test(file)) continue;
      const about = JSON.parse(await readFile(join(listed, file), 'utf8'));
      found.add(`${about.name} ${about.version}`);
    }
    const licences = await readFile(join(installed, 'dist', 'program', 'licenses.txt'), 'utf8');
    const bundled = licences.split('\n----\n\n').map((text) => text.split('\n')[0]);
    expect(bundled.length).toBeGreaterThan(100);
    expect(bundled.filter((each) => !found.has(each))).toEqual([]);
    expect([...found].filter((each) => /^(vitest|esbuild|typescript) /.test(each))).toEqual([]);
  });

  test('has every file of its own that its pages link to', async () => {
    const pages = (await readdir(installed, { recursive: true })).filter(
      (name) => name.endsWith('.md') && !name.startsWith('node_modules'),
    );
    expect(pages).toContain('README.md');
    const missing: string[] = [];
    for (const page of pages) {
      const text = await readFile(join(installed, page), 'utf8');
      for (const [, link] of text.matchAll(/\]\(([^)\s#]+)/g)) {
        if (/^[a-z]+:/.test(link)) continue;
        const found = await stat(join(installed, dirname(page), link)).catch(() => undefined);
        if (!found) missing.push(`${page}: ${link}`);
      }
    }
    expect(missing).toEqual([]);
  });
});

describe('building', { timeout: LONG }, () => {
  const build = () => run('npm', ['run', '--silent', 'build'], clone);
  const builtAt = async (file: string) => (await stat(join(clone, 'dist', file))).mtimeMs;
  beforeAll(() => void build(), LONG);

  test('prints nothing and builds nothing when all files are up to date', async () => {
    const before = await builtAt('main.js');
    expect(build()).toBe('');
    expect(await builtAt('main.js')).toBe(before);
  });

  test('builds the program anew when a file of it changed, and leaves nothing of the former build', async () => {
    const files = () => readdir(join(clone, 'dist', 'program'));
    const before = await files();
    await appendFile(
      join(clone, 'src', 'gateway', 'version.ts'),
      "Reflect.set(process, 'ofTheTest', true);\n",
    );
    expect(build()).toBe('building: the program\n');
    const after = await files();
    expect(after).not.toEqual(before);
    expect(after).toHaveLength(before.length);
    const texts = await Promise.all(
      after.map((file) => readFile(join(clone, 'dist', 'program', file), 'utf8')),
    );
    expect(texts.join()).toContain('ofTheTest');
  });
});

/** Runs a program to its end, and returns all its output. */
function run(program: string, args: string[], cwd: string): string {
  // The settings of npm are in the user's home; the other tests have an empty home.
  const env = { ...process.env, HOME: userInfo().homedir };
  const { status, stdout, stderr } = spawnSync(program, args, { cwd, env, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${status}:\n${stdout}${stderr}`);
  return stdout + stderr;
}
