import { chmodSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createImage } from '../support/client.js';
import { onSqlite } from '../support/gateway.js';

onSqlite('in a DATA_DIR that everybody may read', (start, place) => {
  const folder = place.options.DATA_DIR;
  const rights = (name: string) => (statSync(join(folder, name)).mode & 0o777).toString(8);
  const databases = () => readdirSync(folder).filter((name) => name.includes('.sqlite'));

  test("only the gateway's account may read the files of the database", async () => {
    chmodSync(folder, 0o755);
    const gateway = await start();
    await createImage(gateway);
    expect(databases().length).toBeGreaterThan(1);
    for (const name of databases()) expect([name, rights(name)]).toEqual([name, '600']);
    await gateway.close();
  });

  test('files that an older version left readable for others become private', async () => {
    for (const name of databases()) chmodSync(join(folder, name), 0o644);
    const gateway = await start();
    await createImage(gateway);
    for (const name of databases()) expect([name, rights(name)]).toEqual([name, '600']);
    await gateway.close();
  });
});
