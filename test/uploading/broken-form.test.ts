import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { createImage, type GraphqlAnswer, run } from '../support/client.js';
import {
  formBytes,
  FORMATS,
  formRequest,
  imageForm,
  operationForm,
  partBytes,
  sendForm,
  type Part,
} from '../support/form.js';
import { onEachDatabase, onSqlite, type TestGateway } from '../support/gateway.js';
import { gql } from '../support/gql.js';
import { stateOf } from '../support/image-state.js';
import { UPLOAD } from '../support/multipart.js';
import { eventually } from '../support/poll.js';
import { ownTemporaryFolder } from '../support/temporary-folder.js';

const FILE = Buffer.alloc(200_000, 'x');
const spool = ownTemporaryFolder();
const temporaryFiles = () => readdirSync(spool).filter((name) => name.startsWith('capacitor-'));

async function imagesNamed(
  gateway: TestGateway,
  name: string,
): Promise<{ status: string; statusReason: string | null }[]> {
  const query = gql(
    'query ($f: ImageFilterInput) { images(filter: $f) { edges { node { status statusReason } } } }',
  );
  const { images } = await run(gateway, query, { f: { name: { eq: name } } });
  return images.edges.map(({ node }) => node);
}

onEachDatabase('a form whose sender', (start) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await start({ UPLOAD_IDLE_TIMEOUT: '1' });
  });

  /** Sends a form up to the middle of its file. */
  async function halfSent(name: string) {
    const request = await formRequest(gateway, { 'content-length': 8_000_000 });
    await request.send(formBytes(imageForm(FILE, { name }), ''));
    await eventually(async () => (await imagesNamed(gateway, name))[0]?.status === 'saving');
    return request;
  }

  test('goes away inside the file leaves a killed image that says so', async () => {
    (await halfSent('left')).leave();
    const [image] = await eventually(
      () => imagesNamed(gateway, 'left'),
      ([found]) => found.status !== 'saving',
    );
    expect(image).toEqual({
      status: 'killed',
      statusReason: 'The sender went away before all data had arrived.',
    });
  });

  test('stops inside the file, and still listens, gets an error', async () => {
    const request = await halfSent('stopped');
    request.end();
    const { errors } = (await request.answer()).json<GraphqlAnswer>();
    expect(errors![0].extensions).toMatchObject({ code: 'UPLOAD_ABORTED', imageId: expect.any(String) });
    expect((await imagesNamed(gateway, 'stopped'))[0].status).toBe('killed');
  });

  test('falls silent inside the file gets an error, and the image is killed', async () => {
    const request = await halfSent('silent');
    const { errors } = (await request.answer()).json<GraphqlAnswer>();
    expect(errors![0].extensions).toMatchObject({ code: 'UPLOAD_IDLE', imageId: expect.any(String) });
    expect(errors![0].message).toBe('No data came for 1 seconds.');
    expect((await imagesNamed(gateway, 'silent'))[0].status).toBe('killed');
  });

  test('falls silent after the file, before the end of the form, gets an error', async () => {
    const request = await formRequest(gateway, { 'transfer-encoding': 'chunked' });
    await request.sendChunk(formBytes(imageForm('data', { name: 'no end' }), '--b'));
    const { errors } = (await request.answer()).json<GraphqlAnswer>();
    expect(errors![0].extensions.code).toBe('UPLOAD_IDLE');
    expect((await imagesNamed(gateway, 'no end'))[0].status).toBe('killed');
  });

  test.each([
    ['operations', 0],
    ['map', 1],
    ['the file', 2],
  ])('falls silent before %s gets an error, and no image is created', async (name, parts) => {
    const request = await formRequest(gateway);
    await request.sendChunk(formBytes(imageForm('data', { name }).slice(0, parts), '--b'));
    const answer = await request.answer();
    expect(answer.json<GraphqlAnswer>().errors![0].extensions.code).toBe('UPLOAD_IDLE');
    expect(answer.status).toBe(parts < 2 ? 408 : 200);
    expect(await imagesNamed(gateway, name)).toEqual([]);
  });

  test('goes away before the file leaves no image', async () => {
    const answers = () =>
      gateway.log.filter(({ msg, path }) => msg === 'request' && path === '/graphql').length;
    const request = await formRequest(gateway);
    await request.sendChunk(formBytes(imageForm('data', { name: 'gone early' }).slice(0, 2), ''));
    const before = answers();
    request.leave();
    await eventually(() => answers() > before);
    expect(await imagesNamed(gateway, 'gone early')).toEqual([]);
  });

  test('goes away after sending the whole form still gets its image', async () => {
    const bytes = formBytes(imageForm(FILE, { name: 'whole' }));
    const request = await formRequest(gateway, { 'content-length': bytes.length });
    await request.send(bytes);
    await eventually(() => temporaryFiles().some((name) => statSync(join(spool, name)).size === FILE.length));
    request.leave();
    await eventually(async () => (await imagesNamed(gateway, 'whole'))[0]?.status === 'active');
    await eventually(() => temporaryFiles().length === 0);
  });
});

