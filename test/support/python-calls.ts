import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

/** The system's own: another one that stands before it on the PATH may take seconds to start. */
export const PYTHON = '/usr/bin/python3';

/** A call of a client that is a program of Python: a function of its, and what it is called with. */
export type PythonCall = [method: string, ...args: unknown[]];

/**
 * Runs a program of Python that calls a server, one call after the other.
 *
 * @returns what each call gives, or the text that it raises
 */
export async function pythonCalls(program: string, url: string, calls: PythonCall[]): Promise<any[]> {
  const { hostname: host, port } = new URL(url);
  const running = spawn(PYTHON, [program], { stdio: ['pipe', 'pipe', 'inherit'] });
  running.stdin.end(JSON.stringify({ host, port: Number(port), calls }));
  const [output] = await Promise.all([text(running.stdout), once(running, 'close')]);
  const lines = output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { result?: unknown; raised?: string });
  if (lines.length !== calls.length) throw new Error(`${program} ended early`);
  return lines.map(({ raised, result }) => raised ?? result);
}
