import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { createImage, graphql } from '../support/client.js';
import { CREATE, CREATORS, databaseLoad, LIST, moves } from '../support/database-load.js';
import type { MysqlServer } from '../support/mysql-server.js';
import { eventually } from '../support/poll.js';
import { endAll, runCommand, spawnGateway } from '../support/process.js';
import { startReplication, type Replication } from '../support/replication.js';

/** Only MariaDB has the kind of replication that these tests set up. */
const HAS_REPLICATION =
  inject('mysqlServer') !== '' && !process.env.TEST_MYSQL_SERVER && !process.env.TEST_MYSQL_URL;

describe.skipIf(!HAS_REPLICATION)(
  'a database on two hosts, of which one takes changes',
  { timeout: 120_000 },
  () => {
    let folder: string;
    let replication: Replication;
    let first: MysqlServer;
    let second: MysqlServer;

    beforeEach(async () => {
      folder = mkdtempSync(join(tmpdir(), 'glance-graphql-test-'));
      replication = await startReplication();
      [first, second] = replication.servers;
    });
    afterEach(async () => {
      await endAll();
      await replication?.stop();
      rmSync(folder, { recursive: true });
    });

    const options = (user: string, hosts = [first, second]) => ({
      DATA_DIR: folder,
      DATABASE_URL: `mysql://${user}@${hosts.map(({ port }) => `127.0.0.1:${port}`).join(',')}/images`,
      SWEEP_INTERVAL: '1',
    });
    const namesOn = async (server: MysqlServer) =>
      (await replication.admin(server, 'SELECT name FROM images.images'))
        .map(({ name }) => String(name))
        .sort();
    // A server that is read-only takes changes from root, so the gateway itself has to refuse them.
    test.each(['gateway', 'root'])(
      'a planned change of the roles under load loses nothing and disturbs no list, for %s',
      async (user) => {
        const gateway = await spawnGateway(options(user));
        const running = databaseLoad(gateway);
        await eventually(() => running.created.length > 20);
        await replication.admin(first, 'SET GLOBAL read_only = 1');
        // No change of root is under way any more once a later one was refused.
        await eventually(() => new Set(running.failures.map(({ what }) => what)).size === CREATORS);
        await replication.promote(second);
        const promoted = Date.now();
        const before = running.created.length;
        await eventually(() => running.created.length > before + 20);
        const firstChange = running.failures.filter(({ what }) => what !== 'list').at(-1)?.at ?? promoted;
        expect(firstChange - promoted).toBeLessThan(3000);
        await running.stop();
        expect(running.failures.filter(({ what }) => what === 'list')).toEqual([]);
        expect(running.failures.filter(({ code }) => code !== 'DATABASE_READ_ONLY')).toEqual([]);
        expect(await namesOn(second)).toEqual([...running.created].sort());
        expect(moves(gateway)).toEqual([`127.0.0.1:${first.port} to 127.0.0.1:${second.port}`]);
        // The data of both was the same when the roles changed, and nothing was written to the old one since.
        await replication.follow(first, second);
        await eventually(async () => (await namesOn(first)).length === running.created.length);
      },
    );

    test('a killed host is left for the promoted one, and not taken back before SIGHUP', async () => {
      const gateway = await spawnGateway(options('gateway'));
      const running = databaseLoad(gateway);
      await eventually(() => running.created.length > 20);
      await first.kill();
      await eventually(() => running.failures.some(({ code }) => code === 'DATABASE_READ_ONLY'));
      await replication.promote(second);
      const promoted = Date.now();
      const before = running.created.length;
      await eventually(() => running.created.length > before + 20);
      const lastFailure = running.failures.filter(({ what }) => what !== 'list').at(-1)!.at;
      expect(lastFailure - promoted).toBeLessThan(3000);
      await running.stop();
      const codes = new Set(running.failures.map(({ code }) => code));
      expect([...codes].sort()).toEqual(['DATABASE_READ_ONLY', 'DATABASE_UNAVAILABLE'].slice(0, codes.size));
      const names = await namesOn(second);
      expect(names).toEqual(expect.arrayContaining([...running.created].sort()));
      expect(new Set(names).size).toBe(names.length);

      await first.restart();
      await createImage(gateway, { name: 'after the return' });
      expect(await namesOn(second)).toContain('after the return');
      expect(moves(gateway)).toHaveLength(1);
      gateway.kill('SIGHUP');
      await eventually(() => moves(gateway).length === 2);
      await createImage(gateway, { name: 'after SIGHUP' });
      expect(await namesOn(first)).toContain('after SIGHUP');
    });

    test('a gateway starts while the first host is away, and on a host that is read-only', async () => {
      const one = await spawnGateway(options('gateway'));
      await createImage(one, { name: 'before' });
      one.kill('SIGTERM');
      await one.ended;
      await eventually(async () => (await namesOn(second)).length === 1);
      await first.kill();
      const checked = async () => {
        const { code, stdout, stderr } = await runCommand(['check', '--json'], options('gateway'));
        expect(stderr).toBe('');
        return {
          code,
          ...(JSON.parse(stdout) as { usable: string; database: { hosts: { state: string }[] } }),
        };
      };
      const readOnly = await checked();
      expect([readOnly.code, readOnly.usable]).toEqual([1, 'partly']);
      expect(readOnly.database.hosts.map(({ state }) => state)).toEqual(['away', 'readOnly']);
      const gateway = await spawnGateway(options('gateway'));
      expect((await graphql(gateway, LIST)).data?.images.edges).toHaveLength(1);
      const refused = await graphql(gateway, CREATE, { name: 'a' });
      expect(refused.errors?.[0].extensions.code).toBe('DATABASE_READ_ONLY');
      await replication.promote(second);
      await eventually(async () => (await graphql(gateway, CREATE, { name: 'b' })).errors === undefined);
      const usable = await checked();
      expect([usable.code, usable.usable]).toEqual([0, 'fully']);
      const { code, stdout } = await runCommand(['migrate'], options('gateway'));
      expect([code, stdout]).toEqual([0, 'Nothing to do: the tables are up to date.\n']);
      const { stdout: shown } = spawnSync('npm', ['run', 'typeorm', '--', 'query', 'SELECT @@port AS port'], {
        encoding: 'utf8',
        env: { ...process.env, ...options('gateway') },
      });
      expect(shown).toContain(`port: ${second.port}`);
    });

    test('without any host, each command names the problem of each', async () => {
      await Promise.all([first.kill(), second.kill()]);
      for (const command of ['serve', 'migrate']) {
        const { code, stderr } = await runCommand([command], options('gateway'));
        expect(code).toBe(1);
        const problem = ({ port }: MysqlServer) =>
          `127.0.0.1:${port}: connect ECONNREFUSED 127.0.0.1:${port}`;
        expect(stderr).toBe(
          `glance-graphql: The database cannot be reached. (${problem(first)}; ${problem(second)})\n`,
        );
      }
      const { code, stdout } = await runCommand(['check'], options('gateway'));
      expect(code).toBe(1);
      expect(stdout).toContain(`host      127.0.0.1:${second.port}: cannot be reached`);
    });
  },
);
