import { createRequire } from 'node:module';
import { platform, setPriority } from 'node:os';
import process from 'node:process';

// This file is JavaScript because a process is started by the name of its file, which must exist before the build too.
// The process answers each `Scan` of scan-process.ts, one at a time. It ends with the gateway that has started it.

// Short reads go before scans.
if (platform() === 'linux') setPriority(0, 5);

const Database = createRequire(import.meta.url)('libsql');
const connection = new Database(process.argv[2]);
connection.defaultSafeIntegers(true);
connection.pragma('query_only = ON');
connection.pragma('busy_timeout = 5000');

process.send?.('ready');
process.on('disconnect', () => process.exit());
process.on('message', (/** @type {import('./scan-process.js').Scan} */ { sql, values }) => {
  process.send?.(answerTo(sql, values));
});

/**
 * @param {string} sql
 * @param {unknown[]} values
 */
function answerTo(sql, values) {
  try {
    return { rows: connection.prepare(sql).all(...values.map(bindable)) };
  } catch (error) {
    return { problem: { message: error.message, code: error.code } };
  }
}

/**
 * The driver ends the process when it gets a boolean.
 *
 * @param {unknown} value
 */
function bindable(value) {
  return typeof value === 'boolean' ? Number(value) : value;
}
