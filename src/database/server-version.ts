import type { DataSource } from 'typeorm';

/** The program of a database server, and its version. */
export interface ServerVersion {
  engine: 'mariadb' | 'mysql';
  /** The answer to `SELECT VERSION()`. An operator can set it to any text on MariaDB. */
  version: string;
}

/** The server is older than every version that the gateway's statements run on. */
export class ServerTooOld extends Error {}

/** Asks a MySQL or MariaDB for its version. */
export async function serverVersion(source: Pick<DataSource, 'query'>): Promise<ServerVersion> {
  // MariaDB alone runs the text of such a comment. A proxy may remove it.
  const [row]: { version: string; isMariaDb?: number }[] = await source.query(
    'SELECT VERSION() AS version /*M! , 1 AS isMariaDb */',
  );
  const { version } = row;
  return { engine: row.isMariaDb || version.includes('MariaDB') ? 'mariadb' : 'mysql', version };
}

/**
 * Returns the version of the server; undefined for the embedded database.
 *
 * @throws ServerTooOld
 */
export async function knownServer(source: DataSource): Promise<ServerVersion | undefined> {
  if (source.options.type !== 'mysql') return undefined;
  const found = await serverVersion(source);
  const fault = versionFault(found);
  if (fault) throw new ServerTooOld(`${fault.what} ${fault.todo}`);
  return found;
}

/** Returns why the gateway cannot run on a server; undefined when it can, or when the version does not tell. */
export function versionFault({ engine, version }: ServerVersion): { what: string; todo: string } | undefined {
  const [name, least, pattern] = LEAST[engine];
  const [, ...numbers] = pattern.exec(version) ?? [];
  if (numbers.length === 0 || !isLower(numbers, least)) return undefined;
  return {
    what: `The database server says that it is ${version}; the gateway needs ${name} ${least.join('.')} or newer.`,
    todo: `Update it, or use MariaDB ${LEAST.mariadb[1].join('.')} or MySQL ${LEAST.mysql[1].join('.')} or newer.`,
  };
}

/**
 * Name, least version, and the pattern of versions. MySQL 8.0.19 is the first that has `utf8mb4_0900_bin` and lets
 * Glance's column `member` be named without quotes. MariaDB 10.5 is the oldest that the tests have run on.
 */
const LEAST = {
  mysql: ['MySQL', [8, 0, 19], /^(\d+)\.(\d+)(?:\.(\d+))?/],
  mariadb: ['MariaDB', [10, 5], /(\d+)\.(\d+)\.\d+-MariaDB/],
} as const;

/** Compares number by number. Aurora tells no third number, which counts as high enough. */
function isLower(numbers: readonly (string | undefined)[], least: readonly number[]): boolean {
  for (const [place, wanted] of least.entries()) {
    const found = Number(numbers[place] ?? Infinity);
    if (found !== wanted) return found < wanted;
  }
  return false;
}
