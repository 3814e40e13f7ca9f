const VERB = /^(?:\/\*.*?\*\/\s*)*(?:SET STATEMENT .*? FOR )?([a-z]+)/is;
const TABLE = /\b(?:FROM|INTO|UPDATE)\s+[`"]?([a-z_]+)/i;

/** Returns the verb of a statement in capitals, behind its comments and behind MariaDB's limit for one statement. */
export function statementVerb(sql: string): string {
  const [, verb = 'OTHER'] = VERB.exec(sql) ?? [];
  return verb.toUpperCase();
}

/** Returns the first table that a statement names; undefined when it names none. */
export function statementTable(sql: string): string | undefined {
  return TABLE.exec(sql)?.[1];
}
