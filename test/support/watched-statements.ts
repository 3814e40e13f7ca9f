import { channel } from 'node:diagnostics_channel';
import Libsql from 'libsql';
import { portabilityFaults, type Engine } from './portable-sql.js';

/** Faults since the last call of `statementFaults`. */
let found: string[] = [];
const seen = new Set<string>();

/** Watches every statement that the tests of this process send to a database; a second call does nothing. */
export function watchStatements(): void {
  if (watching) return;
  watching = true;
  for (const name of ['query', 'execute']) {
    channel(`tracing:mysql2:${name}:start`).subscribe((message) =>
      check((message as { query: string }).query, 'mysql'),
    );
  }
  const database = Libsql.prototype as unknown as Record<
    string,
    (sql: string, ...rest: unknown[]) => unknown
  >;
  for (const name of ['prepare', 'exec']) {
    const original = database[name];
    database[name] = function (sql, ...rest) {
      check(sql, 'sqlite');
      return original.call(this, sql, ...rest);
    };
  }
}

let watching = false;

/** Returns the faults of the statements since the last call, each with its statement. */
export function statementFaults(): string[] {
  const faults = found;
  found = [];
  return faults;
}

function check(statement: string, engine: Engine): void {
  if (seen.has(statement)) return;
  seen.add(statement);
  for (const fault of portabilityFaults(statement, engine)) {
    const shown = statement.length > SHOWN ? `${statement.slice(0, SHOWN)}…` : statement;
    found.push(`${fault}: ${shown}`);
  }
}

const SHOWN = 2000;
