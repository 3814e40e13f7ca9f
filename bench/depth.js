import { loadImages } from './dataset.js';
import { loading } from './loading.js';
import { anotherDatabase } from './mysql-server.js';
import { answerOf, load, shownLoad } from './page-load.js';
import { graphqlQuestion } from './question.js';
import { alternate } from './rounds.js';
import { startGateway } from './servers.js';

const IMAGES = 200_000;
const DEEP = 100_000;
const STEP = 1000;
/** Every sort key that has an index, each in the direction that a list would be shown in. */
const SORTS = [
  ['CREATED_AT', 'DESC'],
  ['UPDATED_AT', 'DESC'],
  ['NAME', 'ASC'],
  ['SIZE', 'DESC'],
];

/** A page far down a long list against the first one, for the sort key where it costs most. */
export async function depth({ place, database: beside, quick, say }) {
  say(`depth: filling a database with ${IMAGES} images`);
  const database = await anotherDatabase(place, beside);
  const gateway = await startGateway(place, database, 'gateway-depth');
  await loading(() => loadImages(database.url, IMAGES));
  const rows = [];
  for (const [key, direction] of SORTS) {
    say(`depth: ${key} ${direction}`);
    const cursor = await loading(() => walkTo(gateway, key, direction));
    const pages = { first: pageOf(key, direction, 25), ours: pageOf(key, direction, 25, cursor) };
    rows.push({ key, ...(await compare(gateway, database, pages, quick)) });
  }
  await place.stop(gateway.child);
  const worst = rows.reduce((one, other) => (other.ratio > one.ratio ? other : one));
  return { depth: { ...worst, other: `${worst.key}, first page: ${worst.other}` } };
}

async function compare(gateway, database, pages, quick) {
  const answers = quick ? 150 : 2000;
  const expected = {};
  for (const name in pages) {
    expected[name] = await answerOf(gateway, pages[name]);
    if (JSON.parse(expected[name]).data?.images.edges.length !== 25) throw new Error(expected[name]);
    await load(gateway, database, pages[name], answers, expected[name]);
  }
  const { facts, ratios } = await alternate(quick ? 3 : 7, pages, (page, name) =>
    load(gateway, database, page, answers, expected[name]),
  );
  return {
    ratio: ratios.first.total,
    other: shownLoad(facts.first, database),
    ours: shownLoad(facts.ours, database),
  };
}

/** The cursor that so many images lie before, reached as any client would reach it. */
async function walkTo(gateway, key, direction) {
  let cursor;
  for (let passed = 0; passed < DEEP; passed += STEP) {
    const { data } = JSON.parse(await answerOf(gateway, pageOf(key, direction, STEP, cursor)));
    cursor = data.images.pageInfo.endCursor;
  }
  return cursor;
}

function pageOf(key, direction, first, after) {
  const query =
    'query ($sort: [ImageSort!], $first: Int, $after: String) { images(sort: $sort, first: $first, after: $after) ' +
    '{ edges { node { id name } } pageInfo { endCursor } } }';
  return graphqlQuestion(JSON.stringify({ query, variables: { sort: [{ key, direction }], first, after } }));
}
