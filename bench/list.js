import { answerOf, load, shownLoad } from './page-load.js';
import { graphqlQuestion } from './question.js';
import { alternate } from './rounds.js';
import { sameAnswer } from './same.js';
import { startPeer } from './servers.js';

const QUERY =
  'query ($filter: ImageFilterInput, $sort: [ImageSort!]) { images(first: 25, filter: $filter, sort: $sort) { ' +
  'edges { node { id name status size properties { name value } } } pageInfo { hasNextPage endCursor } } }';
export const PAGE = pageOf({ status: { eq: 'active' } });
/** An object mapper takes so much longer that fewer answers tell as much. */
const SLOWER = 40;
/** Answers after which a server is as quick as it gets: what is compiled late would count against it. */
export const WARM_UP = 2500;

/** One page of a list, asked for over and over of the gateway, the floor, and servers that users could pick instead. */
export async function list({ place, servers, database, quick, say }) {
  const variants = {
    ...servers,
    plain: servers.ours,
    mercurius: await startPeer(place, database, 'mercurius'),
    find: await startPeer(place, database, 'find'),
  };
  const expected = await sameAnswer(variants, PAGE);
  requireWhole(expected);
  const plain = withoutPlan(PAGE);
  if ((await answerOf(servers.ours, plain)) !== expected)
    throw new Error('without a plan the answer differs');
  const answers = (name) => Math.max(16, (quick ? 600 : 5000) / (name === 'find' ? SLOWER : 1));
  say('list: warming up');
  const question = (name) => (name === 'plain' ? plain : PAGE);
  for (const [name, server] of Object.entries(variants))
    await load(
      server,
      database,
      question(name),
      Math.ceil(WARM_UP / (name === 'find' ? SLOWER : 1)),
      expected,
    );
  const rounds = quick ? 5 : 9;
  say(`list: ${rounds} rounds of ${answers('ours')} answers from each`);
  const { facts, ratios } = await alternate(rounds, variants, (server, name) =>
    load(server, database, question(name), answers(name), expected),
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
    'list-plain': against('plain'),
  };
}

/** Returns the same question in a document with a second operation, for which the gateway compiles no plan. */
function withoutPlan({ body, ...question }) {
  const { query, variables } = JSON.parse(body);
  const document = `${query.replace('query ', 'query page ')} query other { __typename }`;
  return { ...question, body: JSON.stringify({ query: document, operationName: 'page', variables }) };
}

/** The newest images that pass the filter. */
export function pageOf(filter) {
  const variables = { filter, sort: [{ key: 'CREATED_AT', direction: 'DESC' }] };
  return graphqlQuestion(JSON.stringify({ query: QUERY, variables }));
}

function requireWhole(text) {
  const { edges, pageInfo } = JSON.parse(text).data.images;
  const isWhole =
    edges.length === 25 &&
    edges.every(({ node }) => node.properties.length === 3 && node.status === 'active');
  if (!isWhole || !pageInfo.hasNextPage) throw new Error(`not the page that was asked for: ${text}`);
}
