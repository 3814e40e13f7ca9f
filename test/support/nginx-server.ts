import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { lowPort } from './low-port.js';
import { eventually } from './poll.js';

/** True when nginx can be run here; Debian's package is nginx-light. */
export const hasNginx = !spawnSync('nginx', ['-v']).error;
if (!hasNginx && process.env.REQUIRE_ALL)
  throw new Error('REQUIRE_ALL is set, and there is no nginx on the PATH');
if (!hasNginx) process.stderr.write('skipped: everything on nginx, since it is not there\n');

export interface Nginx {
  /** Where the files of a folder are given out. */
  url: string;
  files: string;
  /** A server that is reached through it, where there is one. */
  proxied: string;
  /** The port of the same. */
  proxyPort: number;
  /** File with the certificate, which it has signed itself, where there is one. */
  certificate: string;
  stop(): Promise<void>;
}

/**
 * An nginx of one's own.
 *
 * @param options.isSecure speaks HTTPS, and HTTP/2 to those who ask for it
 * @param options.behind a server to stand before, at an address of its own
 * @param options.others further servers, by the name of the host that a request is for
 * @param options.hasOwnLimits refuses bodies above 1 MiB for that server, as it does unless told otherwise
 */
export async function startNginx(
  options: {
    isSecure?: boolean;
    behind?: string;
    others?: Record<string, string>;
    hasOwnLimits?: boolean;
  } = {},
): Promise<Nginx> {
  const { isSecure = false, behind, others = {}, hasOwnLimits = false } = options;
  const folder = mkdtempSync(join(tmpdir(), 'glance-graphql-nginx-'));
  const files = join(folder, 'www');
  mkdirSync(files);
  const certificate = join(folder, 'certificate.pem');
  const key = join(folder, 'key.pem');
  if (isSecure) certify(certificate, key);
  const [port, proxyPort] = [await lowPort(), await lowPort()];
  const secured = isSecure ? `ssl_certificate ${certificate}; ssl_certificate_key ${key};` : '';
  const server = (at: number, content: string) =>
    `server { listen 127.0.0.1:${at}${isSecure ? ' ssl http2' : ''}; ${secured} ${content} }\n`;
  const user = userInfo().username === 'root' ? 'user root; ' : '';
  writeFileSync(
    join(folder, 'nginx.conf'),
    `${user}daemon off; pid ${folder}/pid; error_log stderr warn; events { } http { access_log off; ` +
      TEMPORARY.map((name) => `${name}_temp_path ${folder}/${name};`).join(' ') +
      server(port, `root ${files}; default_type application/octet-stream;`) +
      (behind
        ? server(
            proxyPort,
            `${hasOwnLimits ? '' : 'client_max_body_size 0;'} ${PASSING} location / { proxy_pass ${behind}; }`,
          )
        : '') +
      Object.entries(others)
        .map(([name, other]) =>
          server(proxyPort, `server_name ${name}; ${PASSING} location / { proxy_pass ${other}; }`),
        )
        .join('') +
      '}\n',
  );
  const process = spawn('nginx', ['-c', join(folder, 'nginx.conf'), '-e', 'stderr'], { stdio: 'ignore' });
  await eventually(() => isListening(port), Boolean, 30);
  const at = (port: number) => `http${isSecure ? 's' : ''}://127.0.0.1:${port}`;
  return {
    url: at(port),
    files,
    proxied: at(proxyPort),
    proxyPort,
    certificate,
    async stop() {
      const ended = new Promise((resolve) => process.once('exit', resolve));
      process.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const TEMPORARY = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
const PASSING = 'proxy_set_header Host $http_host; proxy_request_buffering off; proxy_http_version 1.1;';

function certify(certificate: string, key: string): void {
  const wanted = [
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
    '-nodes',
    '-days',
    '2',
  ];
  const named = ['-subj', '/CN=glance-graphql test', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const { status, stderr } = spawnSync('openssl', [
    'req',
    ...wanted,
    ...named,
    '-out',
    certificate,
    '-keyout',
    key,
  ]);
  if (status !== 0) throw new Error(`no certificate: ${stderr}`);
}

function isListening(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  return new Promise((resolve) => {
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
  }).finally(() => socket.destroy()) as Promise<boolean>;
}
