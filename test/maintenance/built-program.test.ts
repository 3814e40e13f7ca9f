import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { withSourcePlaces } from '../../src/telemetry/source-places.js';
import { packagesIn, sourcesIn } from '../support/loaded-files.js';
import { MAIN, runCommand } from '../support/process.js';

const PROGRAM = join(MAIN, '..', 'program');

const folder = mkdtempSync(join(tmpdir(), 'glance-graphql-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function sourcesOfCommand(args: string[]) {
  const coverage = join(folder, args.join());
  const { stdout } = await runCommand(args, { NODE_V8_COVERAGE: coverage });
  return { stdout, files: sourcesIn(coverage) };
}

test.each([
  ['--help', '-h', 'Usage: glance-graphql'],
  ['--version', '-v', JSON.parse(readFileSync('package.json', 'utf8')).version as string],
])('%s loads nothing of the program, and prints what the program prints', async (long, short, start) => {
  const { stdout, files } = await sourcesOfCommand([long]);
  expect(files.sort()).toEqual(['src/gateway/version.ts', 'src/launcher.ts', 'src/output.ts']);
  expect(stdout.slice(0, start.length)).toBe(start);
  expect((await runCommand([short])).stdout).toBe(stdout);
  expect((await runCommand(['serve', long])).stdout).toBe(stdout);
});

test('arguments that are wrong load the options, and no server', async () => {
  const { files } = await sourcesOfCommand(['serve', '--nonsense']);
  expect(files.join()).toContain('src/config/config.ts');
  expect(files.join()).not.toMatch(/src\/(gateway\/gateway|graphql\/schema|http)/);
  const packages = packagesIn(files);
  for (const heavy of ['typeorm', 'graphql', 'fastify', '@apollo/server', 'libsql', 'mysql2', 'pino'])
    expect(packages).not.toContain(heavy);
});

test('V8 takes the compiled code that the build kept', () => {
  const files = readdirSync(PROGRAM);
  const cache = files.find((name) =>
    name.endsWith(`-${process.version}-${process.platform}-${process.arch}.cache`),
  )!;
  const program = files.find((name) => /^program-\w+\.js$/.test(name))!;
  const script = `const [read, vm] = [require('fs').readFileSync, require('vm')];
    const cachedData = read(${JSON.stringify(cache)}).subarray(0, -32);
    const { cachedDataRejected } = new vm.Script(read(${JSON.stringify(program)}, 'latin1'), { cachedData });
    console.log(cachedDataRejected)`;
  expect(execFileSync(process.execPath, ['-e', script], { cwd: PROGRAM, encoding: 'utf8' })).toBe('false\n');
});

test('each place in the built program leads to the line that it was made from', () => {
  const text = 'shutting down; waiting for running uploads';
  const bundle = readdirSync(PROGRAM).find(
    (name) => name.endsWith('.js') && readFileSync(join(PROGRAM, name), 'utf8').includes(text),
  )!;
  const before = readFileSync(join(PROGRAM, bundle), 'utf8').split(text)[0].split('\n');
  const place = `${bundle}:${before.length}:${before.at(-1)!.length + 1}`;
  const stack = withSourcePlaces(
    `Error: x\n    at shutDown (${PROGRAM}/${place})\n    at ${PROGRAM}/none.js:1:1`,
    `${PROGRAM}/`,
  );
  const [, file, line] = /at shutDown \((src\/commands\/serve\.ts):(\d+):\d+\)\n/.exec(stack)!;
  expect(readFileSync(file, 'utf8').split('\n')[Number(line) - 1]).toContain(text);
  expect(stack).toContain(`at ${PROGRAM}/none.js:1:1`);
});
