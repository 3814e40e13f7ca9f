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
 * Runs tests with programs of others, unmodified. Without them on the PATH the tests are skipped, and fail where
 * REQUIRE_ALL says that nothing may be.
 */
export function withPrograms(
  name: string,
  programs: readonly string[],
  tests: (terminal: Terminal) => void,
): void {
  const missing = programs.filter((program) => spawnSync(program, ['--version']).error);
  if (missing.length > 0 && process.env.REQUIRE_ALL)
    throw new Error(`REQUIRE_ALL is set, and there is no ${missing.join(', no ')} on the PATH`);
  if (missing.length > 0)
    process.stderr.write(`skipped: ${name}, since there is no ${missing.join(', no ')}\n`);

  describe.skipIf(missing.length > 0)(name, () => {
    const folder = mkdtempSync(join(tmpdir(), 'glance-graphql-clients-'));
    let started: Promise<TestGateway> | undefined;
    tests({
      folder,
      gateway: () => (started ??= startGateway({ DATA_DIR: join(folder, 'gateway') })),
      run: (command) => inTerminal(command, folder),
    });
    afterAll(async () => {
      await (await started)?.close();
      rmSync(folder, { recursive: true, force: true });
    });
  });
}

function inTerminal(command: string, folder: string): Promise<Ran> {
  return new Promise((resolve) => {
    // A terminal of its own: given another standard input, a client may take it for the data of an image.
    const child = spawn('script', ['-qec', command, '/dev/null'], {
      cwd: folder,
      env: { PATH: process.env.PATH, LC_ALL: 'C.UTF-8', no_proxy: '127.0.0.1' },
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
