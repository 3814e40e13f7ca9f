import { join } from 'node:path';
import Libsql from 'libsql';
import type { Place } from './gateway.js';
import { sql } from './sql.js';
import { statementsDuring, withoutLimit } from './statements.js';

/** Returns the statements that read images for a request, as the engine gets them. */
export function imageStatements(place: Place, ask: () => Promise<unknown>): Promise<string[]> {
  return place.engine === 'mysql' ? statementsDuring(ask) : readDuring(ask);
}

/** Returns the steps that read or sort in the plan of a statement: table, kind of access, index, and what else is done. */
export async function planOf(place: Place, statement: string): Promise<string[]> {
  if (place.engine === 'sqlite') return embeddedPlan(place, statement);
  const steps = await sql(place, `EXPLAIN ${withoutLimit(statement)}`);
  return steps.map(({ table, type, key, Extra }) => [table, type, key, Extra].filter(Boolean).join(' '));
}

/** Does not see the statements that a process of its own reads. */
async function readDuring(work: () => Promise<unknown>): Promise<string[]> {
  const seen: string[] = [];
  listeners.add(seen);
  try {
    await work();
  } finally {
    listeners.delete(seen);
  }
  return seen.filter((text) => /^SELECT .*\bimages\b/s.test(text));
}

const listeners = new Set<string[]>();

/** Prepared statements are kept and used again: each tells when it is run, from before the first gateway starts. */
function tellReads(): void {
  const { prototype } = Libsql as unknown as { prototype: { prepare: (text: string) => EmbeddedStatement } };
  const original = prototype.prepare;
  prototype.prepare = function (text) {
    const statement = original.call(this, text);
    const { all } = statement;
    statement.all = (...values) => {
      for (const seen of listeners) seen.push(text);
      return all.apply(statement, values);
    };
    return statement;
  };
}

interface EmbeddedStatement {
  all(...values: unknown[]): unknown[];
}

tellReads();

function embeddedPlan({ options }: Place, statement: string): string[] {
  const database = new Libsql(join(options.DATA_DIR, 'glance-graphql.sqlite'));
  try {
    const steps = database.prepare(`EXPLAIN QUERY PLAN ${statement}`).all() as { detail: string }[];
    return steps.map(({ detail }) => detail).filter((detail) => /^(SEARCH|SCAN|USE)/.test(detail));
  } finally {
    database.close();
  }
}
