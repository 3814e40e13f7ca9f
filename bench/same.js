import mysql from 'mysql2/promise';
import { answerOf } from './page-load.js';

/** The answer that all variants give to a question, to the byte. */
export async function sameAnswer(variants, question) {
  const one = await answerOf(variants.floor, question);
  for (const [name, server] of Object.entries(variants)) {
    const other = await answerOf(server, question);
    if (one === other) continue;
    const from = [...one].findIndex((character, index) => character !== other[index]);
    const shown = (text) => JSON.stringify(text.slice(Math.max(0, from - 20), from + 80));
    throw new Error(`the answers differ: floor ${shown(one)}, ${name} ${shown(other)}`);
  }
  return one;
}

/**
 * The floor is a floor only while it asks the database the same as the gateway does. Where the database's log
 * is ours to read, this says what they send if it is not the same.
 */
export async function compareStatements({ floor, ours }, database, question, say) {
  if (!database.isPrivate) return;
  const connection = await mysql.createConnection(database.url);
  try {
    await connection.query("SET GLOBAL log_output = 'TABLE'");
    const [floors, gateways] = [
      await statementsOf(floor, question, connection),
      await statementsOf(ours, question, connection),
    ];
    if (floors !== gateways)
      say(`the gateway sends other statements than the floor:\n${gateways}\n--\n${floors}`);
  } finally {
    await connection.query('SET GLOBAL general_log = OFF');
    await connection.end();
  }
}

async function statementsOf(server, question, connection) {
  await connection.query('TRUNCATE mysql.general_log');
  await connection.query('SET GLOBAL general_log = ON');
  await answerOf(server, question);
  await connection.query('SET GLOBAL general_log = OFF');
  const [rows] = await connection.query(
    "SELECT CONVERT(argument USING utf8mb4) AS sent FROM mysql.general_log WHERE argument LIKE '%SELECT%' " +
      "AND command_type IN ('Query', 'Execute') AND argument NOT LIKE 'SET%' ORDER BY event_time",
  );
  return rows.map(({ sent }) => sent).join('\n');
}
