import { spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

/**
 * A temporary folder and the processes that work in it. `close` ends them all and removes the folder; should
 * this process end without it, both still happen.
 */
export function workplace() {
  const folder = mkdtempSync(join(tmpdir(), 'glance-graphql-bench-'));
  const running = new Set();
  const endings = [];
  let isClosed = false;

  const remove = () => {
    for (const child of running) child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  process.once('exit', remove);

  return {
    folder,

    /** Starts a process whose output goes to a file of the folder, as a service's would. */
    start(name, command, args, environment = process.env) {
      if (isClosed) throw new Error('stopped');
      const output = openSync(join(folder, `${name}.log`), 'a');
      const child = watch(spawn(command, args, { stdio: ['ignore', output, output], env: environment }));
      closeSync(output);
      return child;
    },

    /** Runs a short process and gives what it prints as JSON. The signal ends it. */
    async ask(command, args, input, signal) {
      if (isClosed) throw new Error('stopped');
      const child = watch(spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'], signal }));
      let printed = '';
      child.stdout.on('data', (piece) => (printed += piece));
      child.stdin.end(JSON.stringify(input));
      const [code] = await new Promise((resolve, reject) => {
        child.once('close', (...how) => resolve(how));
        child.once('error', reject);
      });
      if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with status ${code}`);
      return JSON.parse(printed);
    },

    /** Has something done before the processes are ended. */
    atEnd: (ending) => void endings.unshift(ending),

    async stop(child) {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await Promise.race([ended, wait(10_000, undefined, { ref: false })]);
      child.kill('SIGKILL');
      await ended;
    },

    async close() {
      isClosed = true;
      for (const ending of endings) await ending().catch(() => undefined);
      await Promise.all([...running].map((child) => this.stop(child)));
      remove();
    },
  };

  function watch(child) {
    running.add(child);
    child.once('exit', () => running.delete(child));
    child.on('error', () => running.delete(child));
    return child;
  }
}

/** Waits until something answers, as long as the process behind it lives. */
export async function answering(child, what, attempt) {
  const deadline = Date.now() + 60_000;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      const isGone = child.exitCode !== null || child.signalCode !== null || child.pid === undefined;
      if (isGone || Date.now() > deadline) throw new Error(`${what} did not start`, { cause: error });
      await wait(50);
    }
  }
}

export async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}
