import { readFileSync } from 'node:fs';

export type Engine = 'mysql' | 'sqlite';

/** The words that MySQL 9.7 reserves; a test compares them with the server where a MySQL runs. */
export const MYSQL_RESERVED_WORDS: readonly string[] = JSON.parse(
  readFileSync(new URL('mysql-reserved-words.json', import.meta.url), 'utf8'),
);

/**
 * Returns the faults of a statement that runs on MariaDB and SQLite but not on MySQL: a reserved word as a name without
 * quotes, and a function that not every server is known to have.
 *
 * @param engine the server that gets the statement: SQLite has functions of its own
 */
export function portabilityFaults(statement: string, engine: Engine): string[] {
  const faults = new Set<string>();
  // Only tests make triggers, to let a server fail.
  if (/^(PRAGMA|CREATE TRIGGER) /.test(statement)) return [];
  let before = '';
  for (const [token, word, bracket] of statement.matchAll(TOKEN)) {
    if (!word) {
      if (token.trim()) before = token;
      continue;
    }
    const upper = word.toUpperCase();
    // A word after a dot is a name on every server.
    if (before !== '.') {
      if (before === 'AS' && isReserved(upper)) {
        if (!TYPES_OF_CAST.has(upper))
          faults.add(`${upper} is a reserved word of MySQL, and no alias without quotes`);
      } else if (bracket && !FUNCTIONS[engine].has(upper) && !KEYWORDS.has(upper)) {
        faults.add(
          `${upper}() is not known to be on ${engine === 'mysql' ? 'both MariaDB and MySQL' : 'SQLite'}`,
        );
      } else if (!bracket && isReserved(upper) && !KEYWORDS.has(upper)) {
        faults.add(`${upper} is a reserved word of MySQL, and no name without quotes`);
      }
    }
    before = upper;
  }
  return [...faults];
}

/** Skips texts, quoted names and comments; finds a word with a bracket directly after it. */
const TOKEN =
  /'(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.|"")*"|`(?:[^`]|``)*`|--[^\n]*|\/\*[\s\S]*?\*\/|@@?[\w.]+|([A-Za-z_]\w*)(\()?|\d[\w.]*|\s+|[\s\S]/g;

const reserved = new Set(MYSQL_RESERVED_WORDS);

function isReserved(upper: string): boolean {
  return reserved.has(upper);
}

/** The reserved words that our statements use as keywords. Add any other keyword that a statement needs. */
const KEYWORDS = words(`
  ADD ALL ALTER ANALYZE AND AS ASC BETWEEN BIGINT BY CASE CHANGE CHARACTER CHECK COLLATE COLUMN CONSTRAINT CREATE CROSS
  DATABASE DEFAULT DELETE DESC DISTINCT DROP ELSE EXISTS EXPLAIN FALSE FOR FORCE FOREIGN FROM GENERATED GRANT GROUP HAVING
  IF IN INDEX INNER INSERT INT INTEGER INTO IS JOIN KEY KILL LEFT LIKE LIMIT LOCK NOT NULL ON OPTION OR ORDER
  PRIMARY READ REFERENCES REGEXP REPLACE REQUIRE REVOKE SELECT SET SHOW SSL STRAIGHT_JOIN TABLE THEN TO TRUE UNION UNIQUE UNLOCK UPDATE USE USING VALUES
  VARCHAR VIRTUAL WHEN WHERE WITH WRITE`);

const TYPES_OF_CAST = words('BINARY CHAR SIGNED UNSIGNED');

const EVERYWHERE = 'COALESCE COUNT INSTR LOWER MAX MIN SUBSTR SUM UPPER';

/** The functions that a statement may call, and types with a length in brackets. */
const FUNCTIONS: Record<Engine, ReadonlySet<string>> = {
  mysql: words(`${EVERYWHERE}
    CAST CONCAT CONVERT CRC32 DATABASE GET_LOCK LEFT LOCATE RELEASE_LOCK RIGHT SLEEP TIMESTAMPADD UTC_TIMESTAMP VALUES VERSION
    BIGINT DATETIME ENUM INT TINYINT VARCHAR`),
  sqlite: words(`${EVERYWHERE}
    LENGTH STRFTIME TINYINT VARCHAR`),
};

function words(text: string): ReadonlySet<string> {
  return new Set(text.trim().split(/\s+/));
}
