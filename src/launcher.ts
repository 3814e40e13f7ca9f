#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import nodeModule, { createRequire } from 'node:module';
import { join } from 'node:path';
import { Script } from 'node:vm';
import { version } from './gateway/version.js';
import { dropOutputWithoutReader } from './output.js';

/** The name of the built program, from the build. */
declare const PROGRAM: string;

/** The texts that need no program. With other arguments beside them, the program checks the arguments first. */
const TEXTS: Record<string, () => string> = {
  '--help': help,
  '-h': help,
  '--version': version,
  '-v': version,
};

/** The length of the SHA-256 at the end of the compiled code. */
const DIGEST_BYTES = 32;

const FOLDER = join(__dirname, 'program');
const FILE = join(FOLDER, `${PROGRAM}.js`);

const [flag, ...others] = process.argv.slice(2);
if (others.length === 0 && Object.hasOwn(TEXTS, flag)) {
  dropOutputWithoutReader(process.stdout);
  process.stdout.write(`${TEXTS[flag]()}\n`);
} else {
  start();
}

/** Returns the text that the build kept from the program. */
function help(): string {
  return readFileSync(join(FOLDER, 'help.txt'), 'utf8');
}

/**
 * Runs the program, with the code that V8 compiled at the build. V8 compiles the program anew when its version or its
 * flags are others. Nobody else may write to the program's folder, so nobody else's code can run.
 */
function start(): void {
  const require = createRequire(FILE);
  const cachedData = compiledCode();
  if (cachedData) {
    const script = new Script(readFileSync(FILE, 'latin1'), { filename: FILE, cachedData });
    (script.runInThisContext() as Program)(require, FOLDER);
    return;
  }
  // From 22.8 on, Node keeps the compiled code for the next start, where it may write to the program's folder.
  const { enableCompileCache } = nodeModule as { enableCompileCache?: (folder: string) => unknown };
  enableCompileCache?.(join(__dirname, 'compile-cache'));
  require(FILE);
}

type Program = (require: NodeJS.Require, folder: string) => void;

/**
 * Returns undefined when the build ran on another version of Node, or on another kind of machine, and when the code is
 * damaged: V8 does not notice damage, and would crash.
 */
function compiledCode(): Buffer | undefined {
  const { version, platform, arch } = process;
  // Loaded here, because `--help` needs no digest.
  const { createHash } = process.getBuiltinModule('node:crypto');
  try {
    const kept = readFileSync(join(FOLDER, `${PROGRAM}-${version}-${platform}-${arch}.cache`));
    const code = kept.subarray(0, -DIGEST_BYTES);
    const digest = createHash('sha256').update(code).digest();
    return digest.equals(kept.subarray(-DIGEST_BYTES)) ? code : undefined;
  } catch {
    return undefined;
  }
}
