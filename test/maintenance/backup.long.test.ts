import { execFile, spawnSync } from 'node:child_process';
import { randomBytes, randomInt } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import { createImage, putData, run } from '../support/client.js';
import { onEachDatabase, onServer } from '../support/gateway.js';
import { gql } from '../support/gql.js';
import { eventually } from '../support/poll.js';
import { endAll, MAIN, spawnGateway } from '../support/process.js';

const FORMATS = { diskFormat: 'raw', containerFormat: 'bare' };
const DELETE = gql('mutation ($id: ID!) { deleteImage(id: $id) { status } }');
const ACTIVE = gql(
  '{ images(first: 500, filter: { status: { eq: "active" } }) { totalCount edges { node { id size } } } }',
);
const missing = ['rsync', 'sqlite3', 'mariadb-dump'].filter((name) => spawnSync(name, ['--version']).error);
if (missing.length > 0)
  process.stderr.write(`the tests of backups are skipped: there is no ${missing.join()}\n`);

/** The commands of the page under a heading; with a text before them, those after that text. */
function commands(heading: string, after = ''): string {
  const page = readFileSync(new URL('../../docs/guide/backup.md', import.meta.url), 'utf8');
  const section = page.split(`\n## ${heading}\n`)[1].split('\n## ')[0];
  const [, block] = /^```sh\n(.*?)^```$/ms.exec(section.slice(section.indexOf(after)))!;
  return block;
}

if (missing.length === 0)
  onEachDatabase('a backup as the guide makes it, while images come and go', (_start, place) => {
    const backup = mkdtempSync(join(tmpdir(), 'glance-graphql-backup-'));
    const folder = place.options.DATA_DIR;
    let database = '';
    afterAll(async () => {
      await endAll();
      if (database) await onServer(`DROP DATABASE IF EXISTS ${database}`);
      rmSync(backup, { recursive: true });
    });

    test('restores every image with its data', { timeout: 300_000 }, async () => {
      const isMysql = place.engine === 'mysql';
      const login = join(backup, 'login.cnf');
      if (place.options.DATABASE_URL) {
        const { pathname, port, username } = new URL(place.options.DATABASE_URL);
        database = pathname.slice(1);
        await onServer(`CREATE DATABASE ${database}`);
        writeFileSync(login, `[client]\nhost=127.0.0.1\nport=${port}\nuser=${username}\n`);
      }
      const options = {
        ...place.options,
        DELAYED_DELETE: 'true',
        SCRUB_TIME: '3600',
        UPLOAD_LEASE: '3',
        SWEEP_INTERVAL: '1',
      };
      const shell = (script: string) =>
        promisify(execFile)('bash', ['-euo', 'pipefail', '-c', script], {
          env: {
            ...options,
            PATH: `${join(backup, 'bin')}:${process.env.PATH}`,
            IMAGES: join(folder, 'images'),
            BACKUP: backup,
            LOGIN: login,
            DATABASE: database,
          },
        });
      mkdirSync(join(backup, 'bin'));
      const program = `#!/bin/sh\nexec '${process.execPath}' '${MAIN}' "$@"\n`;
      writeFileSync(join(backup, 'bin', 'glance-graphql'), program, { mode: 0o755 });

      const gateway = await spawnGateway(options);
      const load = comeAndGo(gateway);
      await eventually(() => load.stored() >= 30, Boolean, 60);
      await shell(commands(isMysql ? 'MySQL and MariaDB' : 'SQLite'));
      const atBackup = load.stored();
      await eventually(() => load.stored() >= atBackup + 10, Boolean, 60);
      await shell(commands('Folders'));
      await eventually(() => load.stored() >= atBackup + 20, Boolean, 60);
      gateway.kill('SIGKILL');
      await load.ended;
      expect((await gateway.ended).signal).toBe('SIGKILL');

      for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true });
      if (isMysql) await onServer(`DROP DATABASE ${database}`);
      if (isMysql) await onServer(`CREATE DATABASE ${database}`);
      await shell(commands('Restoring'));
      await shell(commands('Restoring', isMysql ? 'For MySQL' : 'For SQLite'));
      const { stdout } = await shell(commands('Checking'));
      expect(stdout).toMatch(/damaged: 0, missing: 0, unreadable: 0, intact: (?!0)\d+, /);

      const restored = await spawnGateway(options);
      const { images } = await run(restored, ACTIVE);
      expect(images.totalCount).toBeGreaterThan(10);
      expect(images.totalCount).toBeLessThan(atBackup + 20);
      for (const { node } of images.edges) {
        const answer = await fetch(`${restored.url}/data/${node.id}`);
        expect([answer.status, (await answer.arrayBuffer()).byteLength]).toEqual([200, Number(node.size)]);
      }
      expect((await fetch(`${restored.url}/ready`)).status).toBe(200);
    });
  });

/** Uploads images and deletes some of them, until the gateway is gone. */
function comeAndGo(gateway: { url: string }) {
  let stored = 0;
  const sender = async () => {
    try {
      for (;;) {
        const id = await createImage(gateway, FORMATS);
        const { status } = await putData(gateway, id, randomBytes(randomInt(1, 300_000)));
        expect(status).toBe(200);
        stored += 1;
        if (stored % 3 === 0) await run(gateway, DELETE, { id });
      }
    } catch {
      // The gateway has been killed.
    }
  };
  return { stored: () => stored, ended: Promise.all([sender(), sender(), sender()]) };
}
