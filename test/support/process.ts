import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { eventually } from './poll.js';

export const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

export interface Finished {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

/** A process of the built program. */
export interface Running {
  pid: number;
  stdout(): string;
  stderr(): string;
  /** Lines of the log, parsed. */
  log(): { level: number; msg: string; [field: string]: unknown }[];
  kill(signal: NodeJS.Signals): void;
  /** Resolves when the process is gone. */
  ended: Promise<Finished>;
}

export interface RunningGateway extends Running {
  url: string;
}

/** A line of a stack trace. */
const STACK = /^ {4}at /m;

const children = new Set<ChildProcess>();

/** Starts the built command with these arguments and this environment only. */
export function spawnCommand(args: string[], environment: Record<string, string> = {}): Running {
  if (!existsSync(MAIN)) throw new Error('dist/main.js is missing; run `npm run build` first');
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.add(child);
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ended = new Promise<Finished>((resolve) => {
    child.once('close', (code, signal) => {
      children.delete(child);
      resolve({ code, signal, stdout, stderr });
    });
  });
  return {
    pid: child.pid!,
    stdout: () => stdout,
    stderr: () => stderr,
    log: () =>
      stdout
        .split('\n')
        .filter((line) => line.startsWith('{') && line.endsWith('}'))
        .map((line) => JSON.parse(line)),
    kill: (signal) => void child.kill(signal),
    ended,
  };
}

/** Runs the built command to its end. */
export function runCommand(args: string[], environment: Record<string, string> = {}): Promise<Finished> {
  return spawnCommand(args, environment).ended;
}

/**
 * A gateway in a process of its own, on a free port, once it listens.
 *
 * @param seconds the time that its start may take
 */
export async function spawnGateway(options: Record<string, string>, seconds = 20): Promise<RunningGateway> {
  const running = spawnCommand([], { PORT: '0', ...options });
  let isOver = false;
  void running.ended.then(() => (isOver = true));
  const url = await eventually(
    () => /GraphQL +(http:\S+)\/graphql/.exec(running.stderr())?.[1] ?? (isOver ? 'over' : undefined),
    Boolean,
    seconds,
  );
  if (url === 'over') throw new Error(`the gateway did not start: ${running.stderr()}`);
  void running.ended.then(({ stdout, stderr }) => {
    if (STACK.test(stderr))
      console.error('a gateway crashed:', stderr, stdout.split('\n').slice(-10).join('\n'));
  });
  return { ...running, url: url! };
}

/** After tests: ends what they left running. */
export async function endAll(): Promise<void> {
  const left = [...children];
  const gone = left.map((child) => new Promise((resolve) => child.once('close', resolve)));
  for (const child of left) child.kill('SIGKILL');
  await Promise.all(gone);
}
