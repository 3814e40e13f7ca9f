import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { destination, pino } from 'pino';
import { gateway, type Gateway } from '../../../src/gateway/gateway.js';
import { readConfig } from '../../../src/config/read-config.js';
import { freePort } from '../../support/mysql-server.js';
import { onMysqlServer } from '../../support/sql.js';
import { gatewayOptions, type RecordedServer } from './server-options.js';

export interface Outcome {
  passed: number;
  failed: number;
  /** The lines that the replaying program wrote, without its sums. */
  lines: string[];
}

/** Marks of recorded steps whose answers depend on the surroundings of the recording, or were failures of it. */
const LEFT_OUT = 'sqlite,python2,glance_store,glance-16.0.1,v2,timing,defect';

/**
 * Replays one file of recorded cases against a gateway configured as the file says. Each case that asks for it
 * begins with an empty gateway.
 *
 * @param program the replaying program of the recordings, replay.py
 * @param mysqlServer `mysql://user@host:port` to run on MySQL; undefined for the embedded database
 */
export async function replay(file: string, program: string, mysqlServer?: string): Promise<Outcome> {
  const { server } = JSON.parse(readFileSync(file, 'utf8')) as { server: RecordedServer };
  const ports = { PORT: String(await freePort()), REGISTRY_PORT: String(await freePort()) };
  const place = emptyGateways({ ...gatewayOptions(server, dirname(file)), ...ports }, mysqlServer);
  const control = createServer((_request, response) => {
    place.renew().then(
      () => response.end(),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  await new Promise<void>((resolve) => control.listen(0, '127.0.0.1', resolve));
  const reset = `http://127.0.0.1:${(control.address() as AddressInfo).port}/`;
  try {
    await place.renew();
    return await run(program, [
      ...['--api', `http://127.0.0.1:${ports.PORT}`, '--registry', `http://127.0.0.1:${ports.REGISTRY_PORT}`],
      ...['--reset-cmd', `python3 -c "import urllib.request as u; u.urlopen('${reset}')"`],
      ...['--skip-varies', LEFT_OUT, file],
    ]);
  } finally {
    control.close();
    await place.end();
  }
}

/** One gateway after the other on the same ports, each on a database and a folder of its own. */
function emptyGateways(options: Record<string, string>, mysqlServer: string | undefined) {
  let current: { running: Gateway; folder: string; database?: string } | undefined;

  const end = async () => {
    if (!current) return;
    const { running, folder, database } = current;
    current = undefined;
    await running.close();
    rmSync(folder, { recursive: true, force: true });
    if (database) await onMysqlServer(mysqlServer!, `DROP DATABASE ${database}`);
  };
  return {
    end,
    async renew() {
      await end();
      const folder = mkdtempSync(join(tmpdir(), 'glance-graphql-oracle-'));
      const database = mysqlServer && `oracle_${randomUUID().replaceAll('-', '')}`;
      if (database) await onMysqlServer(mysqlServer, `CREATE DATABASE ${database}`);
      const log = pino({ level: process.env.ORACLE_LOG ?? 'silent' }, destination(2));
      const own = {
        DATA_DIR: folder,
        DRAIN_TIMEOUT: '0',
        ...(database && { DATABASE_URL: `${mysqlServer}/${database}` }),
      };
      const running = await gateway(readConfig({ ...options, ...own }), log);
      current = { running, folder, database };
      await running.listen();
    },
  };
}

async function run(program: string, args: string[]): Promise<Outcome> {
  const child = spawn('python3', [program, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  await new Promise((resolve) => child.once('close', resolve));
  const sums = /^(\d+) passed, (\d+) failed$/m.exec(output);
  if (!sums) throw new Error(`the replaying program ended without its sums:\n${output}`);
  const lines = output.split('\n').filter((line) => line !== '' && !/^\d+ (skipped|passed)/.test(line));
  return { passed: Number(sums[1]), failed: Number(sums[2]), lines };
}
