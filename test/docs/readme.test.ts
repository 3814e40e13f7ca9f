import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { onSqlite } from '../support/gateway.js';

onSqlite('the first steps of the README', (start) => {
  test('register, upload, list and download an image', async () => {
    const gateway = await start();
    const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8');
    const section = readme.split('\n## First steps\n')[1].split('\n## ')[0];
    const steps = [...section.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, text]) => text);
    const folder = await mkdtemp(join(tmpdir(), 'glance-graphql-readme-'));
    try {
      const data = 'data '.repeat(1000);
      await writeFile(join(folder, 'debian.qcow2'), data);
      const script = steps.join('echo\n').replaceAll('http://127.0.0.1:9292', gateway.url);
      const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', script], {
        cwd: folder,
      });
      const [registered, uploaded, listed] = stdout
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line));
      const { id, status } = registered.data.createImage;
      expect(status).toBe('queued');
      expect(uploaded).toMatchObject({ id, status: 'active', size: data.length });
      expect(listed.data.images.edges).toEqual([
        { node: { id, name: 'debian', size: data.length, checksum: uploaded.checksum } },
      ]);
      expect(await readFile(join(folder, 'copy.qcow2'), 'utf8')).toBe(data);
      expect(await readFile(join(folder, 'start.bin'), 'utf8')).toBe(data.slice(0, 512));
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
