import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createActiveImage } from '../support/client.js';
import { lowPort } from '../support/low-port.js';
import { eventually } from '../support/poll.js';

const SCRIPT = fileURLToPath(new URL('image.sh', import.meta.url));
const isMissing =
  process.getuid?.() !== 0 || ['buildah', 'mmdebstrap'].some((name) => spawnSync(name, ['--version']).error);
if (isMissing && process.env.REQUIRE_ALL)
  throw new Error('REQUIRE_ALL is set, and there is no buildah, or no mmdebstrap, or the user is not root');

interface ImageConfig {
  User: string;
  Env: string[];
  Entrypoint: string[];
  WorkingDir: string;
  Volumes: Record<string, unknown>;
  Healthcheck: { Test: string[] };
}

describe.skipIf(isMissing)('the image of deploy/Dockerfile', () => {
  const folder = mkdtempSync(join(tmpdir(), 'glance-graphql-image-'));
  const data = join(folder, 'data');
  let root: string;
  let config: ImageConfig;

  beforeAll(() => {
    const built = spawnSync(SCRIPT, [join(folder, 'built')], { encoding: 'utf8' });
    if (built.status !== 0) throw new Error(built.stderr);
    const [mounted, description] = built.stdout.trim().split('\n');
    root = mounted;
    config = (JSON.parse(description) as { config: ImageConfig }).config;
    // An engine makes these places itself.
    for (const place of ['proc', 'dev']) mkdirSync(join(root, place), { recursive: true });
    mkdirSync(data);
    chownSync(data, ...(config.User.split(':').map(Number) as [number, number]));
  }, 240_000);
  afterAll(() => {
    spawnSync(SCRIPT, ['--remove', join(folder, 'built')]);
    rmSync(folder, { recursive: true });
  });

  /** Runs a program in the image as an engine does with --read-only and a volume, on the network of this machine. */
  function start(program: string[], options: Record<string, string> = {}): ChildProcess {
    const [volume] = Object.keys(config.Volumes);
    const steps = [
      'mount --bind "$0" "$0"',
      `mount --bind "$1" "$0${volume}"`,
      'mount --rbind /dev "$0/dev"',
      'mount -t proc proc "$0/proc"',
      'mount -o remount,bind,ro "$0"',
      'root=$0; user=$2; shift 2',
      'shift; exec chroot --userspec="$user" --groups= "$root" "$@"',
    ];
    const environment = Object.fromEntries(config.Env.map((pair) => pair.split(/=(.*)/s, 2)));
    return spawn(
      'unshare',
      ['--mount', 'sh', '-ec', steps.join('\n'), root, data, config.User, '-', ...program],
      {
        env: { ...environment, ...options },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
  }

  async function ended(process: ChildProcess): Promise<{ code: number; said: string }> {
    let said = '';
    process.stderr!.on('data', (text) => (said += text));
    process.stdout!.on('data', (text) => (said += text));
    const [code] = (await once(process, 'close')) as [number];
    return { code, said };
  }

  test('is smaller than 250 MB', () => {
    const [bytes] = spawnSync('du', ['-sb', root], { encoding: 'utf8' }).stdout.split('\t');
    expect(Number(bytes)).toBeGreaterThan(50e6);
    expect(Number(bytes)).toBeLessThan(250e6);
  });

  test('has no shell, and no tool of the build', () => {
    const { stdout } = spawnSync('find', [
      root,
      '-name',
      'sh',
      '-o',
      '-name',
      'npm',
      '-o',
      '-name',
      'esbuild',
    ]);
    expect(stdout.toString()).toBe('');
  });

  test('serves as a user without rights on a read-only file system, and is healthy by its own check', async () => {
    const port = String(await lowPort());
    const options = { HOST: '127.0.0.1', PORT: port };
    const gateway = start(config.Entrypoint, options);
    const over = ended(gateway);
    const front = { url: `http://127.0.0.1:${port}` };
    await eventually(() =>
      fetch(`${front.url}/ready`).then(
        ({ ok }) => ok,
        () => false,
      ),
    );
    const id = await createActiveImage(front, 'data');
    expect(await (await fetch(`${front.url}/data/${id}`)).text()).toBe('data');
    expect((await fetch(`${front.url}/console`)).status).toBe(200);
    const status = readFileSync(`/proc/${gateway.pid}/status`, 'utf8');
    expect(status).toMatch(/^Uid:\t65532\t65532\t65532\t65532$/m);
    expect(status).toMatch(/^CapEff:\t0+$/m);

    const [, ...check] = config.Healthcheck.Test;
    expect((await ended(start(check, options))).code).toBe(0);
    const write = `require('fs').writeFileSync('/opt/glance-graphql/new', '')`;
    expect((await ended(start([check[0], '--eval', write]))).said).toContain('EROFS');
    gateway.kill('SIGTERM');
    expect((await over).code).toBe(0);
    expect((await ended(start(check, options))).code).toBe(1);
  });

  test('refuses to answer other machines without an identity, unless told to', async () => {
    const { code, said } = await ended(start(config.Entrypoint));
    expect([code, said]).toEqual([2, expect.stringContaining('ALLOW_UNAUTHENTICATED_NETWORK=true')]);
  });

  test('starts with the code that the build compiled', async () => {
    const { said } = await ended(
      start([
        config.Entrypoint[0],
        '--eval',
        `console.log(require('fs').readdirSync('/opt/glance-graphql/dist/program').join())`,
      ]),
    );
    expect(said).toContain(`-${process.version}-linux-${process.arch}.cache`);
  });
});
