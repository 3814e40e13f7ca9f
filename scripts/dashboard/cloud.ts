import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hasKeystone, passwordOf, startKeystone } from '../../test/support/keystone-server.js';
import { lowPorts } from '../../test/support/low-port.js';
import { startMysqlServer } from '../../test/support/mysql-server.js';
import { spawnGateway, type RunningGateway } from '../../test/support/process.js';
import { hasPrometheus, startPrometheus, type Prometheus } from '../../test/support/prometheus.js';
import { onMysqlServer } from '../../test/support/sql.js';
import { OPERATION_NAMES } from './operations.js';

/** Two gateways that share a database, two stores and a Keystone, and the Prometheus that scrapes them. */
export interface Cloud {
  gateways: RunningGateway[];
  prometheus: Prometheus;
  /** Tokens of an administrator and of a member. */
  tokens: { root: string; alice: string };
  /** Returns the file with the data of an image in the store `fast`. */
  fileOf(id: string): string;
  stop(): Promise<void>;
}

/** Starts everything that the picture needs. @throws Error when a program is not on the PATH */
export async function startCloud(): Promise<Cloud> {
  if (!hasPrometheus) throw new Error('expected prometheus and promtool on the PATH');
  if (!hasKeystone) throw new Error('expected keystone-manage and gunicorn on the PATH');
  const endings: (() => Promise<void>)[] = [];
  const stop = async () => {
    while (endings.length > 0) await endings.pop()!();
  };
  try {
    return { ...(await start((ending) => endings.push(ending))), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(atEnd: (ending: () => Promise<void>) => void): Promise<Omit<Cloud, 'stop'>> {
  const folder = mkdtempSync(join(tmpdir(), 'glance-graphql-dashboard-'));
  atEnd(async () => rmSync(folder, { recursive: true, force: true }));
  const mysql = await startMysqlServer();
  atEnd(() => mysql.stop());
  await onMysqlServer(`${mysql.url}/`, 'CREATE DATABASE images');
  const keystone = await startKeystone();
  atEnd(() => keystone.stop());

  const options = {
    DATABASE_URL: `${mysql.url}/images`,
    DATA_DIR: folder,
    STORES: 'fast:file,archive:file',
    STORE_FAST_FOLDER: join(folder, 'fast'),
    STORE_ARCHIVE_FOLDER: join(folder, 'archive'),
    AUTH: 'keystone',
    KEYSTONE_AUTH_URL: keystone.url,
    KEYSTONE_USERNAME: 'gateway',
    KEYSTONE_PASSWORD: passwordOf('gateway'),
    METRICS_OPERATIONS: OPERATION_NAMES.join(),
    ...BUSY,
  };
  const gateways: RunningGateway[] = [];
  const port = await lowPorts(NAMES.length);
  for (const nth of NAMES.keys()) {
    const gateway = await spawnGateway({ ...options, METRICS_PORT: String(port + nth) });
    atEnd(async () => {
      gateway.kill('SIGTERM');
      await gateway.ended;
    });
    gateways.push(gateway);
  }
  const addresses = NAMES.map((_, nth) => `127.0.0.1:${port + nth}`);
  const prometheus = await startPrometheus(addresses, NAMES);
  atEnd(() => prometheus.stop());
  return {
    gateways,
    prometheus,
    tokens: {
      root: await keystone.token({ user: 'root', project: 'demo' }),
      alice: await keystone.token({ user: 'alice', project: 'demo' }),
    },
    fileOf: (id) => join(folder, 'fast', id),
  };
}

const NAMES = ['gateway-1:9293', 'gateway-2:9293'];

/** Times short enough for several rounds within the picture. */
const BUSY = {
  KEYSTONE_TOKEN_CACHE_TIME: '3',
  SWEEP_INTERVAL: '10',
  DELAYED_DELETE: 'true',
  SCRUB_TIME: '5',
  DRAIN_TIMEOUT: '0',
};
