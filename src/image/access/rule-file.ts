import { readFileSync } from 'node:fs';

/** A file of rules with a fault. Its message is one line: the file, the line number, and the fault. */
export class RuleFileError extends Error {
  constructor(path: string, line: number | undefined, problem: string) {
    super(`${path}${line === undefined ? '' : `:${line}`}: ${problem}`);
  }
}

/** @throws RuleFileError when the file cannot be read */
export function readRuleFile(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new RuleFileError(path, undefined, `cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
}
