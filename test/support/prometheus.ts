import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lowPort } from './low-port.js';
import { eventually } from './poll.js';

/** True when Prometheus can be run here; Debian's package is prometheus. */
export const hasPrometheus = !spawnSync('promtool', ['--version']).error;
if (!hasPrometheus && process.env.REQUIRE_ALL)
  throw new Error('REQUIRE_ALL is set, and there is no Prometheus on the PATH');
if (!hasPrometheus) process.stderr.write('skipped: everything on Prometheus, since it is not there\n');

/** A Prometheus that scrapes gateways every second. */
export interface Prometheus {
  /** Returns the results of an expression. @throws Error when Prometheus refuses it */
  query(expression: string): Promise<{ metric: Record<string, string>; value: [number, string] }[]>;
  stop(): Promise<void>;
}

/** Runs `promtool`. Returns its status and all of its output. */
export function promtool(args: string[], input = ''): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync('promtool', args, { input, encoding: 'utf8' });
  return { status, output: stdout + stderr };
}

/** Starts Debian's Prometheus for these addresses, such as `127.0.0.1:9293`. */
export async function startPrometheus(targets: string[]): Promise<Prometheus> {
  const folder = mkdtempSync(join(tmpdir(), 'glance-graphql-test-'));
  const config = join(folder, 'prometheus.yaml');
  const scrape = { job_name: 'glance-graphql', static_configs: [{ targets }] };
  writeFileSync(config, JSON.stringify({ global: { scrape_interval: '1s' }, scrape_configs: [scrape] }));
  const port = await lowPort();
  const address = `127.0.0.1:${port}`;
  const child = spawn(
    'prometheus',
    [
      `--config.file=${config}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=${address}`,
    ],
    { stdio: 'ignore' },
  );
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  await eventually(() =>
    fetch(`http://${address}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    ),
  );
  return {
    async query(expression) {
      const asked = new URLSearchParams({ query: expression });
      const answer = await fetch(`http://${address}/api/v1/query?${asked}`);
      const { status, data, error } = (await answer.json()) as {
        status: string;
        error?: string;
        data: { result: Awaited<ReturnType<Prometheus['query']>> };
      };
      if (status !== 'success') throw new Error(`${expression}: ${error}`);
      return data.result;
    },
    async stop() {
      child.kill();
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
