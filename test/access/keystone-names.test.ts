import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createImage, errorOf, graphql, run } from '../support/client.js';
import { onSqlite, type TestGateway } from '../support/gateway.js';
import { gql } from '../support/gql.js';
import { answers, interpose, type Interposed } from '../support/interposed.js';
import { hasKeystone, passwordOf, startKeystone, type Keystone } from '../support/keystone-server.js';
import { metricsOf } from '../support/metrics.js';
import { eventually } from '../support/poll.js';

const OWNER = gql('query ($id: ID!) { image(id: $id) { ownerTenant { id name domain } } }');
const OWNERS_OF_IMAGES = gql('{ images(first: 100) { edges { node { ownerTenant { id name } } } } }');
const MEMBERS = gql('query ($id: ID!) { image(id: $id) { members { tenant { id name } } } }');
const TENANTS = gql(
  'query ($search: String, $first: Int) { tenants(search: $search, first: $first) { id name domain } }',
);
const OWN = gql('{ viewer { tenants { id name domain } } }');
const SHARE = gql(
  'mutation ($id: ID!, $memberId: ID!) { addImageMember(imageId: $id, input: { memberId: $memberId }) { status } }',
);
const ACCEPT = gql('mutation ($id: ID!) { acceptImage(id: $id) { status } }');

/** Names that Keystone does not give at once come with a later answer. */
const inTime = <T>(ask: () => Promise<T>) => expect.poll(ask, { timeout: 20_000 });

type Who = 'alice' | 'bob' | 'root';

