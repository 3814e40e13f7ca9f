import { vi } from 'vitest';
import { run } from '../../src/command-line.js';

export interface CommandAnswer {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs a command in this process. Returns its exit status and its output. */
export async function called(args: string[], options: Record<string, string>): Promise<CommandAnswer> {
  const [answer] = await calledAtOnce([args], options);
  return answer;
}

/** Runs several commands at the same time. Each answer has the output of all of them, which cannot be told apart. */
export async function calledAtOnce(
  calls: readonly string[][],
  options: Record<string, string>,
): Promise<CommandAnswer[]> {
  const written = { stdout: '', stderr: '' };
  const spies = (['stdout', 'stderr'] as const).map((name) =>
    vi.spyOn(process[name], 'write').mockImplementation((text) => {
      written[name] += String(text);
      return true;
    }),
  );
  try {
    const codes = await Promise.all(calls.map((args) => run(args, options)));
    return codes.map((code) => ({ code, ...written }));
  } finally {
    spies.forEach((spy) => spy.mockRestore());
  }
}