onSqlite('a form that is broken', (start) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await start();
  });
  const [operations, map, file] = imageForm('data', { name: 'of a broken form' });
  const manyHeaders = Array.from({ length: 5000 }, (_, n) => `x-${n}: y\r\n`).join('');

  test.each<[string, string, Buffer | Part[]]>([
    ['names a file that the body lacks', 'map', [operations, map]],
    ['has its file under another name', 'map', [operations, map, { ...file, name: 'other' }]],
    ['has a file without a name', 'map', [operations, map, { name: '0', body: 'data' }]],
    ['has 5000 headers in the file', '0', [operations, map, { ...file, header: manyHeaders }]],
    ['has 5000 headers in map', 'map', [operations, { ...map, header: manyHeaders }, file]],
    ['has 5000 headers in operations', 'operations', [{ ...operations, header: manyHeaders }, map, file]],
    ['has a line break in the name of the file', '0', [operations, map, { ...file, filename: 'a\r\nb' }]],
    ['has a carriage return in the name of the file', '0', [operations, map, { ...file, filename: 'a\rb' }]],
    ['has a zero in the name of the file', '0', [operations, map, { ...file, filename: 'a\0b' }]],
    ['has a header without a colon', '0', [operations, map, { ...file, header: 'nonsense\r\n' }]],
    ['breaks off before operations', 'operations', Buffer.from('--b\r\n')],
    ['breaks off inside operations', 'operations', partBytes(operations).subarray(0, 90)],
    ['breaks off before map', 'map', formBytes([operations], '--b\r\n')],
    ['breaks off inside map', 'map', formBytes([operations, map], '').subarray(0, -12)],
    ['breaks off before the file', '0', formBytes([operations, map], '--b')],
    ['breaks off in the header of the file', '0', formBytes([operations, map, file], '').subarray(0, -20)],
    ['breaks off inside the file', '0', formBytes([operations, map, file], '').subarray(0, -4)],
    ['breaks off after the file', '0', formBytes([operations, map, file], '--b')],
    ['is empty', 'operations', Buffer.alloc(0)],
    ['has nothing but its end', 'operations', formBytes([])],
    [
      'has another boundary',
      'operations',
      Buffer.from(formBytes([operations, map, file]).toString().replaceAll('--b', '--c')),
    ],
    ['has map first', 'map', [map, operations, file]],
    ['has the file first', 'operations', [file, operations, map]],
    ['has the file before map', 'map', [operations, file, map]],
    ['has no map', 'map', [operations]],
    ['has operations twice', 'operations', [operations, operations, map, file]],
    ['has another field first', 'csrf', [{ name: 'csrf', body: 'x' }, operations, map, file]],
    [
      'has a list of operations',
      'operations',
      [{ name: 'operations', body: `[${String(operations.body)}]` }, map, file],
    ],
    [
      'has operations that are a text',
      'operations',
      [{ name: 'operations', body: '"{ viewer { user } }"' }, map, file],
    ],
    ['has operations that are not JSON', 'operations', [{ name: 'operations', body: '{' }, map, file]],
    [
      'has operations without end',
      'operations',
      [{ name: 'operations', body: '[[{"a":'.repeat(9000) }, map, file],
    ],
    ['has two files', 'map', [operations, map, file, { ...file, name: '1' }]],
    ['has an unexpected file before its own', 'map', [operations, map, { ...file, name: '1' }, file]],
  ])('that %s is bad input, and the error names the part', async (_, field, form) => {
    const { error, status } = await sendForm(gateway, form);
    expect([error?.code, error?.field]).toEqual(['BAD_USER_INPUT', field]);
    expect(error!.message.length).toBeLessThan(300);
    expect([200, 400]).toContain(status);
    expect(
      (await imagesNamed(gateway, 'of a broken form')).filter(({ status }) => status !== 'killed'),
    ).toEqual([]);
  });

  test.each([
    ['operations', [{ ...operations, body: JSON.stringify({ query: ' '.repeat(200_000) }) }, map, file]],
    ['map', [operations, { ...map, body: ' '.repeat(200_000) }, file]],
  ])('whose %s is too large gets an error with the limit', async (field, form) => {
    const { status, error } = await sendForm(gateway, form);
    expect([status, error?.code, error?.field]).toEqual([413, 'BODY_TOO_LARGE', field]);
    expect(error?.message).toBe(`The body may have 100000 bytes. The limit holds for the part "${field}".`);
  });

  test('whose operations never end is refused before they arrive as a whole', async () => {
    const request = await formRequest(gateway);
    const sending = (async () => {
      for (;;) await request.sendChunk(Buffer.alloc(65_536, ' '));
    })().catch(() => undefined);
    expect((await request.answer()).json<GraphqlAnswer>().errors![0].extensions.code).toBe('BODY_TOO_LARGE');
    await sending;
  });

  test.each([
    ['no boundary', { 'content-type': 'multipart/form-data' }, 'Content-Type'],
    ['a content type that is malformed', { 'content-type': 'multipart/form-data; boundary' }, 'Content-Type'],
    ['compressed content', { 'content-encoding': 'gzip' }, 'Content-Encoding'],
  ])('with %s is bad input, and the error names the header', async (_, headers, field) => {
    const { status, error } = await sendForm(
      gateway,
      [operations, map, file],
      headers as Record<string, string>,
    );
    expect([status, error?.code, error?.field]).toEqual([400, 'BAD_USER_INPUT', field]);
  });

  test('whose operation is invalid is refused while its file arrives, and the connection goes on', async () => {
    const form = formBytes(
      operationForm(
        'mutation ($data: Upload) { noSuchField(data: $data) { id } }',
        { data: null },
        '["variables.data"]',
        FILE,
      ),
    );
    const request = await formRequest(gateway, { 'content-length': form.length });
    await request.send(form.subarray(0, 100_000));
    await eventually(() => request.received().includes('GRAPHQL_VALIDATION_FAILED'));
    await request.send(form.subarray(100_000));
    await request.send('GET /healthcheck HTTP/1.1\r\nhost: localhost\r\n\r\n');
    await eventually(() => request.received().toString().endsWith('\r\n\r\nOK'));
    request.leave();
    await eventually(() => temporaryFiles().length === 0);
  });

  test('leaves its connection to the next form', async () => {
    const refused = formBytes([operations, { ...map, body: '[]' }, { ...file, body: FILE }]);
    const taken = formBytes(imageForm('data'));
    const head = (length: number) =>
      'POST /graphql HTTP/1.1\r\nhost: localhost\r\napollo-require-preflight: 1\r\n' +
      `content-type: multipart/form-data; boundary=b\r\ncontent-length: ${length}\r\n\r\n`;
    const request = await formRequest(gateway, { 'content-length': refused.length });
    await request.send(refused);
    for (let time = 0; time < 3; time += 1)
      await request.send(Buffer.concat([Buffer.from(head(taken.length)), taken]));
    await eventually(() => request.received().toString().split('"active"').length === 4);
    expect(request.received().toString().split('BAD_USER_INPUT')).toHaveLength(2);
    request.leave();
  });

  test('is refused without its body when its sender asks first (Expect: 100-continue)', async () => {
    const expecting = { expect: '100-continue', 'content-length': 100 };
    const refused = await formRequest(gateway, { ...expecting, 'apollo-require-preflight': '' });
    expect((await refused.answer()).status).toBe(400);
    expect(refused.received().toString()).not.toContain('100 Continue');

    const form = formBytes(imageForm('data'));
    const taken = await formRequest(gateway, { ...expecting, 'content-length': form.length });
    await eventually(
      () => taken.received().toString(),
      (text) => text === 'HTTP/1.1 100 Continue\r\n\r\n',
    );
    await taken.send(form);
    expect((await taken.answer()).json()).toMatchObject({ data: { createImage: { status: 'active' } } });
    expect(taken.received().toString().split('100 Continue')).toHaveLength(2);
  });

  test('that is never read leaves nothing behind', async () => {
    const query = gql('mutation ($id: ID!) { deleteImage(id: $id) { id } }');
    const id = await createImage(gateway);
    const variables = { id, spare: null };
    const { data } = await sendForm(gateway, operationForm(query, variables, '["variables.spare"]', FILE));
    expect(data).toEqual({ deleteImage: { id } });
    await eventually(() => temporaryFiles().length === 0);
  });
});