describe.skipIf(!hasKeystone)('the names of projects under AUTH=keystone', () => {
  let keystone: Keystone;
  let between: Interposed;
  let account: Record<string, string>;
  const tokens: Partial<Record<Who, string>> = {};
  const by = (who: Who) => ({ 'x-auth-token': tokens[who]! });
  const askedFor = (path: string) => between.requests.filter((each) => each.startsWith(`GET /v3/${path}`));

  beforeAll(async () => {
    keystone = await startKeystone();
    between = await interpose(keystone.url);
    account = accountOf('gateway');
    tokens.alice = await keystone.token({ user: 'alice', project: 'demo' });
    tokens.bob = await keystone.token({ user: 'bob', project: 'other' });
    tokens.root = await keystone.token({ user: 'root', project: 'demo' });
    const { body } = await keystone.request('POST', '/domains', { domain: { name: 'Elsewhere' } });
    keystone.projects.twin = await makeProject('demo', body.domain.id);
    keystone.projects.brief = await makeProject('brief', 'default');
    for (const [name, role] of [
      ['plain', 'service'],
      ['mighty', 'admin'],
    ]) {
      const user = { name, password: passwordOf(name), domain_id: 'default' };
      keystone.users[name] = (await keystone.request('POST', '/users', { user })).body.user.id;
      await grant(name, role, `/projects/${keystone.projects.service}`);
    }
    await grant('mighty', 'service', `/projects/${keystone.projects.service}`);
    await grant('gateway', 'reader', '/system');
  }, 120_000);
  afterAll(async () => {
    await between?.stop();
    await keystone?.stop();
  });
  beforeEach(() => between.reset());

  function accountOf(user: string): Record<string, string> {
    return {
      AUTH: 'keystone',
      KEYSTONE_AUTH_URL: between.url,
      KEYSTONE_USERNAME: user,
      KEYSTONE_PASSWORD: passwordOf(user),
      // A request that waited for this time would fail its test.
      KEYSTONE_HTTP_CONNECT_TIMEOUT: '300',
    };
  }

  async function makeProject(name: string, domainId: string): Promise<string> {
    const project = { name, domain_id: domainId };
    return (await keystone.request('POST', '/projects', { project })).body.project.id;
  }

  async function grant(user: string, role: string, on: string): Promise<void> {
    const { body } = await keystone.request('GET', `/roles?name=${role}`);
    await keystone.request('PUT', `${on}/users/${keystone.users[user]}/roles/${body.roles[0].id}`);
  }

  onSqlite('a tenant', (start) => {
    let gateway: TestGateway;
    beforeAll(async () => {
      gateway = await start(account);
    });
    const ownedBy = (owner: string) => createImage(gateway, { owner, visibility: 'PUBLIC' }, by('root'));
    const ownerOf = async (id: string, who: Who = 'root', at = gateway) =>
      (await run(at, OWNER, { id }, by(who))).image!.ownerTenant;

    test('has the name of its project and of its domain, which tells it from others of that name', async () => {
      const { demo, twin } = keystone.projects;
      const [ofDemo, ofTwin] = [await ownedBy(demo), await ownedBy(twin)];
      await inTime(() => ownerOf(ofDemo)).toEqual({ id: demo, name: 'demo', domain: 'Default' });
      await inTime(() => ownerOf(ofTwin)).toEqual({ id: twin, name: 'demo', domain: 'Elsewhere' });
    });

    test.each([
      ['that Keystone does not know', 'f'.repeat(32)],
      ['that is a domain', 'default'],
      ['with another letter case', () => keystone.projects.demo.toUpperCase()],
    ])('%s has no name', async (_, owner) => {
      const id = typeof owner === 'string' ? owner : owner();
      expect(await ownerOf(await ownedBy(id))).toEqual({ id, name: null, domain: null });
    });

    test.each(['../users', 'a/b?c#d', 'caf\u00e9', '', '.', 'x'.repeat(65)])(
      'whose id is no id of Keystone, such as "%s", has no name, and Keystone is not asked',
      async (owner) => {
        const image = await ownedBy(owner);
        between.reset();
        expect(await ownerOf(image)).toEqual({ id: owner, name: null, domain: null });
        expect(between.requests).toEqual([]);
      },
    );

    test('shows its name to everybody who sees its images, but not to those who are not logged in', async () => {
      const open = await start({ ...account, ALLOW_ANONYMOUS_ACCESS: 'true' });
      const id = await ownedBy(keystone.projects.demo);
      await inTime(() => ownerOf(id, 'bob', open)).toMatchObject({ name: 'demo' });
      expect((await run(open, OWNER, { id })).image!.ownerTenant).toMatchObject({ name: null });
    });

    test('shows its name as a member once it has accepted, and before to itself and to administrators', async () => {
      const { demo, other } = keystone.projects;
      const id = await createImage(gateway, { visibility: 'SHARED' }, by('alice'));
      const memberOf = async (who: Who) =>
        (await run(gateway, MEMBERS, { id }, by(who))).image!.members[0].tenant;
      await run(gateway, SHARE, { id, memberId: other }, by('alice'));
      expect(await memberOf('alice')).toEqual({ id: other, name: null });
      await inTime(() => memberOf('bob')).toEqual({ id: other, name: 'other' });
      await inTime(() => memberOf('root')).toEqual({ id: other, name: 'other' });
      await inTime(() => ownerOf(id, 'bob')).toMatchObject({ id: demo, name: 'demo' });
      await run(gateway, ACCEPT, { id }, by('bob'));
      await inTime(() => memberOf('alice')).toEqual({ id: other, name: 'other' });
    });

    test('has its new name once the time for names is over', async () => {
      const { brief } = keystone.projects;
      const hasty = await start({ ...account, KEYSTONE_NAME_CACHE_TIME: '1' });
      const id = await ownedBy(brief);
      for (const at of [gateway, hasty])
        await inTime(() => ownerOf(id, 'root', at)).toMatchObject({ name: 'brief' });
      await keystone.request('PATCH', `/projects/${brief}`, { project: { name: 'brief-2' } });
      await inTime(() => ownerOf(id, 'root', hasty)).toMatchObject({ name: 'brief-2' });
      expect(await ownerOf(id)).toMatchObject({ name: 'brief' });
    });
  });

  onSqlite('Keystone', (start) => {
    let writer: TestGateway;
    let owners: string[];
    beforeAll(async () => {
      writer = await start(account);
      owners = [];
      for (let n = 0; n < 30; n += 1) {
        const owner = n % 3 === 0 ? keystone.projects.demo : `${n}`.padStart(32, '0');
        owners.push(owner);
        await createImage(writer, { owner }, by('root'));
      }
    });
    const names = async (at: TestGateway) =>
      (await run(at, OWNERS_OF_IMAGES, {}, by('root'))).images.edges.map(
        ({ node }) => node.ownerTenant!.name,
      );

    test('is asked once for each project and domain of a list, by a few requests at once, whoever asks', async () => {
      const gateway = await start(account);
      let [present, most] = [0, 0];
      between.conduct = (request, response) => {
        present += 1;
        most = Math.max(most, present);
        response.on('close', () => (present -= 1));
        between.pass(request, response);
      };
      await Promise.all([names(gateway), names(gateway)]);
      // Names that come too late for a list are there for the next one.
      await eventually(async () => (await names(gateway)).filter((name) => name === 'demo').length === 10);
      await eventually(() => askedFor('projects/').length >= 21 && present === 0);
      const asked = new Set(askedFor('projects/'));
      expect(asked.size).toBe(21);
      // The first requests find that the account has its rights on the system only.
      expect(askedFor('projects/').length).toBeLessThanOrEqual(21 + 8);
      expect(askedFor('domains/')).toEqual(['GET /v3/domains/default']);
      expect(most).toBeLessThanOrEqual(8);
      between.reset();
      await names(gateway);
      expect(between.requests).toEqual([]);
    });

    test('that is stopped while a list is asked for costs the names, not the list, and is left alone then', async () => {
      const gateway = await start(account);
      // The gateway knows the caller, and has a token of its own.
      await run(gateway, OWN, {}, by('root'));
      between.reset();
      keystone.freeze();
      try {
        expect(await names(gateway)).toEqual(owners.map(() => null));
        const told = () => gateway.log.filter(({ msg }) => String(msg).includes('it is left alone'));
        // While nobody knows yet that Keystone is away, a list waits for nothing that another one has waited for.
        expect(told()).toHaveLength(0);
        expect(await names(gateway)).toEqual(owners.map(() => null));
        expect(told()).toHaveLength(0);
        await eventually(() => told().length > 0);
        const count = between.requests.length;
        expect(count).toBeGreaterThan(0);
        expect(await names(gateway)).toEqual(owners.map(() => null));
        expect((await run(gateway, OWN, {}, by('root'))).viewer.tenants).toBeNull();
        expect((await run(gateway, TENANTS, {}, by('root'))).tenants).toBeNull();
        expect(between.requests.length).toBe(count);
        expect(told()).toHaveLength(1);
      } finally {
        keystone.thaw();
      }
    });

    test.each([
      ['answers 503', answers(503, '<html>')],
      ['answers with no JSON', answers(200, 'name')],
      ['answers with null', answers(200, 'null')],
      ['answers with a project without a name', answers(200, '{"project": {"id": "x", "name": 5}}')],
    ])('that %s costs the names, not the list', async (_, conduct) => {
      const gateway = await start(account);
      await run(gateway, OWN, {}, by('root'));
      between.conduct = conduct;
      expect(await names(gateway)).toEqual(owners.map(() => null));
    });

    test('lets an administrator of the account’s project read names, with the login that the gateway has', async () => {
      const gateway = await start(accountOf('mighty'));
      expect((await run(gateway, TENANTS, { search: 'other' }, by('root'))).tenants).toMatchObject([
        { id: keystone.projects.other, name: 'other', domain: 'Default' },
      ]);
      expect(between.requests.filter((each) => each === 'POST /v3/auth/tokens')).toHaveLength(1);
    });

    test('lets an account with the role service only read no name; the log says once what it needs', async () => {
      const gateway = await start(accountOf('plain'));
      await eventually(() => names(gateway).then((found) => found.every((name) => name === null)));
      await names(gateway);
      expect((await run(gateway, TENANTS, {}, by('root'))).tenants).toBeNull();
      expect(gateway.log.filter(({ msg }) => String(msg).includes('role reader on the system'))).toHaveLength(
        1,
      );
      expect((await run(gateway, OWN, {}, by('alice'))).viewer.tenants).toMatchObject([{ name: 'demo' }]);
    });
  });

  onSqlite('the metrics of tokens', (start) => {
    test('count how each token was answered, and the time of Keystone', async () => {
      const gateway = await start({ ...account, METRICS_PORT: '0' });
      const who = gql('{ viewer { user } }');
      for (let times = 0; times < 3; times += 1) await run(gateway, who, {}, by('alice'));
      await graphql(gateway, who, {}, { 'x-auth-token': 'nobody-knows-it' });
      between.conduct = answers(500, '{}');
      await graphql(gateway, who, {}, { 'x-auth-token': 'cannot-be-asked' });
      const metrics = await metricsOf(gateway);
      const counted = (outcome: string) => metrics.sum('identity_tokens_total', { outcome });
      expect([counted('checked'), counted('cached'), counted('refused'), counted('unavailable')]).toEqual([
        1, 2, 1, 1,
      ]);
      const asked = (code: string) => metrics.sum('keystone_request_duration_seconds_count', { code });
      expect([asked('200'), asked('404'), asked('500')]).toEqual([1, 1, 1]);
    });
  });

  onSqlite('the list of tenants', (start) => {
    let gateway: TestGateway;
    beforeAll(async () => {
      gateway = await start(account);
    });
    const found = async (search?: string, first?: number) =>
      (await run(gateway, TENANTS, { search, first }, by('root'))).tenants!;

    test('has the projects whose name has the text, those that begin with it first', async () => {
      const { demo, twin, other, service } = keystone.projects;
      await inTime(() => found('DEM')).toEqual(
        expect.arrayContaining([
          { id: demo, name: 'demo', domain: 'Default' },
          { id: twin, name: 'demo', domain: 'Elsewhere' },
        ]),
      );
      await inTime(() => found('her')).toEqual([{ id: other, name: 'other', domain: 'Default' }]);
      const e = (await found('e')).map(({ name }) => name);
      expect(e).toEqual(expect.arrayContaining(['demo', 'other', 'service']));
      await keystone.request('PATCH', `/projects/${service}`, { project: { name: 'a-demo' } });
      expect((await found('demo')).map(({ name }) => name)).toEqual(['demo', 'demo', 'a-demo']);
      await keystone.request('PATCH', `/projects/${service}`, { project: { name: 'service' } });
    });

    test.each(['%', '_', '\\', '&enabled=false', 'no-such-project', '\u0000'])(
      'takes "%s" for itself',
      async (search) => expect(await found(search)).toEqual([]),
    );

    test('has the project with exactly this id', async () => {
      const { twin } = keystone.projects;
      await inTime(() => found(twin)).toEqual([{ id: twin, name: 'demo', domain: 'Elsewhere' }]);
      expect(await found(twin.slice(1))).toEqual([]);
    });

    test('has at most as many as wanted', async () => {
      expect(await found('', 2)).toHaveLength(2);
      expect((await found()).length).toBeGreaterThan(3);
      expect(await found('', 0)).toEqual([]);
    });

    test('is for administrators only', async () => {
      expect(await errorOf(gateway, TENANTS, {}, by('alice'))).toMatchObject({ code: 'FORBIDDEN' });
      between.reset();
      expect(await errorOf(gateway, TENANTS, { search: 'demo' }, by('bob'))).toMatchObject({
        code: 'FORBIDDEN',
      });
      expect(askedFor('projects')).toEqual([]);
    });

    test('asks for more of the name where Keystone would answer without end', async () => {
      between.conduct = (request, response) =>
        request.url!.startsWith('/v3/projects?')
          ? answers(200, JSON.stringify({ projects: ['x'.repeat(2_000_000)] }))(request, response)
          : between.pass(request, response);
      expect(await errorOf(gateway, TENANTS, { search: 'o' }, by('root'))).toMatchObject({
        code: 'BAD_USER_INPUT',
        field: 'search',
      });
    });
  });

  onSqlite('the tenants of the caller', (start) => {
    test('are those that Keystone lists for the token of the request', async () => {
      const gateway = await start(account);
      const { demo, other } = keystone.projects;
      await grant('bob', 'member', `/projects/${keystone.projects.twin}`);
      const own = async (who: Who) => (await run(gateway, OWN, {}, by(who))).viewer.tenants;
      await inTime(() => own('alice')).toEqual([{ id: demo, name: 'demo', domain: 'Default' }]);
      await inTime(() => own('bob')).toEqual([
        { id: keystone.projects.twin, name: 'demo', domain: 'Elsewhere' },
        { id: other, name: 'other', domain: 'Default' },
      ]);
    });

    test('are unknown while Keystone is away, and of callers who are not logged in', async () => {
      const gateway = await start({ ...account, ALLOW_ANONYMOUS_ACCESS: 'true' });
      expect((await run(gateway, OWN, {})).viewer.tenants).toBeNull();
      await run(gateway, gql('{ viewer { user } }'), {}, by('alice'));
      between.conduct = answers(500, '{}');
      expect((await run(gateway, OWN, {}, by('alice'))).viewer.tenants).toBeNull();
    });
  });
});
