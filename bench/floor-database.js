import mysql from 'mysql2';

/** Runs statements on a pool of its own, and gives their rows. */
export function reader(url) {
  const pool = mysql.createPool({
    uri: url,
    connectionLimit: 10,
    charset: 'utf8mb4',
    dateStrings: true,
    supportBigNumbers: true,
  });
  // The optimizer is to see both servers' statements with the same eyes.
  pool.on('connection', (connection) => {
    connection.query(
      "SET SESSION sql_mode = 'TRADITIONAL', time_zone = '+00:00', optimizer_switch = 'index_merge=off'",
    );
  });
  return (sql, values) =>
    new Promise((resolve, reject) => {
      pool.query(sql, values, (error, rows) => (error ? reject(error) : resolve(rows)));
    });
}
