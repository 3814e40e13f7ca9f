import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { createImage, type GraphqlAnswer } from '../support/client.js';
import { formBytes, formRequest, imageForm, sendForm } from '../support/form.js';
import { startGateway } from '../support/gateway.js';
import { eventually } from '../support/poll.js';
import { endAll, spawnGateway } from '../support/process.js';
import { rawRequest } from '../support/raw-request.js';

const DATA_DIR = mkdtempSync(join(tmpdir(), 'glance-graphql-test-'));
afterAll(async () => {
  await endAll();
  rmSync(DATA_DIR, { recursive: true });
});

const folders = () => readdirSync(join(DATA_DIR, 'tmp'));
const files = () => folders().flatMap((name) => readdirSync(join(DATA_DIR, 'tmp', name)));

/** A multipart request whose file has begun to arrive. */
async function sendHalfAFile(gateway: { url: string }): Promise<void> {
  const id = await createImage(gateway, { diskFormat: 'raw', containerFormat: 'bare' });
  const request = await rawRequest(gateway.url, 'POST', '/graphql', {
    'content-type': 'multipart/form-data; boundary=b',
    'content-length': 1_000_000,
    'apollo-require-preflight': '1',
  });
  const part = (name: string, text: string) =>
    `--b\r\ncontent-disposition: form-data; ${name}\r\n\r\n${text}`;
  const query = 'mutation ($id: ID!, $data: Upload!) { uploadImage(id: $id, data: $data) { id } }';
  const operations = { query, variables: { id, data: null } };
  await request.send(
    part('name="operations"', `${JSON.stringify(operations)}\r\n`) +
      part('name="map"', '{"0": ["variables.data"]}\r\n') +
      part('name="0"; filename="disk.raw"', 'x'.repeat(100_000)),
  );
}

test('files of multipart requests are kept on the disk of the data, and the files of a killed process are removed', async () => {
  const killed = await spawnGateway({ DATA_DIR });
  await sendHalfAFile(killed);
  await eventually(() => files().some((name) => name.startsWith('capacitor-')));
  killed.kill('SIGKILL');
  await killed.ended;
  expect(folders()).toHaveLength(1);

  const next = await spawnGateway({ DATA_DIR });
  expect(files()).toEqual([]);
  expect(folders()).toEqual([expect.stringContaining(String(next.pid))]);
  next.kill('SIGTERM');
  await next.ended;
  expect(folders()).toEqual([]);
});

const small = mkdtempSync(join(tmpdir(), 'glance-graphql-test-'));
const isMounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'none', small]).status === 0;
if (!isMounted && process.env.REQUIRE_ALL)
  throw new Error('REQUIRE_ALL is set, and mounting is not permitted');
if (!isMounted)
  process.stderr.write('skipped: a temporary folder that is full, since mounting is not permitted\n');

test.skipIf(!isMounted)(
  'a file that does not fit into the temporary folder is refused, and the next one fits',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'glance-graphql-test-'));
    const before = process.env.TMPDIR;
    process.env.TMPDIR = small;
    const gateway = await startGateway({ DATA_DIR: folder });
    try {
      const declared = await sendForm(gateway, imageForm(Buffer.alloc(3_000_000)));
      expect([declared.status, declared.error?.code]).toEqual([413, 'STORE_FULL']);

      const request = await formRequest(gateway);
      await request.sendChunk(formBytes(imageForm(Buffer.alloc(3_000_000))));
      await request.sendLastChunk();
      const { errors } = (await request.answer()).json<GraphqlAnswer>();
      expect(errors![0].extensions).toMatchObject({ code: 'STORE_FULL', imageId: expect.any(String) });

      await eventually(() => readdirSync(small).length === 0);
      const { data } = await sendForm(gateway, imageForm(Buffer.alloc(500_000)));
      expect(data!.createImage).toMatchObject({ status: 'active', size: 500_000 });
    } finally {
      if (before === undefined) delete process.env.TMPDIR;
      else process.env.TMPDIR = before;
      await gateway.close();
      rmSync(folder, { recursive: true });
      spawnSync('umount', [small]);
      rmSync(small, { recursive: true });
    }
  },
);
