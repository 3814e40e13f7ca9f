import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { lowPort } from './low-port.js';
import { eventually } from './poll.js';

/** True when nginx can be run here; Debian's package is nginx-light. */
export const hasNginx = !spawnSync('nginx', ['-v']).error;
if (!hasNginx && process.env.REQUIRE_ALL)
  throw new Error('REQUIRE_ALL is set, and there is no nginx on the PATH');
if (!hasNginx) process.stderr.write('skipped: everything on nginx, since it is not there\n');

/** An nginx of one's own, which gives out the files of a folder. */
export async function startNginx(): Promise<{ url: string; files: string; stop(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'glance-graphql-nginx-'));
  const files = join(folder, 'www');
  mkdirSync(files);
  const port = await lowPort();
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  const user = userInfo().username === 'root' ? 'user root; ' : '';
  writeFileSync(
    join(folder, 'nginx.conf'),
    `${user}daemon off; pid ${folder}/pid; error_log stderr warn; events { } http { access_log off; ` +
      temporary.map((name) => `${name}_temp_path ${folder}/${name};`).join(' ') +
      ` server { listen 127.0.0.1:${port}; root ${files}; default_type application/octet-stream; } }\n`,
  );
  const server = spawn('nginx', ['-c', join(folder, 'nginx.conf'), '-e', 'stderr'], { stdio: 'ignore' });
  const url = `http://127.0.0.1:${port}`;
  await eventually(() => fetch(url).then(Boolean, () => false), Boolean, 30);
  return {
    url,
    files,
    async stop() {
      const ended = new Promise((resolve) => server.once('exit', resolve));
      server.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
