import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { Script } from 'node:vm';
import { compiledCodeOf } from './compiled-code.js';
import { write } from './made-from.js';

/**
 * Starts the built program on SQLite, in a folder of its own, and keeps the code that V8 compiled until the program was
 * ready, with its SHA-256 at the end. The launcher gives this code to V8.
 *
 * Usage: node warm-up.js PROGRAM
 */
const program = process.argv[2];
const folder = mkdtempSync(join(tmpdir(), 'glance-graphql-build-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

// V8 would drop the code of functions that ran only once, and long ago.
setFlagsFromString('--no-flush-bytecode');
const script = new Script(readFileSync(program, 'latin1'), { filename: program });
const port = await freePort();
process.argv.splice(2);
for (const name of Object.keys(process.env)) delete process.env[name];
Object.assign(process.env, { HOST: '127.0.0.1', PORT: String(port), DATA_DIR: folder, LOG_LEVEL: 'fatal' });
script.runInThisContext()(createRequire(program), dirname(program));
await ready();
// V8 refuses code that was compiled with other flags than those of a start.
const flags = ['--flush-bytecode', '--heap-growing-percent=0', '--semi-space-growth-factor=2'];
for (const flag of flags) setFlagsFromString(flag);
const code = script.createCachedData();
await write(compiledCodeOf(program), Buffer.concat([code, createHash('sha256').update(code).digest()]));
process.exit();

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** The program ends the process when it cannot start. */
async function ready() {
  for (;;) {
    const answer = await fetch(`http://127.0.0.1:${port}/ready`).catch(() => undefined);
    if (answer?.ok) return;
    await wait(50);
  }
}
