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
  query(expression: string): Promise<{ metric: Labels; value: Sample }[]>;
  /** Returns the results of an expression at each step of a time. @throws Error when Prometheus refuses it */
  queryRange(expression: string, over: Range): Promise<{ metric: Labels; values: Sample[] }[]>;
  stop(): Promise<void>;
}

/** A time in seconds since 1970, and the seconds between two results. */
export interface Range {
  start: number;
  end: number;
  step: number;
}

type Labels = Record<string, string>;
type Sample = [seconds: number, value: string];

/** Runs `promtool`. Returns its status and all of its output. */
export function promtool(args: string[], input = ''): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync('promtool', args, { input, encoding: 'utf8' });
  return { status, output: stdout + stderr };
}

/**
 * Starts Debian's Prometheus for these addresses, such as `127.0.0.1:9293`.
 *
 * @param names the label `instance` of each address
 */
export async function startPrometheus(targets: string[], names = targets): Promise<Prometheus> {
  const folder = mkdtempSync(join(tmpdir(), 'glance-graphql-test-'));
  const config = join(folder, 'prometheus.yaml');
  const gateways = targets.map((target, nth) => ({ targets: [target], labels: { instance: names[nth] } }));
  const scrape = { job_name: 'glance-graphql', static_configs: gateways };
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
  const ask = async <Result>(path: string, parameters: Record<string, string>): Promise<Result> => {
    const answer = await fetch(`http://${address}/api/v1/${path}?${new URLSearchParams(parameters)}`);
    const { status, data, error } = (await answer.json()) as {
      status: string;
      error?: string;
      data: { result: Result };
    };
    if (status !== 'success') throw new Error(`${parameters.query}: ${error}`);
    return data.result;
  };
  return {
    query: (query) => ask('query', { query }),
    queryRange: (query, { start, end, step }) =>
      ask('query_range', { query, start: String(start), end: String(end), step: String(step) }),
    async stop() {
      child.kill();
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
