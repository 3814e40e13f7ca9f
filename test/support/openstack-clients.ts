import { spawn, spawnSync } from 'node:child_process';

/** True when Debian's python3-glanceclient and python3-openstackclient are here. */
export const hasClients = spawnSync('which', ['glance', 'openstack', 'script']).status === 0;
if (!hasClients && process.env.REQUIRE_ALL)
  throw new Error('REQUIRE_ALL is set, and there is no glance or no openstack on the PATH');
if (!hasClients)
  process.stderr.write('skipped: the clients of OpenStack, since glance or openstack is not on the PATH\n');

export interface ClientRun {
  code: number | null;
  output: string;
}

/** Runs the command line of a client in a folder, with nothing else of this environment than the path. */
export function runClient(
  command: string,
  folder: string,
  environment: Record<string, string> = {},
): Promise<ClientRun> {
  return new Promise((resolve) => {
    // A terminal of its own: given another standard input, the client takes it for the data of an image.
    const child = spawn('script', ['-qec', command, '/dev/null'], {
      cwd: folder,
      env: { PATH: process.env.PATH, LC_ALL: 'C.UTF-8', no_proxy: '127.0.0.1', ...environment },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.once('close', (code) => resolve({ code, output }));
  });
}

/** A field of the table that a client prints. */
export function field(output: string, name: string): string | undefined {
  return new RegExp(`\\| ${name} +\\| (.*?) +\\|`).exec(output)?.[1];
}
