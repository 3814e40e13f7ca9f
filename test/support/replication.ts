import { createConnection, type RowDataPacket } from 'mysql2/promise';
import { startMysqlServer, type MysqlServer } from './mysql-server.js';
import { eventually } from './poll.js';

/** Two MariaDB servers with a database `images`: one takes changes, the other one replicates them and is read-only. */
export interface Replication {
  servers: [first: MysqlServer, second: MysqlServer];
  /** Runs a statement that only MariaDB knows, and returns its rows. */
  admin(server: MysqlServer, sql: string): Promise<RowDataPacket[]>;
  /** Makes one server replicate the other one, and read-only. */
  follow(follower: MysqlServer, leader: MysqlServer): Promise<void>;
  /** Waits until a server has applied all that it received, ends its replication, and lets it take changes. */
  promote(server: MysqlServer): Promise<void>;
  stop(): Promise<void>;
}

/** @param options further options of both servers */
export async function startReplication(...options: string[]): Promise<Replication> {
  const first = await startMysqlServer(undefined, [
    ...COMMON,
    ...options,
    '--server-id=1',
    '--gtid-domain-id=1',
  ]);
  const second = await startMysqlServer(undefined, [
    ...COMMON,
    ...options,
    '--server-id=2',
    '--gtid-domain-id=1',
  ]);
  const replication = { servers: [first, second] as Replication['servers'], admin, follow, promote, stop };
  await admin(first, 'CREATE DATABASE images');
  await admin(first, "CREATE USER gateway@'127.0.0.1'");
  await admin(first, "GRANT ALL ON images.* TO gateway@'127.0.0.1'");
  await follow(second, first);
  await admin(second, `DO MASTER_GTID_WAIT('${await position(first)}', 20)`);
  // From now on an answer to a change means that the other server has received it.
  await admin(first, 'SET GLOBAL rpl_semi_sync_master_enabled = 1');
  await eventually(async () => {
    const [row] = await admin(first, "SHOW STATUS LIKE 'Rpl_semi_sync_master_clients'");
    return row.Value === '1';
  });
  return replication;

  async function stop(): Promise<void> {
    await Promise.all([first.stop(), second.stop()]);
  }
}

const COMMON = [
  '--log-bin=binlog',
  '--log-slave-updates',
  '--gtid-strict-mode=1',
  '--rpl-semi-sync-slave-enabled=1',
  '--rpl-semi-sync-master-wait-point=AFTER_SYNC',
  '--rpl-semi-sync-master-timeout=20000',
];

async function follow(follower: MysqlServer, leader: MysqlServer): Promise<void> {
  await admin(follower, 'SET GLOBAL read_only = 1');
  await admin(follower, 'SET GLOBAL rpl_semi_sync_master_enabled = 0');
  await admin(
    follower,
    `CHANGE MASTER TO MASTER_HOST='127.0.0.1', MASTER_PORT=${leader.port}, MASTER_USER='root', ` +
      'MASTER_CONNECT_RETRY=1, MASTER_USE_GTID=slave_pos',
  );
  await admin(follower, 'START SLAVE');
}

async function promote(server: MysqlServer): Promise<void> {
  await admin(server, 'STOP SLAVE IO_THREAD');
  const [status] = await admin(server, 'SHOW SLAVE STATUS');
  await admin(server, `DO MASTER_GTID_WAIT('${status.Gtid_IO_Pos}', 20)`);
  await admin(server, 'STOP SLAVE');
  await admin(server, 'RESET SLAVE ALL');
  await admin(server, 'SET GLOBAL read_only = 0');
}

async function position(server: MysqlServer): Promise<string> {
  const [row] = await admin(server, 'SELECT @@gtid_binlog_pos AS position');
  return row.position;
}

async function admin({ url }: MysqlServer, sql: string): Promise<RowDataPacket[]> {
  const connection = await createConnection(url);
  try {
    // A comment to every server except MariaDB, and to the check for statements that run everywhere.
    const [rows] = await connection.query<RowDataPacket[]>(`/*M! ${sql} */`);
    return rows;
  } finally {
    await connection.end();
  }
}
