import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { createConnection, type RowDataPacket } from 'mysql2/promise';
import { lowPort, lowPorts } from './low-port.js';
import { eventually } from './poll.js';

const PROVIDER = ['/usr/lib/galera/libgalera_smm.so', '/usr/lib64/galera/libgalera_smm.so'].find(existsSync);
const isRoot = process.getuid?.() === 0;

/** True when a Galera cluster can run here; Debian's packages are mariadb-server and rsync. */
export const hasGalera = Boolean(PROVIDER) && !spawnSync('mariadbd', ['--version']).error;
if (!hasGalera && process.env.REQUIRE_ALL)
  throw new Error('REQUIRE_ALL is set, and there is no mariadbd with the Galera library');
if (!hasGalera) process.stderr.write('skipped: everything on Galera, since its library is not there\n');

/** libfaketime, which gives one process another clock; Debian's package is faketime. */
const FAKETIME = ['x86_64', 'aarch64']
  .map((machine) => `/usr/lib/${machine}-linux-gnu/faketime/libfaketimeMT.so.1`)
  .find(existsSync);
export const hasFaketime = FAKETIME !== undefined;
if (!hasFaketime && process.env.REQUIRE_ALL)
  throw new Error('REQUIRE_ALL is set, and there is no libfaketime');

/** No statement of a test waits for ever: each one that does keeps a connection of the node. */
const LIMITS = 'SET SESSION lock_wait_timeout = 15, max_statement_time = 30';

/** Milliseconds that the start of a cluster may take on a busy machine. */
export const PATIENCE = 180_000;

/** A node of a cluster. */
export interface GaleraNode {
  /** `mysql://user@host:port`, of an account that `read_only` holds for. */
  url: string;
  /** Address and port. */
  host: string;
  /** The same server, as root. */
  rootUrl: string;
  /** Runs a statement as root, over the socket. */
  sql<Row extends object = Record<string, unknown>>(statement: string, database?: string): Promise<Row[]>;
  /** Starts it again, and waits until it has what it missed. */
  start(): Promise<void>;
  kill(): Promise<void>;
  /** Stops it as a machine without processor time: connections stay open, and nothing answers. */
  freeze(): void;
  thaw(): Promise<void>;
  /** Cuts it off from the other nodes; clients still reach it. */
  isolate(): Promise<void>;
  rejoin(): Promise<void>;
  /** Waits until it belongs to the cluster and has every row. */
  synced(): Promise<void>;
}

