import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, inject, test, vi } from 'vitest';
import { as, run } from '../support/client.js';
import { called } from '../support/command.js';
import { onServer, startGateway, type TestGateway } from '../support/gateway.js';
import { addGlanceImage, makeGlanceDatabase } from '../support/glance-database.js';
import { gql } from '../support/gql.js';
import { statementsDuring } from '../support/statements.js';
import { v1 } from '../support/v1-client.js';

const admin = as('operators', 'admin');
const LISTS = [
  gql('{ images { edges { node { name } } } }'),
  gql('{ images(sort: { key: UPDATED_AT, direction: DESC }) { edges { node { name } } } }'),
];

const version =
  inject('mysqlServer') === '' ? '' : String((await onServer('SELECT VERSION() AS version'))[0].version);
/** MariaDB hides indexes since 10.6. */
const hidesIndexes = !/10\.5\.\d+-MariaDB/.test(version);

describe.skipIf(version === '')('on MySQL, images are listed', () => {
  const folder = mkdtempSync(join(tmpdir(), 'glance-graphql-test-'));
  const open: TestGateway[] = [];
  let database: string;
  let options: Record<string, string>;

  afterEach(async () => {
    vi.useRealTimers();
    await Promise.all(open.splice(0).map((gateway) => gateway.close()));
    await onServer(`DROP DATABASE ${database}`);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const use = (name: string) => {
    database = name;
    options = { DATA_DIR: folder, DATABASE_URL: `${inject('mysqlServer')}/${name}`, AUTH: 'trusted' };
  };
  const start = async () => {
    const gateway = await startGateway(options);
    open.push(gateway);
    return gateway;
  };
  const hides = async (index: string) => {
    const word = version.includes('MariaDB') ? 'IGNORED' : 'INVISIBLE';
    await onServer(`ALTER TABLE images ALTER INDEX ${index} ${word}`, database);
  };
  const drops = (index: string) => onServer(`DROP INDEX ${index} ON images`, database);
  const checked = async () => {
    const { code, stdout } = await called(['check', '--json'], { ...options, AUTH: 'none' });
    return { code, ...JSON.parse(stdout) };
  };

  /** Expects every list to have the image, and returns the statements. */
  async function expectLists(gateway: TestGateway): Promise<string> {
    const statements = await statementsDuring(async () => {
      for (const list of LISTS) {
        const { images } = await run(gateway, list, {}, admin);
        expect(images.edges).toMatchObject([{ node: { name: 'listed' } }]);
      }
      const answer = await v1(gateway, 'GET', '/v1/images/detail', admin);
      expect(answer.json().images).toMatchObject([{ name: 'listed' }]);
    });
    return statements.join('\n');
  }

  test.each([['missing', drops] as const, ...(hidesIndexes ? [['hidden', hides] as const] : [])])(
    "on a Glance's tables with an index %s, which check names with the remedy",
    async (state, spoil) => {
      use(await makeGlanceDatabase());
      await addGlanceImage(database, { name: 'listed' });
      await spoil('created_at_image_idx');
      const statements = await expectLists(await start());
      expect(statements).not.toContain('created_at_image_idx');
      expect(statements).toContain('FORCE INDEX (PRIMARY, checksum_image_idx, owner_image_idx)');

      const { findings } = await checked();
      const found = findings.find(({ what }: { what: string }) => what.includes('created_at_image_idx'));
      expect(found).toMatchObject({
        severity: 'note',
        what: `The index created_at_image_idx is ${state}: lists are slow.`,
      });
      await onServer(/`(.*)`/.exec(found.todo)![1], database);
      expect(JSON.stringify((await checked()).findings)).not.toContain('created_at_image_idx');
    },
  );

  test.each([['dropped', drops] as const, ...(hidesIndexes ? [['hidden', hides] as const] : [])])(
    'while an index is %s under a running gateway, and the index is used when it is back',
    async (_, spoil) => {
      use(await makeGlanceDatabase());
      await addGlanceImage(database, { name: 'listed' });
      const gateway = await start();
      expect(await expectLists(gateway)).toContain('created_at_image_idx');
      await spoil('created_at_image_idx');
      await expectLists(gateway);
      expect(await expectLists(gateway)).not.toContain('created_at_image_idx');

      const { findings } = await checked();
      const { todo } = findings.find(({ what }: { what: string }) => what.includes('created_at_image_idx'));
      await onServer(/`(.*)`/.exec(todo)![1], database);
      vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 120_000 });
      expect(await expectLists(gateway)).toContain('created_at_image_idx');
    },
  );

  test.skipIf(!hidesIndexes)(
    "on the gateway's own tables with indexes missing and hidden, page after page",
    async () => {
      use(`test_${randomUUID().replaceAll('-', '')}`);
      await onServer(`CREATE DATABASE ${database}`);
      const gateway = await start();
      const create = gql('mutation ($name: String) { createImage(input: { name: $name }) { id } }');
      for (const name of ['first', 'second']) await run(gateway, create, { name }, admin);
      await drops('gateway_images_created');
      await hides('gateway_images_visible');
      const page = gql(`query ($after: String) {
      images(first: 1, after: $after) { edges { node { name } } pageInfo { endCursor } }
    }`);
      const first = (await run(gateway, page, { after: null }, admin)).images;
      const second = (await run(gateway, page, { after: first.pageInfo.endCursor }, admin)).images;
      expect([...first.edges, ...second.edges].map(({ node }) => node.name)).toEqual(['second', 'first']);

      const { code, usable, findings } = await checked();
      expect([code, usable]).toEqual([0, 'fully']);
      expect(findings.map(({ what }: { what: string }) => what)).toEqual([
        'The index gateway_images_created is missing: lists are slow.',
        'The index gateway_images_visible is hidden: lists are slow.',
      ]);
      for (const { todo } of findings) await onServer(/`(.*)`/.exec(todo)![1], database);
      expect((await checked()).findings).toEqual([]);
    },
  );

  test("on the gateway's own tables, when the index of a tenant's memberships is dropped under a running gateway", async () => {
    use(`test_${randomUUID().replaceAll('-', '')}`);
    await onServer(`CREATE DATABASE ${database}`);
    const gateway = await start();
    const create = gql('mutation { createImage(input: { name: "shared" }) { id } }');
    const add = gql(
      'mutation ($id: ID!) { addImageMember(imageId: $id, input: { memberId: "t1" }) { memberId } }',
    );
    const shared = gql('{ sharedImages(memberId: "t1") { edges { node { image { name } } } } }');
    const { createImage } = await run(gateway, create, {}, admin);
    await run(gateway, add, { id: createImage!.id }, admin);
    const expectShared = async () => {
      const { sharedImages } = await run(gateway, shared, {}, admin);
      expect(sharedImages.edges).toMatchObject([{ node: { image: { name: 'shared' } } }]);
    };
    const withIndex = await statementsDuring(expectShared);
    expect(withIndex.join()).toContain('FORCE INDEX (gateway_members_listed)');
    await onServer('DROP INDEX gateway_members_listed ON image_members', database);
    await expectShared();
  });
});
