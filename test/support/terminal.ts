import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { MAIN } from './process.js';

/** Gives a program a terminal; that of other systems takes other arguments. */
export const hasTerminal = /util-linux/.test(String(spawnSync('script', ['--version']).stdout));
if (!hasTerminal && process.env.REQUIRE_ALL)
  throw new Error('REQUIRE_ALL is set, and there is no script of util-linux');
if (!hasTerminal) process.stderr.write('skipped: what a terminal shows, since util-linux is not there\n');

/** A command that somebody watches. */
export interface Watched {
  /** All that the terminal was given until now. */
  output(): string;
  press(key: string): void;
  /** Its exit status. */
  ended: Promise<number | null>;
}

export const CONTROL_C = '\x03';

const watched = new Set<ChildProcess>();

/** Runs the built command on a terminal, with these options. */
export function onTerminal(command: string, options: Record<string, string>): Watched {
  const shell = `stty cols 200; exec ${process.execPath} ${MAIN} ${command}`;
  const terminal = spawn('script', ['-qec', shell, '/dev/null'], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...options },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  watched.add(terminal);
  let output = '';
  terminal.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  return {
    output: () => output,
    press: (key) => void terminal.stdin.write(key),
    ended: new Promise((resolve) => terminal.once('close', resolve)),
  };
}

/** Ends what still runs. */
export function endTerminals(): void {
  for (const terminal of watched) terminal.kill('SIGKILL');
  watched.clear();
}
