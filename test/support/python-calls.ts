import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

/** The system's own Python: another one before it on the PATH may take seconds to start. */
export const PYTHON = '/usr/bin/python3';

/** A call of a client in Python: one of its functions, and the arguments. */
export type PythonCall = [method: string, ...args: unknown[]];

/**
 * Runs a Python program that makes calls to a server, one after the other.
 *
 * @returns the result of each call, or the text of its exception
 */
export async function pythonCalls<Results extends unknown[] = unknown[]>(
  program: string,
  url: string,
  calls: PythonCall[],
): Promise<Results> {
  const { hostname: host, port } = new URL(url);
  const running = spawn(PYTHON, [program], { stdio: ['pipe', 'pipe', 'inherit'] });
  running.stdin.end(JSON.stringify({ host, port: Number(port), calls }));
  const [output] = await Promise.all([text(running.stdout), once(running, 'close')]);
  const lines = output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { result?: unknown; raised?: string });
  if (lines.length !== calls.length) throw new Error(`${program} ended early`);
  return lines.map(({ raised, result }) => raised ?? result) as Results;
}
