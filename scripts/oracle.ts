import 'reflect-metadata';
import { basename } from 'node:path';
import { startMysqlServer } from '../test/support/mysql-server.js';
import { replay } from '../test/faces/recordings/replay.js';

/**
 * Replays recorded answers of a real Glance: `npm run oracle -- [--mysql] CASE_FILE…`. ORACLE_REPLAY is the path of the
 * replaying program. With `--mysql`, TEST_MYSQL_URL names a server. If it is unset, the script starts a private server:
 * the program TEST_MYSQL_SERVER, or a MariaDB.
 */
const args = process.argv.slice(2);
const files = args.filter((arg) => arg !== '--mysql');
const program = process.env.ORACLE_REPLAY;
if (!program || files.length === 0) {
  process.stderr.write('usage: ORACLE_REPLAY=path/to/replay.py npm run oracle -- [--mysql] CASE_FILE…\n');
  process.exit(2);
}
const mysql = args.includes('--mysql') ? await mysqlServer() : undefined;
let passed = 0;
let failed = 0;
for (const file of files) {
  const outcome = await replay(file, program, mysql?.url);
  for (const line of outcome.lines) process.stdout.write(`${line}\n`);
  process.stdout.write(`${basename(file)}: ${outcome.passed} passed, ${outcome.failed} failed\n`);
  passed += outcome.passed;
  failed += outcome.failed;
}
await mysql?.stop();
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exit(failed > 0 ? 1 : 0);

async function mysqlServer(): Promise<{ url: string; stop(): Promise<void> }> {
  const url = process.env.TEST_MYSQL_URL?.replace(/\/+$/, '');
  return url ? { url, stop: async () => undefined } : startMysqlServer();
}
