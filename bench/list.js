import autocannon from 'autocannon';
import mysql from 'mysql2/promise';
import { alternate } from './rounds.js';
import { cpuSeconds } from './process-facts.js';

const CONNECTIONS = 16;
const QUERY =
  'query ($filter: ImageFilterInput, $sort: [ImageSort!]) { images(first: 25, filter: $filter, sort: $sort) { ' +
  'edges { node { id name status size properties { name value } } } pageInfo { hasNextPage endCursor } } }';
const variables = { filter: { status: { eq: 'active' } }, sort: [{ key: 'CREATED_AT', direction: 'DESC' }] };
const BODY = JSON.stringify({ query: QUERY, variables });

/**
 * One page of a list, asked for over and over: processor time for each answer, in the server and in the
 * database together. That is steadier than the number of answers a second, which the client shares in.
 */
export async function list({ servers, database, quick, say }) {
  const expected = await sameAnswer(servers);
  if (database.isPrivate) await compareStatements(servers, database, say);
  const answers = quick ? 2000 : 5000;
  say('list: warming up');
  for (const server of Object.values(servers)) await ask(server, answers, expected);
  const rounds = quick ? 5 : 9;
  say(`list: ${rounds} rounds of ${answers} answers from each`);
  const { floor, ours, ratio } = await alternate(rounds, servers, async (server) => {
    const before = [cpuSeconds(server.pid), database.pid ? cpuSeconds(database.pid) : 0];
    const seconds = await ask(server, answers, expected);
    const after = [cpuSeconds(server.pid), database.pid ? cpuSeconds(database.pid) : 0];
    const [own, inDatabase] = after.map((value, index) => ((value - before[index]) / answers) * 1e6);
    return { total: own + inDatabase, own, inDatabase, perSecond: answers / seconds };
  });
  const shown = ({ total, own, inDatabase, perSecond }) =>
    `${total.toFixed(0)} µs (server ${own.toFixed(0)}, database ${database.pid ? inDatabase.toFixed(0) : 'not seen'}), ` +
    `${perSecond.toFixed(0)}/s`;
  return { ratio: ratio.total, floor: shown(floor), ours: shown(ours) };
}

/** The body that both give, to the byte, after a look whether it is the page that was asked for. */
async function sameAnswer(servers) {
  const { floor, ours } = servers;
  const [one, other] = [await answerOf(floor), await answerOf(ours)];
  if (one !== other) {
    const from = [...one].findIndex((character, index) => character !== other[index]);
    const shown = (text) =>
      JSON.stringify(text.slice(from < 0 ? -80 : from, from < 0 ? undefined : from + 80));
    throw new Error(`the answers differ: floor ${shown(one)}, gateway ${shown(other)}`);
  }
  const { edges, pageInfo } = JSON.parse(one).data.images;
  const isWhole =
    edges.length === 25 &&
    edges.every(({ node }) => node.properties.length === 3 && node.status === 'active');
  if (!isWhole || !pageInfo.hasNextPage) throw new Error(`not the page that was asked for: ${one}`);
  return one;
}

async function answerOf({ url }) {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${url}/graphql`, { method: 'POST', headers, body: BODY });
  return response.text();
}

/** Has the server answer so many times, checks every answer, and gives the seconds it took. */
async function ask(server, answers, expected) {
  const began = performance.now();
  const result = await autocannon({
    url: `${server.url}/graphql`,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: BODY,
    connections: CONNECTIONS,
    amount: answers,
    expectBody: expected,
  });
  const seconds = (performance.now() - began) / 1000;
  const { errors, timeouts, mismatches } = result;
  if (errors + timeouts + mismatches > 0 || result['2xx'] !== answers) {
    throw new Error(
      `${server.name}: ${result['2xx']} of ${answers} answers, ${mismatches} wrong, ${errors} errors`,
    );
  }
  return seconds;
}

/** The floor is a floor only while it asks the database the same as the gateway does. */
async function compareStatements(servers, database, say) {
  const connection = await mysql.createConnection(database.url);
  try {
    await connection.query("SET GLOBAL log_output = 'TABLE'");
    const [floor, ours] = [
      await statementsOf(servers.floor, connection),
      await statementsOf(servers.ours, connection),
    ];
    if (floor !== ours)
      say(`list: NOTE: the gateway sends other statements than floor-page.js:\n${ours}\n--\n${floor}`);
  } finally {
    await connection.query('SET GLOBAL general_log = OFF');
    await connection.end();
  }
}

async function statementsOf(server, connection) {
  await connection.query('TRUNCATE mysql.general_log');
  await connection.query('SET GLOBAL general_log = ON');
  await answerOf(server);
  await connection.query('SET GLOBAL general_log = OFF');
  const [rows] = await connection.query(
    "SELECT CONVERT(argument USING utf8mb4) AS sent FROM mysql.general_log WHERE argument LIKE 'SELECT%' ORDER BY event_time",
  );
  return rows.map(({ sent }) => sent).join('\n');
}
