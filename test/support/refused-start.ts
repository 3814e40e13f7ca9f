import { expect } from 'vitest';
import type { CommandAnswer } from './command.js';

/**
 * Expects that the start fails with one line of option, path and remedy, and that `check` names the same.
 *
 * @param call runs a command of the program
 */
export async function expectRefusedStart(
  call: (args: string[], options: Record<string, string>) => Promise<CommandAnswer>,
  option: string,
  path: string,
  remedy: RegExp,
  options: Record<string, string>,
): Promise<void> {
  const checked = await call(['check'], options);
  const named = checked.stdout.split('\n').filter((line) => line.includes(path) && line.includes(option));
  expect([checked.code, named.join()]).toEqual([1, expect.stringMatching(/^error: /)]);
  const { code, stderr } = await call(['serve'], options);
  const lines = stderr.split('\n');
  expect([code, lines.length, lines[0]]).toEqual([1, 2, expect.stringMatching(remedy)]);
  expect(lines[0].startsWith(`glance-graphql: ${option}: the `)).toBe(true);
  expect(lines[0]).toContain(path);
}
