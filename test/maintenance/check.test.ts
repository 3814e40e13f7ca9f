import { randomUUID } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { createActiveImage, createImage, errorOf, putData, run } from '../support/client.js';
import { called } from '../support/command.js';
import { onServer, startGateway } from '../support/gateway.js';
import { addGlanceImage, makeGlanceDatabase } from '../support/glance-database.js';
import { gql } from '../support/gql.js';
import { v1 } from '../support/v1-client.js';

async function checked(options: Record<string, string>) {
  const { code, stdout, stderr } = await called(['check', '--json'], options);
  expect(stderr).toBe('');
  const report = JSON.parse(stdout);
  expect(code).toBe(report.usable === 'fully' ? 0 : 1);
  return { ...report, text: JSON.stringify(report.findings) };
}

const newFolder = () => mkdtempSync(join(tmpdir(), 'glance-graphql-test-'));

describe('check, of the image store and the embedded database', () => {
  let folder: string;
  beforeEach(() => void (folder = newFolder()));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test('says that all is well before the first start, and makes nothing', async () => {
    const DATA_DIR = join(folder, 'data');
    const { code, stdout } = await called(['check'], { DATA_DIR });
    expect(code).toBe(0);
    expect(stdout).toContain('no tables; the gateway makes them when it starts');
    expect(stdout).toMatch(/The gateway can run here\.\n$/);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('knows the tables of its own, and data that lies in other places', async () => {
    const gateway = await startGateway({ DATA_DIR: folder });
    await createActiveImage(gateway, 'data');
    await gateway.close();
    expect(await checked({ DATA_DIR: folder })).toMatchObject({
      usable: 'fully',
      database: { tables: 'ours' },
      stores: [{ state: 'good' }],
      findings: [],
    });
  });

  test('says when locations are encrypted with another key, or there is none', async () => {
    const METADATA_ENCRYPTION_KEY = '0123456789abcdef';
    const gateway = await startGateway({ DATA_DIR: folder, METADATA_ENCRYPTION_KEY });
    await createActiveImage(gateway, 'data');
    await gateway.close();
    expect(await checked({ DATA_DIR: folder, METADATA_ENCRYPTION_KEY })).toMatchObject({
      usable: 'fully',
      findings: [],
    });
    const others = { ', and there is no key': undefined, ' with another key': 'fedcba9876543210' };
    for (const [words, key] of Object.entries(others)) {
      const other: Record<string, string> = key === undefined ? {} : { METADATA_ENCRYPTION_KEY: key };
      expect(await checked({ DATA_DIR: folder, ...other })).toMatchObject({
        usable: 'partly',
        text: expect.stringContaining(`1 locations are encrypted${words}`),
      });
    }
  });

  test('does not take a file for a folder', async () => {
    writeFileSync(join(folder, 'images'), '');
    const { usable, text } = await checked({ DATA_DIR: folder });
    expect([usable, text]).toEqual(['no', expect.stringContaining('is not a folder')]);
    expect(await called([], { DATA_DIR: folder, PORT: '0' })).toMatchObject({ code: 1 });
  });

  test.each([
    ['unreadable', 'no', 0o300, 'images'],
    ['unwritable', 'partly', 0o500, 'images'],
    ['unmakeable', 'no', 0o500, 'images/data/images'],
  ])('says that the folder is %s', (state, usable, mode, place) => {
    const images = join(folder, 'images');
    mkdirSync(images, { mode: 0o700 });
    // Root may do all; nobody may not.
    const nobody = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
    if (nobody.uid) [folder, images].forEach((path) => chownSync(path, nobody.uid!, nobody.gid!));
    chmodSync(images, mode);
    const DATA_DIR = join(folder, place, '..');
    const { stdout, status } = spawnSync(process.execPath, ['dist/main.js', 'check', '--json'], {
      ...nobody,
      env: { DATA_DIR },
      encoding: 'utf8',
    });
    expect([status, JSON.parse(stdout).usable, JSON.parse(stdout).stores[0].state]).toEqual([
      1,
      usable,
      state,
    ]);
  });

  test('says that a store behind a network cannot be used, without its secret', async () => {
    // Not `checked`: the SDK may write what it thinks of this Node.js.
    const { stdout } = await called(['check', '--json'], {
      DATA_DIR: folder,
      STORES: 'file:file,cloud:s3',
      STORE_CLOUD_ENDPOINT: 'http://127.0.0.1:1',
      STORE_CLOUD_ACCESS_KEY: 'somebody',
      STORE_CLOUD_SECRET_KEY: 'hunter2',
    });
    const { usable, stores } = JSON.parse(stdout);
    expect(usable).toBe('partly');
    expect(stores.map(({ state }: { state: string }) => state)).toEqual(['missing', 'unusable']);
    expect(stdout).toContain('The store cloud (http://127.0.0.1:1, bucket glance) cannot be used: ');
    expect(stdout).toContain('STORE_CLOUD_');
    expect(stdout).not.toContain('hunter2');
  });

  test('says that a database cannot be reached, without its password', async () => {
    const DATABASE_URL = 'mysql://u:hunter2@127.0.0.1:1/glance';
    const { usable, database, text } = await checked({ DATA_DIR: folder, DATABASE_URL });
    expect([usable, database.tables]).toEqual(['no', 'unreachable']);
    expect(text).toContain('DATABASE_URL');
    expect(JSON.stringify(database) + text).not.toContain('hunter2');
  });
});

describe.skipIf(inject('mysqlServer') === '')('check, of a database on MySQL', () => {
  const folder = newFolder();
  const made: string[] = [];
  let database: string;
  let options: Record<string, string>;
  afterEach(async () => {
    for (const name of made.splice(0)) await onServer(`DROP DATABASE IF EXISTS ${name}`);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const use = (name: string) => {
    made.push(name);
    database = name;
    options = { DATA_DIR: folder, DATABASE_URL: `${inject('mysqlServer')}/${name}` };
  };
  const useEmpty = async () => {
    use(`test_${randomUUID().replaceAll('-', '')}`);
    await onServer(`CREATE DATABASE ${database}`);
  };
  const useGlances = async (release?: 'queens') => use(await makeGlanceDatabase(release));
  const prepare = async () => (await startGateway(options)).close();
  /** All that the tables are and hold. */
  const everything = async () => {
    const names = (await onServer('SHOW TABLES', database)).map((row) => String(Object.values(row)[0]));
    const sums = names.length > 0 ? await onServer(`CHECKSUM TABLE ${names.join()}`, database) : [];
    const shapes = await Promise.all(names.map((name) => onServer(`SHOW CREATE TABLE ${name}`, database)));
    return JSON.stringify([sums, shapes]);
  };
  /** The report, of which nothing may be seen in the database afterwards; and what the start says then. */
  const report = async () => {
    const before = await everything();
    const found = await checked(options);
    expect(await everything()).toBe(before);
    return found;
  };
  const refusedStart = async (words: string) => {
    const before = await everything();
    await expect(startGateway(options)).rejects.toThrow(words);
    expect(await everything()).toBe(before);
  };

  test('an empty one', async () => {
    await useEmpty();
    expect(await report()).toMatchObject({ usable: 'fully', database: { tables: 'empty' } });
  });

  test('one of its own: whole, half-migrated, half-made, newer', async () => {
    await useEmpty();
    await prepare();
    expect(await report()).toMatchObject({ usable: 'fully', database: { tables: 'ours' }, findings: [] });

    await onServer('DROP TABLE image_tags', database);
    expect((await report()).text).toContain('image_tags is missing');

    await onServer("DELETE FROM gateway_migrations WHERE name LIKE 'OwnerQuotas%'", database);
    expect((await report()).text).toContain('OwnerQuotas');
    await refusedStart('run `glance-graphql migrate`');

    await onServer("INSERT INTO gateway_migrations (timestamp, name) VALUES (1, 'FromTheFuture1')", database);
    expect(await report()).toMatchObject({ usable: 'no', text: expect.stringContaining('FromTheFuture1') });
    await refusedStart('FromTheFuture1');
  });

  test('one of something else', async () => {
    await useEmpty();
    await onServer('CREATE TABLE invoices (id int)', database);
    expect(await report()).toMatchObject({
      usable: 'no',
      database: { tables: 'foreign' },
      text: expect.stringContaining('something else (invoices)'),
    });
    await refusedStart('something else (invoices)');
  });

  test("a Glance's: what is missing, what lies elsewhere, and all well with the gateway's tables", async () => {
    await useGlances();
    const id = await addGlanceImage(database, {});
    for (const url of ['rbd://pool/image/snap', 'file:///elsewhere/image', 'encrypted'])
      await onServer(
        'INSERT INTO image_locations (image_id, value, created_at, deleted, status) ' +
          `VALUES ('${id}', '${url}', '2026-01-01', 0, 'active')`,
        database,
      );
    const { usable, text, database: found } = await report();
    expect([usable, found.tables, found.revisions]).toEqual(['partly', 'glance', ['wallaby_contract01']]);
    expect(text).toContain('migrate --gateway-tables');
    for (const words of ['1 locations have the scheme rbd', 'files outside', 'have no scheme'])
      expect(text).toContain(words);

    expect((await called(['migrate', '--gateway-tables'], options)).code).toBe(0);
    expect((await report()).usable).toBe('fully');
    await onServer('DROP TABLE gateway_owners', database);
    expect((await report()).text).toContain('6 of 7');

    // The form of an older version.
    await onServer('DROP TABLE gateway_locks', database);
    await onServer('CREATE TABLE gateway_owners (owner varchar(255) NOT NULL PRIMARY KEY)', database);
    expect((await report()).text).toContain('6 of 7');
    expect((await called(['migrate', '--gateway-tables'], options)).code).toBe(0);
    expect((await report()).usable).toBe('fully');
    await onServer('SELECT changes FROM gateway_owners', database);

    await onServer('DROP INDEX created_at_image_idx ON images', database);
    expect((await report()).text).toContain('created_at_image_idx');
  });

  test.each([
    ['half-migrated', "INSERT INTO alembic_version VALUES ('zed_expand01')", 'glance-manage db_sync'],
    ['newer than known', "UPDATE alembic_version SET version_num = '2031_1_contract01'", '2031_1_contract01'],
    ['without a column', 'ALTER TABLE images DROP COLUMN visibility', 'images.visibility is missing'],
    ['without a table', 'DROP TABLE image_members', 'image_members is missing'],
  ])("a Glance's that is %s is refused, by the start too", async (_, change, words) => {
    await useGlances();
    await onServer(change, database);
    expect(await report()).toMatchObject({ usable: 'no', text: expect.stringContaining(words) });
    await refusedStart(words);
  });

  test("a newer Glance's is taken when its revision is named", async () => {
    await useGlances();
    await onServer("UPDATE alembic_version SET version_num = '2031_1_contract01'", database);
    options.TRUSTED_GLANCE_REVISION = '2031_1_contract01';
    await prepare();
    expect((await report()).usable).toBe('partly');
  });

  describe('of the last Glance with version 1 (Queens)', () => {
    test('is read by both faces and never changed', async () => {
      await useGlances('queens');
      const found = await report();
      expect([found.usable, found.database.revisions]).toEqual(['partly', ['queens_contract01']]);
      for (const column of ['os_hidden', 'os_hash_algo', 'os_hash_value'])
        expect(found.text).toContain(`images.${column}`);

      const id = await addGlanceImage(database, { name: 'old', status: 'active', checksum: 'c'.repeat(32) });
      const before = await everything();
      const gateway = await startGateway(options);
      const query = gql(`query ($id: ID!) {
        image(id: $id) {
          name visibility hidden hash { value } tags members { memberId } permissions { canUpdate }
        }
        images(filter: { hidden: { eq: false }, hashValue: { isNull: true } }) { totalCount edges { node { name } } }
      }`);
      const { image, images } = await run(gateway, query, { id });
      expect(image).toMatchObject({ name: 'old', visibility: 'PUBLIC', hidden: false, hash: null, tags: [] });
      expect(images).toEqual({ totalCount: 1, edges: [{ node: { name: 'old' } }] });
      const detail = (await v1(gateway, 'GET', '/v1/images/detail')).json();
      expect(detail.images).toMatchObject([{ id, name: 'old', checksum: 'c'.repeat(32), is_public: true }]);
      expect((await v1(gateway, 'HEAD', `/v1/images/${id}`)).headers).toMatchObject({
        'X-Image-Meta-Name': 'old',
      });

      const readOnly = { code: 'DATABASE_READ_ONLY' };
      for (const mutation of [
        gql('mutation { createImage(input: {}) { id } }'),
        gql('mutation ($id: ID!) { updateImage(id: $id, input: { name: "x" }) { id } }'),
        gql('mutation ($id: ID!) { addImageTag(imageId: $id, tag: "x") { id } }'),
        gql('mutation ($id: ID!) { deleteImage(id: $id) { id } }'),
      ])
        expect(await errorOf(gateway, mutation, { id })).toMatchObject(readOnly);
      const upload = await putData(gateway, id, 'data');
      expect([upload.status, await upload.json()]).toMatchObject([503, readOnly]);
      expect((await v1(gateway, 'DELETE', `/v1/images/${id}`)).status).toBe(503);
      expect((await v1(gateway, 'POST', '/v1/images', { 'x-image-meta-name': 'new' })).status).toBe(503);
      await gateway.close();
      expect(await everything()).toBe(before);
    });
  });

  describe('that the account has not all rights on', () => {
    const account = `u${randomUUID().slice(0, 8)}`;
    afterEach(() => onServer(`DROP USER IF EXISTS ${account}@'%', ${account}@localhost`));
    const grant = async (...rights: string[]) => {
      for (const host of ["'%'", 'localhost']) {
        await onServer(`CREATE USER ${account}@${host} IDENTIFIED BY 'hunter2'`);
        for (const right of rights) await onServer(`GRANT ${right} TO ${account}@${host}`);
      }
      const url = new URL(options.DATABASE_URL);
      [url.username, url.password] = [account, 'hunter2'];
      options = { ...options, DATABASE_URL: url.href };
    };

    test('is read where they are for reading, and the rights that lack are named', async () => {
      await useGlances();
      await addGlanceImage(database, { name: 'seen' });
      await grant(`SELECT ON ${database}.*`);
      const { usable, text } = await checked(options);
      expect([usable, text]).toEqual([
        'partly',
        expect.stringContaining('INSERT on images, UPDATE on images'),
      ]);
      const gateway = await startGateway(options);
      const { images } = await run(gateway, gql('{ images { edges { node { name } } } }'));
      expect(images.edges).toEqual([{ node: { name: 'seen' } }]);
      expect(await errorOf(gateway, gql('mutation { createImage(input: {}) { id } }'))).toMatchObject({
        code: 'DATABASE_READ_ONLY',
      });
      await gateway.close();
    });

    test('is refused where tables may not be read', async () => {
      await useGlances();
      await grant(`SELECT, INSERT, UPDATE, DELETE ON ${database}.images`, `SELECT ON ${database}.image_tags`);
      // Tables without any right on them are not shown to the account at all.
      const { usable } = await checked(options);
      expect(usable).toBe('no');
      await expect(startGateway(options)).rejects.toThrow();
    });

    test('is refused by migrate with the right that lacks, in one line', async () => {
      await useGlances();
      await grant(`SELECT, INSERT, UPDATE, DELETE ON ${database}.*`);
      const { code, stderr } = await called(['migrate', '--gateway-tables'], options);
      expect(code).toBe(1);
      expect(stderr).toMatch(/^glance-graphql: CREATE command denied .*grant this right.*\n$/);
    });

    test("of the gateway's own refuses changes in words", async () => {
      await useEmpty();
      await prepare();
      await grant(`SELECT ON ${database}.*`);
      expect((await checked(options)).text).toContain('INSERT on images');
      const gateway = await startGateway(options);
      expect(await errorOf(gateway, gql('mutation { createImage(input: {}) { id } }'))).toMatchObject({
        code: 'DATABASE_READ_ONLY',
      });
      await gateway.close();
    });
  });

  describe("migrate --gateway-tables --undo removes the gateway's tables from a Glance's", () => {
    const undo = (...more: string[]) => called(['migrate', '--gateway-tables', '--undo', ...more], options);

    test('and nothing else: all is as it was', async () => {
      await useGlances();
      await addGlanceImage(database, { name: 'stays' });
      const before = await everything();
      await called(['migrate', '--gateway-tables'], options);
      const gateway = await startGateway(options);
      const id = await createImage(gateway, { diskFormat: 'raw', containerFormat: 'bare' });
      expect((await putData(gateway, id, 'data')).status).toBe(200);
      await gateway.close();
      for (const table of ['image_locations', 'images'])
        await onServer(
          `DELETE FROM ${table} WHERE ${table === 'images' ? 'id' : 'image_id'} = '${id}'`,
          database,
        );
      expect((await undo()).stdout).toMatch(
        /^Removed gateway_uploads, .*gateway_imports, gateway_locks, gateway_formats, gateway_progress, gateway_sources\.\n$/,
      );
      const names = await onServer("SHOW TABLES LIKE 'gateway!_%' ESCAPE '!'", database).catch(() =>
        onServer("SHOW TABLES LIKE 'gateway\\_%'", database),
      );
      expect(names).toEqual([]);
      expect((await report()).usable).toBe('partly');
      expect((await everything()).replace(/ AUTO_INCREMENT=\d+/g, '')).toBe(
        before.replace(/ AUTO_INCREMENT=\d+/g, ''),
      );
      expect((await undo()).stdout).toContain('Nothing to do');
    });

    test('not while uploads are under way or data is still to be removed, unless --force says so', async () => {
      await useGlances();
      await called(['migrate', '--gateway-tables'], options);
      await onServer(
        "INSERT INTO gateway_uploads (id, image_id, node, created_at, deadline) VALUES ('u', 'i', 'n', UTC_TIMESTAMP(), UTC_TIMESTAMP())",
        database,
      );
      await onServer(
        "INSERT INTO gateway_removals (id, image_id, location, due_at) VALUES ('r', 'i', 'file:///x', UTC_TIMESTAMP())",
        database,
      );
      const { code, stderr } = await undo();
      expect(code).toBe(1);
      for (const words of ['1 uploads under way', '1 removals', '--force']) expect(stderr).toContain(words);
      expect(await onServer('SELECT id FROM gateway_uploads', database)).toHaveLength(1);
      expect((await undo('--force')).code).toBe(0);
    });

    test('and refuses a database of its own', async () => {
      await useEmpty();
      await prepare();
      expect(await undo()).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('a database that Glance made'),
      });
    });
  });

  test.each([
    [['migrate', '--undo'], '--undo: belongs to --gateway-tables'],
    [['migrate', '--gateway-tables', '--force'], '--force: belongs to --undo'],
    [['serve', '--json'], '--json: belongs to check, scrub, sweep and verify'],
    [['sweep', '--deactivate'], '--deactivate: belongs to verify'],
    [['sweep', 'x'], 'x: expected one command, serve, migrate, check, scrub, sweep, verify'],
  ])('half-said: %j', async (args, words) => {
    expect(await called(args, {})).toMatchObject({ code: 2, stderr: `glance-graphql: ${words}\n` });
  });
});

test('the folder of another program stays as it is', async () => {
  const folder = newFolder();
  mkdirSync(join(folder, 'images'));
  await checked({ DATA_DIR: folder });
  expect([readdirSync(folder), readdirSync(join(folder, 'images'))]).toEqual([['images'], []]);
  rmSync(folder, { recursive: true });
});
