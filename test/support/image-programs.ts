import { spawnSync } from 'node:child_process';

/** Returns true when a program can run here. Under REQUIRE_ALL it must. */
export function hasProgram(name: string, debianPackage: string): boolean {
  const isThere = !spawnSync(name, ['--version'], { stdio: 'ignore', env: environment() }).error;
  if (!isThere && process.env.REQUIRE_ALL)
    throw new Error(`REQUIRE_ALL is set, and there is no ${name}; Debian's package is ${debianPackage}`);
  if (!isThere) process.stderr.write(`skipped: everything with ${name}, which is not there\n`);
  return isThere;
}

/**
 * Runs a program and returns what it prints.
 *
 * @throws when it fails; the error holds what it says
 */
export function run(program: string, args: readonly string[], input?: string): Buffer {
  const ended = spawnSync(program, args, { input, env: environment(), maxBuffer: 64 * 1024 * 1024 });
  if (ended.error) throw ended.error;
  if (ended.status !== 0) throw new Error(`${program} ${args.join(' ')}: ${ended.stderr.toString()}`);
  return ended.stdout;
}

/** Some programs for disks lie where only root's PATH points to. */
function environment(): NodeJS.ProcessEnv {
  return { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin`, LC_ALL: 'C.UTF-8' };
}
