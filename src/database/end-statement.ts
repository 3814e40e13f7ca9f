import type { RowDataPacket } from 'mysql2/promise';
import type { Host } from './database-url.js';
import type { MysqlLogin } from './mysql-source.js';

/** Seconds that the order may take to connect. Until the server's own limit, the statement runs on anyway. */
const LONGEST_CONNECT = 2;

/**
 * Ends a statement that runs on another connection (`KILL QUERY`). Asks first what runs there: behind a load balancer, the
 * thread may be one of another server, and serve somebody else.
 *
 * @param statement the text of the statement as the server got it
 */
export async function endStatement(at: MysqlLogin & Host, thread: number, statement: string): Promise<void> {
  const { default: mysql } = await import('mysql2/promise');
  const connection = await mysql.createConnection({ ...at, connectTimeout: LONGEST_CONNECT * 1000 });
  try {
    const [threads] = await connection.query<RowDataPacket[]>('SHOW FULL PROCESSLIST');
    const runs = threads.some(({ Id: id, Info: text }) => Number(id) === thread && isPart(text, statement));
    if (runs) await connection.query(`KILL QUERY ${thread}`);
  } finally {
    connection.destroy();
  }
}

/** Servers may cut a long text, and trim its ends. */
function isPart(shown: unknown, statement: string): boolean {
  return typeof shown === 'string' && shown !== '' && statement.includes(shown.slice(0, COMPARED));
}

const COMPARED = 1000;