onSqlite('the pipelined forms of a connection that breaks off', (start) => {
  test('leave neither a temporary file nor an image that waits for data', async () => {
    const gateway = await start({ MULTIPART_CONCURRENCY: '40', UPLOAD_IDLE_TIMEOUT: '1' });
    const ids = await Promise.all(Array.from({ length: 12 }, () => createImage(gateway, FORMATS)));
    const forms = ids.map((id) =>
      formBytes(operationForm(UPLOAD, { id, data: null }, '["variables.data"]', FILE)),
    );
    const head = (length: number) =>
      'POST /graphql HTTP/1.1\r\nhost: localhost\r\napollo-require-preflight: 1\r\n' +
      `content-type: multipart/form-data; boundary=b\r\ncontent-length: ${length}\r\n\r\n`;
    const request = await formRequest(gateway, { 'content-length': forms[0].length });
    const rest = forms.slice(1).map((form) => Buffer.concat([Buffer.from(head(form.length)), form]));
    await request.send(Buffer.concat([forms[0], ...rest]).subarray(0, -100));
    request.leave();
    await eventually(async () => {
      const states = await Promise.all(ids.map((id) => stateOf(gateway, id)));
      return states.every(({ status }) => status !== 'saving');
    });
    await eventually(() => temporaryFiles().length === 0);
  });
});
