import { createServer } from 'node:http';
import { PAGE, WARM_UP } from './list.js';
import { answerOf, load } from './page-load.js';
import { graphqlQuestion } from './question.js';
import { MIB } from './payload.js';
import { residentMemory } from './process-facts.js';
import { alternate } from './rounds.js';
import { startGateway } from './servers.js';

/** Asks for next to nothing, so that what a token adds is seen: of a page it is less than two runs differ by. */
const NOTHING = graphqlQuestion(JSON.stringify({ query: '{ __typename }' }));
const TOKENS = 1000;

/**
 * Measures the cost that a known token adds to a request, against AUTH=none, as a share of the page of `list.js`. Then
 * sends a thousand unknown tokens at once.
 */
export async function token({ place, database, quick, say }) {
  const keystone = await startStandIn(place);
  // Both are new: what a process has done before makes it quicker.
  const variants = {
    none: await startGateway(place, database, 'gateway-none'),
    ours: await startGateway(place, database, 'gateway-token', {
      AUTH: 'keystone',
      KEYSTONE_AUTH_URL: keystone.url,
      KEYSTONE_USERNAME: 'gateway',
      KEYSTONE_PASSWORD: 'secret',
      // As under AUTH=none: who is calling is to be all the difference.
      POLICY: 'open',
    }),
  };
  const questions = { none: NOTHING, ours: withToken(NOTHING, 'a') };
  const nothing = await answerOf(variants.none, NOTHING);
  const answers = quick ? 2000 : 5000;
  const rounds = quick ? 7 : 25;
  const once = (server, name) => load(server, database, questions[name], answers, nothing);
  say(`token: ${rounds} rounds of ${answers} answers with and without, after some to warm up`);
  for (let times = 0; times < 2; times += 1) for (const name in variants) await once(variants[name], name);
  const { facts } = await alternate(rounds, variants, once);
  if (keystone.validations() !== 1) throw new Error(`Keystone was asked ${keystone.validations()} times`);

  const expected = await answerOf(variants.none, PAGE);
  await load(variants.none, database, PAGE, WARM_UP, expected);
  const page = await load(variants.none, database, PAGE, 1000, expected);
  const tokens = await manyTokens(variants.ours, keystone, nothing);
  await Promise.all(Object.values(variants).map(({ child }) => place.stop(child)));
  return {
    token: {
      ratio: (page.total + facts.ours.own - facts.none.own) / page.total,
      other: `AUTH=none: ${facts.none.own.toFixed(0)} µs of a page's ${page.total.toFixed(0)}`,
      ours: `${facts.ours.own.toFixed(0)} µs`,
    },
    tokens,
  };
}

async function manyTokens(gateway, keystone, expected) {
  const before = { validations: keystone.validations(), memory: residentMemory(gateway.pid).peak };
  const ask = (number) => answerOf(gateway, withToken(NOTHING, String(number).padStart(4, '0')));
  // Each token twice: who comes while it is being asked about waits for the same answer.
  const answers = await Promise.all(Array.from({ length: 2 * TOKENS }, (_, index) => ask(index % TOKENS)));
  const wrong = answers.find((answer) => answer !== expected);
  if (wrong !== undefined) throw new Error(`a token was answered otherwise: ${wrong}`);
  const validations = keystone.validations() - before.validations;
  const growth = (residentMemory(gateway.pid).peak - before.memory) / MIB;
  return {
    ratio: validations / TOKENS,
    other: `${TOKENS} tokens`,
    ours: `Keystone asked ${validations} times; ${growth.toFixed(1)} MiB of memory more`,
  };
}

/** As long as Keystone's own tokens are. */
function withToken(question, token) {
  return { ...question, headers: { ...question.headers, 'x-auth-token': token.padEnd(183, 'a') } };
}

/** Knows every token for an administrator's, and counts how often it is asked. */
async function startStandIn(place) {
  let validations = 0;
  const body = JSON.stringify({
    token: {
      user: { id: 'user' },
      project: { id: 'project' },
      roles: [{ name: 'admin' }],
      expires_at: '2099-01-01T00:00:00Z',
    },
  });
  const server = createServer((request, response) => {
    if (request.method === 'GET') validations += 1;
    response.writeHead(request.method === 'GET' ? 200 : 201, { 'x-subject-token': 'own' }).end(body);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  place.atEnd(async () => {
    server.close();
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${server.address().port}`, validations: () => validations };
}
