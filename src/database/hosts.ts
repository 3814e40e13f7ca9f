import type { Connection, RowDataPacket } from 'mysql2';
import { close } from './close-connection.js';
import { connectionProblem } from './connection-problem.js';
import { hostAndPort, type Host } from './database-url.js';
import type { MysqlLogin } from './mysql-source.js';

/** The time after which one of several hosts counts as away when it does not answer. */
const HOST_TIMEOUT_MS = 3000;

/** One of several hosts, as it was found. */
export interface FoundHost {
  host: Host;
  /**
   * - `writable`: takes changes
   * - `readOnly`: answers, and takes none: a replica, or a primary before a failover
   * - `refusing`: answers, and refuses this login: the password, too many connections
   * - `away`: does not answer, is ending, or is a node without a quorum
   */
  state: 'writable' | 'readOnly' | 'refusing' | 'away';
  version?: string;
  /** The account may change a server that is read-only. */
  overridesReadOnly?: boolean;
  /** The reason why the host cannot be used. */
  problem?: Error;
}

/** Finds out what a host is, with a connection of its own. */
export async function findHost(login: MysqlLogin, host: Host): Promise<FoundHost> {
  const { default: mysql } = await import('mysql2');
  const connection = mysql.createConnection({ ...login, ...host, connectTimeout: HOST_TIMEOUT_MS });
  // An error also reaches the statement; without a listener it would end the process.
  connection.on('error', () => undefined);
  try {
    const [role] = await rows(connection, `${ROLE}, VERSION() AS version`);
    if (!(await hasQuorum(connection)))
      return { host, state: 'away', problem: new Error('the node has no quorum, or is joining') };
    const grants = JSON.stringify(await rows(connection, 'SHOW GRANTS').catch(() => []));
    return {
      host,
      state: isReadOnly(role) ? 'readOnly' : 'writable',
      version: role.version as string,
      overridesReadOnly: OVERRIDING.test(grants),
    };
  } catch (problem) {
    const { errno = 0 } = problem as NodeJS.ErrnoException;
    // The system's own numbers are negative.
    const state = errno > 0 && !AWAY.has(errno) ? 'refusing' : 'away';
    return { host, state, problem: problem as Error };
  } finally {
    close(connection);
  }
}

/** Returns the best of several hosts: the first that takes changes, or else the first that can be read. */
export function bestHost(found: readonly FoundHost[]): FoundHost | undefined {
  return found.find(({ state }) => state === 'writable') ?? found.find(({ state }) => state === 'readOnly');
}

/** Returns an error that tells why none of the hosts can be used. */
export function noHost(found: readonly FoundHost[]): Error {
  return new Error(found.map((each) => `${hostAndPort(each.host)}: ${reasonOf(each)}`).join('; '), {
    cause: found[0].problem,
  });
}

/** Returns the reason why a host does not take changes. */
export function reasonOf({ state, problem }: FoundHost): string {
  return state === 'readOnly' ? 'it is read-only' : connectionProblem(problem);
}

/** The statement that asks a server whether it takes changes. A server with read_only refuses them only to some accounts. */
export const ROLE = 'SELECT @@global.read_only AS readOnly, @@global.innodb_read_only AS engineReadOnly';

/** Returns true when the answer to `ROLE` says that the server takes no changes. Some servers answer with words. */
export function isReadOnly(role: Record<string, unknown>): boolean {
  return [role.readOnly, role.engineReadOnly].some((value) => !['0', 'OFF'].includes(String(value)));
}

/** Returns false for a node of Galera that refuses all work. */
async function hasQuorum(connection: Connection): Promise<boolean> {
  const [ready] = await rows(connection, "SHOW STATUS LIKE 'wsrep_ready'");
  if (ready?.Value !== 'OFF') return true;
  // A MariaDB outside a cluster is not ready either.
  const [galera] = await rows(connection, "SHOW VARIABLES LIKE 'wsrep_on'");
  return galera?.Value !== 'ON';
}

/** The rights with which an account may change a server that is read-only. */
const OVERRIDING = /ALL PRIVILEGES ON \*\.\*|SUPER|READ.ONLY ADMIN|CONNECTION_ADMIN/;

/** ER_UNKNOWN_COM_ERROR, ER_SERVER_SHUTDOWN, ER_NORMAL_SHUTDOWN, ER_SHUTDOWN_COMPLETE. */
const AWAY = new Set([1047, 1053, 1077, 1079]);

function rows(connection: Connection, sql: string): Promise<RowDataPacket[]> {
  return new Promise((resolve, reject) => {
    connection.query<RowDataPacket[]>({ sql, timeout: HOST_TIMEOUT_MS }, (error, found) =>
      error ? reject(error) : resolve(found),
    );
  });
}
