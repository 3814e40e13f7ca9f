import mysql from 'mysql2/promise';
import { answerOf, graphqlRequest, load, shownLoad } from './page-load.js';
import { alternate } from './rounds.js';
import { startPeer } from './servers.js';

const QUERY =
  'query ($filter: ImageFilterInput, $sort: [ImageSort!]) { images(first: 25, filter: $filter, sort: $sort) { ' +
  'edges { node { id name status size properties { name value } } } pageInfo { hasNextPage endCursor } } }';
const variables = { filter: { status: { eq: 'active' } }, sort: [{ key: 'CREATED_AT', direction: 'DESC' }] };
const REQUEST = graphqlRequest(QUERY, variables);
/** An object mapper takes so much longer that fewer answers tell as much. */
const SLOWER = 40;

/** One page of a list, asked for over and over of the gateway, the floor, and servers that users could pick instead. */
export async function list({ place, servers, database, quick, say }) {
  const variants = {
    ...servers,
    mercurius: await startPeer(place, database, 'mercurius'),
    find: await startPeer(place, database, 'find'),
  };
  const expected = await sameAnswer(variants);
  if (database.isPrivate) await compareStatements(servers, database, say);
  const answers = (name) => Math.ceil((quick ? 2000 : 5000) / (name === 'find' ? SLOWER : 1));
  say('list: warming up');
  for (const [name, server] of Object.entries(variants))
    await load(server, database, REQUEST, answers(name), expected);
  const rounds = quick ? 5 : 9;
  say(`list: ${rounds} rounds of ${answers('ours')} answers from each`);
  const { facts, ratios } = await alternate(rounds, variants, (server, name) =>
    load(server, database, REQUEST, answers(name), expected),
  );
  await Promise.all([variants.mercurius, variants.find].map(({ child }) => place.stop(child)));
  const against = (name) => ({
    ratio: ratios[name].total,
    other: shownLoad(facts[name], database),
    ours: shownLoad(facts.ours, database),
  });
  return {
    list: against('floor'),
    'list-mercurius': against('mercurius'),
    'list-find': against('find'),
  };
}

/** The body that all give, to the byte, after a look whether it is the page that was asked for. */
async function sameAnswer(variants) {
  const one = await answerOf(variants.floor, REQUEST);
  for (const [name, server] of Object.entries(variants)) {
    const other = await answerOf(server, REQUEST);
    if (one === other) continue;
    const from = [...one].findIndex((character, index) => character !== other[index]);
    const shown = (text) => JSON.stringify(text.slice(Math.max(0, from - 20), from + 80));
    throw new Error(`the answers differ: floor ${shown(one)}, ${name} ${shown(other)}`);
  }
  const { edges, pageInfo } = JSON.parse(one).data.images;
  const isWhole =
    edges.length === 25 &&
    edges.every(({ node }) => node.properties.length === 3 && node.status === 'active');
  if (!isWhole || !pageInfo.hasNextPage) throw new Error(`not the page that was asked for: ${one}`);
  return one;
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
  await answerOf(server, REQUEST);
  await connection.query('SET GLOBAL general_log = OFF');
  const [rows] = await connection.query(
    "SELECT CONVERT(argument USING utf8mb4) AS sent FROM mysql.general_log WHERE argument LIKE 'SELECT%' ORDER BY event_time",
  );
  return rows.map(({ sent }) => sent).join('\n');
}
