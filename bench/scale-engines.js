import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import mysql from 'mysql2/promise';
import { startDatabase } from './mysql-server.js';
import { makeGlanceTables } from './glance-server.js';
import { fillStatements, MARIADB, MYSQL, numberStatements, SQLITE } from './scale-data.js';
import { GATEWAY } from './servers.js';

/** Engine → whether it is MySQL's, the program of its server, and whether its tables are Glance's. */
export const ENGINES = {
  mariadb: { program: () => 'mariadbd', options: ['--innodb-log-file-size=512M'] },
  sqlite: {},
  mysql: { program: () => process.env.TEST_MYSQL_SERVER, options: ['--innodb-redo-log-capacity=1G'] },
  glance: { program: () => 'mariadbd', isGlance: true, options: ['--innodb-log-file-size=512M'] },
};

/** With the default of 128 MiB the server would read the disk, and the measurement would be one of the disk. */
const bufferPool = (images) => `--innodb-buffer-pool-size=${images > 1_000_000 ? 12 : 3}G`;

/**
 * Starts an engine in a folder, or goes on with what an earlier run left there.
 *
 * @param images the most images that a database of it will have
 * @returns `database(images)`, which fills a database with so many images unless it is filled
 */
export async function startEngine(place, name, folder, images) {
  mkdirSync(folder, { recursive: true });
  return name === 'sqlite' ? embedded(folder) : server(place, ENGINES[name], folder, images);
}

async function server(place, { program, isGlance = false, options }, folder, images) {
  const { url, child } = await startDatabase(place, {
    program: program(),
    folder,
    options: [bufferPool(images), ...options],
  });
  const connection = await mysql.createConnection(url);
  place.atEnd(() => connection.end());
  const [[{ version }]] = await connection.query('SELECT VERSION() AS version');
  const isMariaDb = version.includes('MariaDB');
  return {
    version,
    async database(images) {
      const schema = `scale_${images}`;
      const database = { url: `${url}${schema}`, pid: serverPid(child.pid) };
      await onceIn(join(folder, `${schema}.filled`), async () => {
        await connection.query(`DROP DATABASE IF EXISTS ${schema}`);
        await connection.query(`CREATE DATABASE ${schema}${isGlance ? ' CHARACTER SET utf8mb3' : ''}`);
        if (isGlance) makeGlanceTables(join(folder, schema), database);
        else migrate(folder, database.url);
        await connection.query(`USE ${schema}`);
        await fillServer(connection, images, { isMariaDb, hasMicroseconds: !isGlance });
      });
      if (!isGlance) migrate(folder, database.url);
      await connection.query(`USE ${schema}`);
      for (const table of FILLED) await connection.query(`ANALYZE TABLE ${table}`);
      return {
        ...database,
        options: { DATABASE_URL: database.url },
        /** Rows that the server has touched since it started. */
        async rowsRead() {
          const [rows] = await connection.query("SHOW GLOBAL STATUS LIKE 'Handler_read%'");
          return rows.reduce((sum, { Value }) => sum + Number(Value), 0);
        },
      };
    },
  };
}

const FILLED = ['images', 'image_properties', 'image_tags', 'image_members', 'image_locations'];

/** Fills tables without their secondary indexes, and makes these at the end: sorted, they take a fraction of the time. */
async function fillServer(connection, images, { isMariaDb, hasMicroseconds }) {
  await connection.query(
    "SET SESSION sql_mode = 'PIPES_AS_CONCAT', time_zone = '+00:00', foreign_key_checks = 0, unique_checks = 0",
  );
  for (const statement of numberStatements(images, isMariaDb ? MARIADB : MYSQL))
    await connection.query(statement);
  const indexes = {};
  for (const table of FILLED) {
    const [[row]] = await connection.query(`SHOW CREATE TABLE ${table}`);
    const lines = row['Create Table'].split('\n').map((line) => line.trim().replace(/,$/, ''));
    // A foreign key needs its index.
    indexes[table] = lines.filter((line) => /^(UNIQUE )?KEY /.test(line) && !/\(`image_id`/.test(line));
    const dropped = indexes[table].map((line) => `DROP INDEX ${/`\w+`/.exec(line)[0]}`);
    await connection.query(`ALTER TABLE ${table} ${dropped.join(', ')}`);
  }
  for (const statement of fillStatements(images, MYSQL, { hasMicroseconds }))
    await connection.query(statement);
  for (const table of FILLED)
    await connection.query(`ALTER TABLE ${table} ${indexes[table].map((line) => `ADD ${line}`).join(', ')}`);
  await connection.query('DROP TABLE scale_numbers');
}

function embedded(folder) {
  // The program's own driver: its version of SQLite is the one that is measured.
  const Libsql = createRequire(GATEWAY)('libsql');
  return {
    version: `SQLite ${new Libsql(':memory:').prepare('SELECT sqlite_version() AS version').get().version}`,
    async database(images) {
      const data = join(folder, `scale_${images}`);
      await onceIn(join(folder, `scale_${images}.filled`), () => {
        migrate(data);
        const database = new Libsql(join(data, 'glance-graphql.sqlite'));
        fillSqlite(database, images);
        database.close();
      });
      migrate(data);
      return { options: { DATA_DIR: data } };
    },
  };
}

function fillSqlite(database, images) {
  database.exec('PRAGMA synchronous = OFF; PRAGMA cache_size = -1000000; PRAGMA foreign_keys = OFF');
  for (const statement of numberStatements(images, SQLITE)) database.exec(statement);
  const indexes = database
    .prepare("SELECT name AS name, sql AS text FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL")
    .all()
    .filter(({ text }) => FILLED.some((table) => text.includes(`\`${table}\``)));
  // With an index go its statistics, which the gateway sets once.
  const statistics = database.prepare('SELECT tbl, idx, stat FROM sqlite_stat1').all();
  for (const { name } of indexes) database.exec(`DROP INDEX \`${name}\``);
  for (const statement of fillStatements(images, SQLITE, { hasMicroseconds: true })) database.exec(statement);
  for (const { text } of indexes) database.exec(text);
  database.exec('DELETE FROM sqlite_stat1');
  const restored = database.prepare('INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (?, ?, ?)');
  for (const { tbl, idx, stat } of statistics) restored.run(tbl, idx, stat);
  database.exec('DROP TABLE scale_numbers');
}

/** Makes the tables, or brings those of an earlier run to today's form. */
function migrate(folder, url) {
  const { status, stderr } = spawnSync(process.execPath, [GATEWAY, 'migrate', '--data-dir', folder], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH, ...(url ? { DATABASE_URL: url } : {}) },
  });
  if (status !== 0) throw new Error(`migrate: ${stderr}`);
}

async function onceIn(marker, work) {
  if (existsSync(marker)) return;
  await work();
  writeFileSync(marker, '');
}

/** A wrapper script may have started the server as its child. */
function serverPid(pid) {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return children === '' ? pid : Number(children.split(' ')[0]);
}
