import { createServer } from 'node:http';
import { PAGE, WARM_UP } from './list.js';
import { answerOf, load, shownLoad } from './page-load.js';
import { alternate } from './rounds.js';
import { startGateway } from './servers.js';

/** The page of `list.js` asked for with a token that the gateway has seen before, against AUTH=none. */
export async function token({ place, servers, database, quick, say }) {
  const keystone = await startStandIn(place);
  const gateway = await startGateway(place, database, 'gateway-token', {
    AUTH: 'keystone',
    KEYSTONE_AUTH_URL: keystone.url,
    KEYSTONE_USERNAME: 'gateway',
    KEYSTONE_PASSWORD: 'secret',
    // As under AUTH=none: who is calling is to be all the difference.
    POLICY: 'open',
  });
  // As long as Keystone's own tokens are.
  const headers = { ...PAGE.headers, 'x-auth-token': 'a'.repeat(183) };
  const variants = { none: servers.ours, ours: gateway };
  const pages = { none: PAGE, ours: { ...PAGE, headers } };
  const expected = await answerOf(servers.ours, PAGE);
  const answers = quick ? 500 : 5000;
  const rounds = quick ? 5 : 15;
  say(`token: ${rounds} rounds of ${answers} answers with and without`);
  // The other has answered long before: this one is to be as quick as it gets, too.
  await load(gateway, database, pages.ours, 3 * WARM_UP, expected);
  const { facts, ratios } = await alternate(rounds, variants, (server, name) =>
    load(server, database, pages[name], answers, expected),
  );
  await place.stop(gateway.child);
  if (keystone.validations() !== 1) throw new Error(`Keystone was asked ${keystone.validations()} times`);
  return {
    token: {
      ratio: ratios.none.total,
      other: `AUTH=none: ${shownLoad(facts.none, database)}`,
      ours: shownLoad(facts.ours, database),
    },
  };
}

/** Knows every token for an administrator's. Keystone is asked once, before anything is measured. */
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
