import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe } from 'vitest';
import { startGateway, type TestGateway } from './gateway.js';

/** What a client did. */
export interface Ran {
  code: number | null;
  output: string;
}

/** A shell in a folder of its own, with a gateway beside it. */
export interface Terminal {
  folder: string;
  gateway(): Promise<TestGateway>;
  /** Runs a command line in a terminal, which some clients look for. */
  run(command: string): Promise<Ran>;
}

/**
 * True when these programs of others are on the PATH. Without them tests are skipped, and fail where REQUIRE_ALL
 * says that nothing may be.
 */
export function hasPrograms(name: string, programs: readonly string[]): boolean {
  const missing = programs.filter((program) => spawnSync('which', [program]).status !== 0);
  if (missing.length === 0) return true;
  const lack = `there is no ${missing.join(', no ')} on the PATH`;
  if (process.env.REQUIRE_ALL) throw new Error(`REQUIRE_ALL is set, and ${lack}`);
  process.stderr.write(`skipped: ${name}, since ${lack}\n`);
  return false;
}

/** Runs tests with programs of others, unmodified. */
export function withPrograms(
  name: string,
  programs: readonly string[],
  tests: (terminal: Terminal) => void,
): void {
  describe.skipIf(!hasPrograms(name, programs))(name, () => {
    const folder = mkdtempSync(join(tmpdir(), 'glance-graphql-clients-'));
    let started: Promise<TestGateway> | undefined;
    tests({
      folder,
      gateway: () => (started ??= startGateway({ DATA_DIR: join(folder, 'gateway') })),
      run: (command) => runClient(command, folder),
    });
    afterAll(async () => {
      await (await started)?.close();
      rmSync(folder, { recursive: true, force: true });
    });
  });
}

/** Runs the command line of a client in a folder, which is also its home, with only PATH from this environment. */
export function runClient(
  command: string,
  folder: string,
  environment: Record<string, string> = {},
): Promise<Ran> {
  return new Promise((resolve) => {
    // A terminal of its own: given another standard input, a client may take it for the data of an image.
    const child = spawn('script', ['-qec', command, '/dev/null'], {
      cwd: folder,
      env: {
        PATH: process.env.PATH,
        HOME: folder,
        LC_ALL: 'C.UTF-8',
        no_proxy: '127.0.0.1',
        ...environment,
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.once('close', (code) => resolve({ code, output }));
  });
}

/** A field of the table that a client prints. */
export function field(output: string, name: string): string | undefined {
  return new RegExp(`\\| ${name} +\\| (.*?) +\\|`).exec(output)?.[1];
}
