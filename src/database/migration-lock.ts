import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import { driverErrorKind } from './error-codes.js';

/** This program cannot use the tables as they are; the message says what to do. */
export class MigrationRefused extends Error {}

/** The table whose only row is the lock on a cluster. It exists on clusters only, and stays. */
export const CLUSTER_LOCK = 'gateway_migration_lock';

/**
 * Work under the lock.
 *
 * @param former `died` when the lock was taken from a process that died at its work, which this one must end
 */
type LockedWork<T> = (former: 'none' | 'died') => Promise<T>;

/**
 * Runs work that only one process may do at a time.
 *
 * @throws MigrationRefused after a minute
 */
export async function withMigrationLock<T>(source: DataSource, work: LockedWork<T>): Promise<T> {
  if (source.options.type !== 'mysql') return work('none');
  return withServerLock(source, async () =>
    (await isClusterNode(source)) ? withClusterLock(source, work) : work('none'),
  );
}

/** Returns true on a node of a Galera cluster. */
export async function isClusterNode(source: DataSource): Promise<boolean> {
  // Shows nothing on a server that is built without Galera.
  const rows: { Value: string }[] = await source.query("SHOW VARIABLES LIKE 'wsrep_on'");
  return rows.some(({ Value }) => Value === 'ON');
}

const PATIENCE_SECONDS = 60;

/** The MySQL server holds this lock, and frees it if this process dies. The other nodes of a cluster do not know it. */
async function withServerLock<T>(source: DataSource, work: () => Promise<T>): Promise<T> {
  const name = await lockName(source);
  const holder = source.createQueryRunner();
  try {
    const sql = `SELECT GET_LOCK(?, ${PATIENCE_SECONDS}) AS granted`;
    const [row]: { granted: number | null }[] = await holder.query(sql, [name]);
    if (Number(row.granted) !== 1) throw tooLong();
    return await work();
  } finally {
    await holder.query('SELECT RELEASE_LOCK(?)', [name]).catch(() => undefined);
    await holder.release();
  }
}

/**
 * Returns the name of the lock. Older gateways let the server hash the database's name, and must wait for this gateway,
 * so the name stays the same. It is computed here because MySQL 9.6 has no MD5().
 */
async function lockName(source: DataSource): Promise<string> {
  const [row]: { name: string }[] = await source.query('SELECT DATABASE() AS name');
  return `glance-graphql:${createHash('md5').update(row.name).digest('hex').slice(0, 16)}`;
}

const RENEWAL_MS = 1000;
/** The holder died when another process has seen no renewal for this time. Each migration may run again. */
const SILENT_MS = 5000;
const POLL_MS = 200;

async function withClusterLock<T>(source: DataSource, work: LockedWork<T>): Promise<T> {
  const holder = randomUUID();
  const former = await lockCluster(source, holder);
  const renewal = setInterval(() => {
    const sql = `UPDATE ${CLUSTER_LOCK} SET renewals = renewals + 1 WHERE holder = ?`;
    source.query(sql, [holder]).catch(() => undefined);
  }, RENEWAL_MS);
  try {
    return await work(former);
  } finally {
    clearInterval(renewal);
    await source.query(`DELETE FROM ${CLUSTER_LOCK} WHERE holder = ?`, [holder]).catch(() => undefined);
  }
}

async function lockCluster(source: DataSource, holder: string): Promise<'none' | 'died'> {
  const end = performance.now() + PATIENCE_SECONDS * 1000;
  let seen: LockRow | undefined;
  let seenAt = 0;
  while (performance.now() < end) {
    const row = await lockRow(source);
    if (row?.holder !== seen?.holder || row?.renewals !== seen?.renewals) {
      seen = row;
      seenAt = performance.now();
    }
    if (!row) {
      if (await takeFree(source, holder)) return 'none';
    } else if (performance.now() - seenAt > SILENT_MS) {
      if (await takeOver(source, holder, row)) return 'died';
    }
    await wait(POLL_MS);
  }
  throw tooLong();
}

interface LockRow {
  holder: string;
  renewals: number;
}

async function lockRow(source: DataSource): Promise<LockRow | undefined> {
  const sql = `SELECT holder, renewals FROM ${CLUSTER_LOCK}`;
  const [row] = (await tried<LockRow[]>(source, sql)) ?? [];
  return row;
}

/** Returns false when another process was first: the cluster takes one row of this id, whichever nodes it comes from. */
async function takeFree(source: DataSource, holder: string): Promise<boolean> {
  await source.query(
    `CREATE TABLE IF NOT EXISTS ${CLUSTER_LOCK} ` +
      '(id int NOT NULL, holder varchar(36) NOT NULL, renewals bigint NOT NULL, PRIMARY KEY (id)) ENGINE=InnoDB',
  );
  const sql = `INSERT INTO ${CLUSTER_LOCK} (id, holder, renewals) VALUES (1, ?, 0)`;
  return (await tried<object>(source, sql, [holder])) !== undefined;
}

async function takeOver(source: DataSource, holder: string, seen: LockRow): Promise<boolean> {
  const sql = `UPDATE ${CLUSTER_LOCK} SET holder = ?, renewals = renewals + 1 WHERE holder = ? AND renewals = ?`;
  const taken = await tried<{ affectedRows: number }>(source, sql, [holder, seen.holder, seen.renewals]);
  return (taken?.affectedRows ?? 0) > 0;
}

/** Returns the result of a statement, or undefined when the table does not exist or another process was first. */
async function tried<T>(source: DataSource, sql: string, values: unknown[] = []): Promise<T | undefined> {
  try {
    return await source.query<T>(sql, values);
  } catch (error) {
    if (['noTable', 'deadlock', 'duplicate'].includes(driverErrorKind(error))) return undefined;
    throw error;
  }
}

function tooLong(): MigrationRefused {
  return new MigrationRefused('Another process has been migrating for a minute.');
}