export interface Galera {
  nodes: readonly GaleraNode[];
  /**
   * Waits until a node has a quorum. When a busy machine kept all nodes from hearing each other, none of them has one; then
   * the node with the most changes begins the cluster again, as an operator would order it.
   */
  quorum(): Promise<void>;
  /** Waits until every node belongs to the cluster and has every row. */
  whole(): Promise<void>;
  /** Creates a database once the cluster is whole. A node that has just come back may refuse it at first. */
  create(database: string): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts a cluster of three MariaDB nodes on loopback.
 *
 * @param clocks for each node, the seconds by which its clock is ahead
 */
export async function startGalera(clocks: readonly number[] = [0, 0, 0]): Promise<Galera> {
  const folder = mkdtempSync(join(tmpdir(), 'glance-graphql-galera-'));
  // The state transfer runs as another user.
  chmodSync(folder, 0o755);
  const places: Place[] = [];
  for (const [index, ahead] of clocks.entries()) {
    places.push({
      folder: join(folder, `node${index + 1}`),
      port: await lowPort(),
      group: await lowPorts(3),
      ahead,
    });
  }
  const members = places.map(({ group }) => `127.0.0.1:${group}`).join(',');
  const nodes: (GaleraNode & { end(signal: NodeJS.Signals): Promise<void> })[] = [];
  for (const [index, place] of places.entries()) {
    install(place);
    const node = galeraNode(place, `gcomm://${members}`);
    nodes.push(node);
    await node.start(index === 0 ? ['--wsrep-new-cluster'] : []);
    if (index > 0) continue;
    await node.sql("CREATE USER gateway@'127.0.0.1'");
    await node.sql("GRANT ALL ON `test%`.* TO gateway@'127.0.0.1'");
  }
  const anyPrimary = async () => (await Promise.all(nodes.map(isPrimary))).some(Boolean);
  const quorum = () =>
    eventually(anyPrimary).then(
      () => undefined,
      () => beginAgain(nodes),
    );
  const whole = async () => {
    await quorum();
    for (const node of nodes) await node.synced();
  };
  return {
    nodes,
    quorum,
    whole,
    async create(database) {
      await whole();
      const statement = `CREATE DATABASE IF NOT EXISTS ${database}`;
      const failure = () => nodes[0].sql(statement).then(() => undefined, String);
      await eventually(failure, (error) => error === undefined, 120);
    },
    async stop() {
      await Promise.all(nodes.map((node) => node.end('SIGKILL')));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function isPrimary(node: GaleraNode): Promise<boolean> {
  return (await status(node, 'wsrep_cluster_status')) === 'Primary';
}

/** Lets the node with the most changes begin the cluster again. Nodes that do not run join it when they start. */
async function beginAgain(nodes: readonly GaleraNode[]): Promise<void> {
  const committed = await Promise.all(
    nodes.map(async (node) => Number((await status(node, 'wsrep_last_committed')) ?? -Infinity)),
  );
  const latest = nodes[committed.indexOf(Math.max(...committed))];
  await latest.sql("SET GLOBAL wsrep_provider_options = 'pc.bootstrap=1'");
}

/** Returns one value of a node's status; undefined while the node does not answer. */
async function status(node: GaleraNode, name: string): Promise<string | undefined> {
  const rows = await node.sql<{ Value: string }>(`SHOW STATUS LIKE '${name}'`).catch(() => []);
  return rows[0]?.Value;
}

interface Place {
  folder: string;
  port: number;
  /** The port of the group's traffic. The next two are for state transfers. */
  group: number;
  ahead: number;
}

function galeraNode(place: Place, address: string) {
  const { folder, port } = place;
  const socket = join(folder, 'socket');
  let server: ChildProcess | undefined;

  const node = {
    url: `mysql://gateway@127.0.0.1:${port}`,
    host: `127.0.0.1:${port}`,
    rootUrl: `mysql://root@127.0.0.1:${port}`,

    async sql<Row extends object>(statement: string, database?: string): Promise<Row[]> {
      const connection = await createConnection({ socketPath: socket, user: 'root', database });
      try {
        await connection.query(LIMITS);
        const [rows] = await connection.query<RowDataPacket[]>(statement);
        return Array.isArray(rows) ? (rows as unknown as Row[]) : [];
      } finally {
        connection.destroy();
      }
    },

    async start(more: string[] = []): Promise<void> {
      // A node that cannot join in time ends by itself.
      for (let tries = 3; ; tries -= 1) {
        server = run(place, address, more);
        try {
          return await node.synced();
        } catch (error) {
          await node.end('SIGKILL');
          if (tries === 1)
            throw new Error(`a node did not start: ${endOf(join(folder, 'log'))}`, { cause: error });
        }
      }
    },

    kill: () => node.end('SIGKILL'),

    async end(signal: NodeJS.Signals): Promise<void> {
      const ending = server;
      if (!ending || ending.exitCode !== null || ending.signalCode !== null) return;
      const ended = new Promise((resolve) => ending.once('exit', resolve));
      ending.kill('SIGCONT');
      ending.kill(signal);
      await ended;
    },

    freeze: () => void server!.kill('SIGSTOP'),

    async thaw(): Promise<void> {
      server!.kill('SIGCONT');
      await node.synced();
    },

    isolate: async () => void (await node.sql("SET GLOBAL wsrep_provider_options = 'gmcast.isolate=1'")),

    async rejoin(): Promise<void> {
      await node.sql("SET GLOBAL wsrep_provider_options = 'gmcast.isolate=0'");
      await node.synced();
    },

    async synced(): Promise<void> {
      let isNew = false;
      await eventually(
        async () => {
          const found = await state();
          if (!found.includes('Inconsistent') || isNew) return found;
          // The others outvoted it. It never comes back by itself: an operator starts it anew, and it takes over all rows.
          process.stderr.write(`galera: a node was inconsistent: ${endOf(join(folder, 'log'))}\n`);
          isNew = true;
          await node.end('SIGKILL');
          server = run(place, address, []);
          return found;
        },
        (found) => {
          if (server?.exitCode != null) throw new Error('it ended');
          return found === 'Synced Primary';
        },
        60,
      );
    },
  };
  return node;

  async function state(): Promise<string> {
    await wait(100);
    const names = "'wsrep_cluster_status', 'wsrep_local_state_comment'";
    const rows = await node
      .sql<{ Value: string }>(`SHOW STATUS WHERE Variable_name IN (${names})`)
      .catch((error: Error) => [{ Value: error.message }]);
    return rows
      .map(({ Value }) => Value)
      .sort()
      .reverse()
      .join(' ');
  }
}

function install({ folder }: Place): void {
  const temporary = join(folder, 'tmp');
  mkdirSync(temporary, { recursive: true });
  if (isRoot) spawnSync('chown', ['-R', 'mysql', folder]);
  const options = [
    `--datadir=${folder}/data`,
    `--tmpdir=${temporary}`,
    '--auth-root-authentication-method=normal',
    '--skip-test-db',
  ];
  const ended = spawnSync('mariadb-install-db', ['--no-defaults', ...options, ...asUser()], {
    encoding: 'utf8',
  });
  if (ended.status !== 0) throw new Error(`mariadb-install-db failed: ${ended.stderr || ended.stdout}`);
}

function run({ folder, port, group, ahead }: Place, address: string, more: string[]): ChildProcess {
  const provider = [
    'base_host=127.0.0.1',
    `base_port=${group}`,
    `gmcast.listen_addr=tcp://127.0.0.1:${group}`,
    `ist.recv_addr=127.0.0.1:${group + 1}`,
    `ist.recv_bind=127.0.0.1:${group + 1}`,
    'gcache.size=32M',
    'pc.recovery=no',
    'evs.keepalive_period=PT0.3S',
    'evs.inactive_check_period=PT0.3S',
    'evs.suspect_timeout=PT4S',
    'evs.inactive_timeout=PT8S',
    'evs.install_timeout=PT8S',
  ];
  const options = [
    '--no-defaults',
    ...asUser(),
    `--datadir=${folder}/data`,
    // A server that starts removes the temporary tables of every other one in the same place.
    `--tmpdir=${folder}/tmp`,
    `--socket=${folder}/socket`,
    `--pid-file=${folder}/pid`,
    '--bind-address=127.0.0.1',
    `--port=${port}`,
    '--skip-name-resolve',
    '--performance-schema=OFF',
    '--max-connections=300',
    '--innodb-buffer-pool-size=64M',
    '--innodb-log-file-size=32M',
    '--innodb-flush-log-at-trx-commit=2',
    '--innodb-autoinc-lock-mode=2',
    '--binlog-format=ROW',
    '--wsrep-on=ON',
    `--wsrep-provider=${PROVIDER}`,
    '--wsrep-cluster-name=test',
    `--wsrep-node-name=${group}`,
    `--wsrep-node-address=127.0.0.1:${group}`,
    `--wsrep-cluster-address=${address}`,
    `--wsrep-provider-options=${provider.join(';')}`,
    '--wsrep-sst-method=rsync',
    `--wsrep-sst-receive-address=127.0.0.1:${group + 2}`,
    ...more,
  ];
  const log = openSync(join(folder, 'log'), 'a');
  const clock =
    ahead === 0 ? {} : { LD_PRELOAD: FAKETIME, FAKETIME: `+${ahead}s`, FAKETIME_DONT_FAKE_MONOTONIC: '1' };
  const server = spawn('mariadbd', options, {
    stdio: ['ignore', log, log],
    env: { ...process.env, ...clock },
  });
  closeSync(log);
  return server;
}

function endOf(log: string): string {
  return existsSync(log) ? readFileSync(log, 'utf8').slice(-3000) : 'it has no log';
}

function asUser(): string[] {
  return isRoot ? ['--user=mysql'] : [];
}
