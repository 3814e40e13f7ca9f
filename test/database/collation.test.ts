import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { textCollation } from '../../src/database/dialect.js';
import { glanceStatements } from '../beside-glance/glance-layout.js';
import { createActiveImage } from '../support/client.js';
import { called } from '../support/command.js';
import { onServer, startGateway } from '../support/gateway.js';

describe.skipIf(inject('mysqlServer') === '')(
  "the gateway's tables beside a Glance's that compares texts by their bytes, on MySQL",
  () => {
    let folder: string;
    let database: string;
    let options: Record<string, string>;

    beforeEach(async () => {
      folder = mkdtempSync(join(tmpdir(), 'glance-graphql-test-'));
      mkdirSync(join(folder, 'images'));
      database = `glance_${randomUUID().replaceAll('-', '')}`;
      await onServer(`CREATE DATABASE ${database}`);
      for (const statement of glanceStatements())
        await onServer(statement.replace(/CHARSET=.*/, 'CHARSET=utf8mb4 COLLATE=utf8mb4_bin'), database);
      options = {
        DATA_DIR: folder,
        DATABASE_URL: `${inject('mysqlServer')}/${database}`,
        USER_STORAGE_QUOTA: '1000000',
        UPLOAD_COUNT_QUOTA: '5',
      };
    });
    afterEach(async () => {
      await onServer(`DROP DATABASE ${database}`);
      rmSync(folder, { recursive: true });
    });

    const migrate = () => called(['migrate', '--gateway-tables'], options);
    const checked = async () => JSON.parse((await called(['check', '--json'], options)).stdout);
    const uploads = async () => {
      const gateway = await startGateway(options);
      await createActiveImage(gateway, 'data', { owner: 't1' }).finally(() => gateway.close());
    };

    test('take uploads under a quota', async () => {
      expect((await migrate()).code).toBe(0);
      expect(await checked()).toMatchObject({ usable: 'fully', findings: [] });
      await uploads();
    });

    test('of an earlier version are named by check, and mended by migrate', async () => {
      await migrate();
      const [{ version }] = await onServer('SELECT VERSION() AS version');
      const earlier = textCollation(String(version).includes('MariaDB') ? 'mariadb' : 'mysql');
      await onServer(
        `ALTER TABLE gateway_uploads MODIFY image_id varchar(36) CHARACTER SET utf8mb4 COLLATE ${earlier} NOT NULL`,
        database,
      );
      const { usable, findings } = await checked();
      expect([usable, findings.map(({ what }: { what: string }) => what)]).toEqual([
        'partly',
        [expect.stringContaining('The image ids in gateway_uploads have another binary collation')],
      ]);
      await expect(uploads()).rejects.toThrow();

      expect((await migrate()).code).toBe(0);
      expect((await checked()).findings).toEqual([]);
      await uploads();
    });
  },
);
